//! Each architecture against a second implementation in f64, and what of it is refused.

use idiolect_lora::{Architecture, Datum, Sampler, Trainer};

use crate::gradient::random_adapter;
use crate::reference;
use crate::tiny::{Kind, Tiny, WINDOW, datum};

/// Longer than an attention block of 128 rows, and much longer than the sliding window.
const TOKENS: usize = 200;

fn agrees(tiny: Tiny) -> Vec<f64> {
    let tokens = datum(7, TOKENS, 0).tokens;
    let expected = reference::losses(&tiny, &tokens);
    let scores = Sampler::new(tiny.open(), None).expect("no adapter").score(&tokens).expect("sound");
    for (at, (score, loss)) in scores[1..].iter().zip(&expected).enumerate() {
        let what = tiny.architecture;
        assert!((*score as f64 + loss).abs() < 2e-4, "{what} token {}: {} instead of {loss}", at + 1, -score);
    }
    expected
}

fn family(architecture: &'static str) -> Tiny {
    Tiny { architecture, ..Tiny::default() }
}

#[test]
fn every_family_agrees_with_a_second_implementation_in_f64() {
    let all = ["llama", "qwen2", "qwen3", "gemma3"].map(|name| agrees(family(name)));
    // Told apart by more than the tolerance: no check passes because two families are the same.
    for (i, a) in all.iter().enumerate() {
        assert!(all[..i].iter().all(|b| a.iter().zip(b).any(|(a, b)| (a - b).abs() > 0.1)));
    }
}

#[test]
fn families_agree_from_quantised_weights_too() {
    for name in ["llama", "qwen2", "qwen3", "gemma3"] {
        let mixed = Tiny { matrices: Kind::Q4K, some_matrices: Some(Kind::Q6K), embedding: Kind::Q5K, ..family(name) };
        agrees(Tiny { hidden: 256, ffn: 256, ..mixed });
        agrees(Tiny { matrices: Kind::Q5_0, some_matrices: Some(Kind::Q5_1), ..family(name) });
    }
}

#[test]
fn linear_rope_scaling_is_followed() {
    for name in ["llama", "gemma3"] {
        let plain = agrees(family(name));
        let stretched = agrees(Tiny { scaling: Some(("linear", 4.0)), ..family(name) });
        assert!(plain.iter().zip(&stretched).any(|(a, b)| (a - b).abs() > 0.01), "{name}");
        let none = agrees(Tiny { scaling: Some(("none", 4.0)), ..family(name) });
        assert_eq!(plain, none.as_slice(), "{name}");
    }
}

#[test]
fn the_window_is_where_the_file_says() {
    let config = family("gemma3").open().config().clone();
    assert_eq!(config.architecture, Architecture::Gemma3);
    let sliding = config.sliding.expect("it has windows");
    assert_eq!((sliding.window, sliding.period, sliding.rope_theta), (WINDOW, 2, 10_000.0));
    assert_eq!(family("llama").open().config().sliding, None);
}

/// A window must not reach into the sequence before, and layers run twice must give the same bits.
#[test]
fn gemma_sequences_are_apart_and_memory_changes_nothing() {
    let model = family("gemma3").open();
    let adapter = random_adapter(&model);
    let batch = [datum(1, 150, 20), datum(2, 37, 5)];
    let run = |batch: &[Datum], budget: u64| {
        let mut trainer = Trainer::from_adapter(model.clone(), adapter.clone()).expect("it fits");
        trainer.set_memory_budget(budget);
        let loss = trainer.forward_backward(batch, &|| false).expect("finite").weighted_nll;
        let all = adapter.tensors().flat_map(|(name, ..)| trainer.gradient(&name).expect("there is one").to_vec());
        (loss, all.collect::<Vec<f32>>())
    };
    let together = run(&batch, u64::MAX);
    assert!(together == run(&batch, 0));
    let apart = [run(&batch[..1], u64::MAX), run(&batch[1..], u64::MAX)];
    assert!((together.0 - apart[0].0 - apart[1].0).abs() < 1e-5 * together.0);
    let largest = together.1.iter().fold(0f32, |m, x| m.max(x.abs()));
    let sums = apart[0].1.iter().zip(&apart[1].1).map(|(a, b)| a + b);
    assert!(together.1.iter().zip(sums).all(|(whole, sum)| (whole - sum).abs() < 1e-5 * largest));
}

#[test]
fn sentence_piece_tokenizers_come_from_the_file() {
    let model = Tiny { pieces: true, add_bos: None, ..family("gemma3") }.open();
    let t = model.tokenizer();
    // "he" and the space with t are pieces; all else is bytes.
    let ids = t.encode(" the té\n");
    assert_eq!(ids, [258, 259, 258, 2 + 0xc3, 2 + 0xa9, 2 + 0x0a]);
    assert_eq!((t.decode(&ids).as_str(), t.bos(), t.eos()), (" the té\n", Some(0), 1));
    assert_eq!(t.encode_with_specials("<|end|>he"), [1, 259]);
    assert!(!t.encode("<|end|>").contains(&1));
}

#[test]
fn what_a_family_lacks_or_has_too_much_of_is_named() {
    let said = |tiny: Tiny| {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let path = dir.path().join("model.gguf");
        std::fs::write(&path, tiny.bytes()).expect("writable");
        idiolect_lora::Model::open(&path).err().expect("it is refused").to_string()
    };
    assert_eq!(
        said(Tiny { scaling: Some(("yarn", 4.0)), ..family("qwen3") }),
        "This model cannot be used here: it stretches its context by \"yarn\" rope scaling, and only \"linear\" can be followed."
    );
    assert_eq!(
        said(Tiny { extra_tensor: Some("blk.0.attn_q.bias"), ..family("qwen3") }),
        "This model cannot be used here: it has a tensor \"blk.0.attn_q.bias\", which a plain qwen3 model does not have."
    );
    assert_eq!(
        said(Tiny { pieces: true, space_prefix: true, ..family("llama") }),
        "This model cannot be used here: its tokenizer adds or removes spaces around a text, and only SentencePiece tokenizers that leave the text as it is (such as Gemma's) can be read."
    );
    assert_eq!(
        said(Tiny { setting: Some(("final_logit_softcapping", 30.0)), ..family("gemma3") }),
        "This model cannot be used here: its setting gemma3.final_logit_softcapping is not followed here."
    );
}
