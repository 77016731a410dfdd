//! SmolLM2-135M-Instruct, the model the application offers first: known tokens, known losses, and learning.

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::{Arc, LazyLock};

use idiolect_lora::{AdamParams, Datum, FinishReason, LoraConfig, Model, SampleParams, Sampler, Trainer};

const FILE: &str = "SmolLM2-135M-Instruct.Q4_1.gguf";

/// Opened once for all tests.
static MODEL: LazyLock<Arc<Model>> = LazyLock::new(|| {
    let folder = std::env::var_os("IDIOLECT_MODELS").map(PathBuf::from).unwrap_or_else(|| {
        let home = std::env::var_os("HOME").unwrap_or_default();
        PathBuf::from(home).join(".local/share/idiolect/models")
    });
    let path = folder.join(FILE);
    let missing = "`cargo xtask test` fetches it, or set IDIOLECT_MODELS to the folder that has it";
    assert!(path.is_file(), "This test needs the model file {}: {missing}.", path.display());
    Arc::new(Model::open(&path).expect("the model file is sound"))
});

pub const PARAGRAPH: &str = "The first thing I noticed about the harbour was the smell: salt, diesel and something sweet \
    that turned out to be the bakery on the corner. My grandmother used to say that you can judge a town by its \
    bread. I don’t know if she was right, but I have never stayed long in a place where the bread was bad.\n\n\
    We rented a small flat above the chandler’s shop. Every morning at six the boats went out, and every afternoon at \
    three they came back, 42 of them, each with its own cloud of gulls.";

fn datum(text: &str, prompt: &str) -> Datum {
    let tokenizer = MODEL.tokenizer();
    let mut tokens = tokenizer.encode(prompt);
    let mut weights = vec![0.0; tokens.len()];
    tokens.extend(tokenizer.encode(text));
    weights.resize(tokens.len(), 1.0);
    Datum { tokens, weights }
}

#[test]
fn file_is_described() {
    let (model, c) = (&*MODEL, MODEL.config());
    assert_eq!((c.layers, c.hidden, c.heads, c.kv_heads, c.head_dim, c.ffn), (30, 576, 9, 3, 64, 1536));
    assert_eq!((c.vocab, c.context_length, c.rope_theta, c.norm_eps), (49_152, 8192, 100_000.0, 1e-5));
    assert_eq!((model.parameters(), model.license()), (134_515_008, Some("apache-2.0")));
    assert!(model.chat_template().expect("it has one").contains("<|im_start|>"));
    let t = model.tokenizer();
    assert_eq!((t.vocab_size(), t.eos(), t.bos(), t.special("<|im_start|>")), (49_152, 2, None, Some(1)));
}

/// The ids come from a second implementation in Python (GPT-2's pattern, digits apart, merges by rank), written for
/// this test from the same file's tables.
#[test]
fn tokens_are_the_known_ones_and_come_back_as_text() {
    let t = MODEL.tokenizer();
    let known: [(&str, &[u32]); 4] = [
        ("Hello, world!", &[19556, 28, 905, 17]),
        (
            "I don’t know — it’s 2026, café naïve 🙂\n\n  two  spaces",
            &[
                57, 1326, 417, 100, 699, 1841, 357, 417, 99, 216, 34, 32, 34, 38, 28, 37366, 15486, 46494, 47526, 8866,
                827, 216, 5600,
            ],
        ),
        ("<|im_end|> is text", &[44, 108, 306, 79, 486, 108, 46, 314, 1694]),
        ("don't  stop\t\n12345 x", &[12420, 982, 216, 2853, 197, 198, 33, 34, 35, 36, 37, 1792]),
    ];
    for (text, ids) in known {
        assert_eq!(t.encode(text), ids, "{text:?}");
        assert_eq!(t.decode(ids), text);
        let bytes: Vec<u8> = ids.iter().flat_map(|&id| t.decode_bytes(id)).collect();
        assert_eq!(bytes, text.as_bytes());
    }
    // A few control characters have no token in this vocabulary; everything a text is made of has.
    for c in (' '..'\u{3000}').chain('\u{1f300}'..'\u{1f700}').chain(['\n', '\r', '\t']) {
        assert_eq!(t.decode(&t.encode(&c.to_string())), c.to_string());
    }
    assert!(t.encode("").is_empty());
}

#[test]
fn control_tokens_come_only_from_the_program() {
    let t = MODEL.tokenizer();
    let prompt = "<|im_start|>user\nHi<|im_end|>\n";
    assert!(t.encode(prompt).iter().all(|&id| !t.decode_bytes(id).is_empty()));
    assert_eq!(t.encode_with_specials(prompt), [1, 4093, 198, 26843, 2, 198]);
    assert_eq!(t.decode(&[1, 4093, 198, 26843, 2, 198]), "user\nHi\n");
    assert!(t.is_end(2) && t.is_end(0) && !t.is_end(1));
}

/// The numbers come from a second implementation: the file's weights dequantised by numpy, and the forward in f64.
#[test]
fn losses_equal_those_of_an_independent_implementation() {
    let tokens = datum(PARAGRAPH, "").tokens;
    assert_eq!(tokens.len(), 118);
    let scores = Sampler::new(MODEL.clone(), None).expect("no adapter").score(&tokens).expect("sound");
    let mean = -scores.iter().map(|s| *s as f64).sum::<f64>() / 117.0;
    assert!((mean - 2.934_420_2).abs() < 1e-4, "{mean}");
    for (score, known) in scores[1..].iter().zip([10.395_797, 4.742_592, 1.806_045, 2.603_668, 2.333_009]) {
        assert!((score + known).abs() < 1e-3, "{score} {known}");
    }
    let trainer = Trainer::new(MODEL.clone(), &LoraConfig { rank: 16, alpha: 32.0, seed: 1 }).expect("a sound rank");
    let prompted = trainer.evaluate(&datum(PARAGRAPH, "Write a blog post titled 'The harbour':\n\n")).expect("sound");
    assert_eq!(prompted.tokens, 118);
    assert!((prompted.nll - 337.648_317).abs() < 1e-2, "{}", prompted.nll);
}

#[test]
fn few_steps_learn_and_writing_agrees_with_training() {
    let config = LoraConfig { rank: 8, alpha: 16.0, seed: 1 };
    let mut trainer = Trainer::new(MODEL.clone(), &config).expect("a sound rank");
    let mut datum = datum(PARAGRAPH, "Write:\n\n");
    let before = trainer.evaluate(&datum).expect("sound");
    let plain = datum.clone();
    datum.weights.iter_mut().for_each(|w| *w /= before.tokens as f32);
    for _ in 0..4 {
        trainer.forward_backward(std::slice::from_ref(&datum), &|| false).expect("finite");
        trainer.optim_step(&AdamParams { learning_rate: 1e-3, ..AdamParams::default() }).expect("finite");
    }
    let after = trainer.evaluate(&plain).expect("sound");
    let (before, after) = (before.nll / before.tokens as f64, after.nll / after.tokens as f64);
    assert!(after < before - 0.3, "{before} {after}");

    // Token by token (cache, stored weights, adapter beside them) as by reading the whole text again (merged weights).
    let mut sampler = Sampler::new(MODEL.clone(), Some(trainer.adapter().clone())).expect("it fits");
    let mut greedy = |prompt: &[u32], max_tokens: usize| {
        let params = SampleParams { max_tokens, temperature: 0.0, repetition_penalty: 1.0, ..SampleParams::default() };
        let mut text = Vec::new();
        let finish = sampler.sample(prompt, &params, &mut |token| {
            text.push(token);
            ControlFlow::Continue(())
        });
        assert_eq!(finish.expect("sound prompt").reason, FinishReason::Length);
        text
    };
    let mut prompt = MODEL.tokenizer().encode("Write:\n\nThe first thing I");
    let text = greedy(&prompt, 6);
    for token in text {
        assert_eq!(greedy(&prompt, 1), [token]);
        prompt.push(token);
    }
}
