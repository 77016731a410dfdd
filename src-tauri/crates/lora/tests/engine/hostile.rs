//! Files that are cut, wrong or made to do harm: an error in words, never a panic, never a huge allocation.

use std::path::{Path, PathBuf};

use idiolect_lora::{Error, Model};

use crate::tiny::{Kind, Tiny};

fn refuse(bytes: &[u8]) -> Error {
    match open(bytes) {
        Ok(_) => panic!("it was taken for a model"),
        Err(error) => error,
    }
}

fn open(bytes: &[u8]) -> Result<Model, Error> {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let path = dir.path().join("model.gguf");
    std::fs::write(&path, bytes).expect("writable");
    Model::open(&path)
}

/// The tiny model's header without its weights ends well before this.
const HEADER: usize = 9_000;

#[test]
fn sound_file_says_what_it_is() {
    let model = Tiny::default().open();
    assert_eq!((model.name(), model.license(), model.chat_template()), ("Tiny", Some("mit"), None));
    let c = model.config();
    assert_eq!((c.layers, c.hidden, c.heads, c.kv_heads, c.head_dim, c.ffn), (2, 64, 4, 2, 16, 96));
    assert_eq!((c.vocab, c.context_length, c.rope_theta), (260, 400, 10_000.0));
    let layer = 64 * 64 * 2 + 2 * 32 * 64 + 3 * 96 * 64 + 2 * 64;
    assert_eq!(model.parameters(), 260 * 64 + 64 + 2 * layer);
}

#[test]
fn cut_files_are_refused_wherever_they_are_cut() {
    let whole = Tiny::default().bytes();
    let places = (0..300).chain((300..whole.len()).step_by(97)).chain([whole.len() - 1]);
    for length in places {
        let error = refuse(&whole[..length]);
        assert!(matches!(error, Error::NotAModel { .. } | Error::Truncated { .. }), "cut at {length}: {error}");
    }
}

#[test]
fn one_changed_byte_never_panics() {
    let gemma = Tiny { architecture: "gemma3", pieces: true, ..Tiny::default() };
    for whole in [Tiny::default().bytes(), gemma.bytes()] {
        for (at, change) in (0..HEADER).step_by(7).zip([0x01, 0x80, 0xff].into_iter().cycle()) {
            let mut bytes = whole.clone();
            bytes[at] ^= change;
            // Many changes leave a sound model, as in a name; none may panic.
            let _ = open(&bytes);
        }
    }
}

#[test]
fn absurd_counts_and_sizes_are_refused_before_anything_is_allocated() {
    let whole = Tiny::default().bytes();
    let with = |at: usize, value: u64| {
        let mut bytes = whole.clone();
        bytes[at..at + 8].copy_from_slice(&value.to_le_bytes());
        refuse(&bytes)
    };
    for absurd in [u64::MAX, u64::MAX / 2, 1 << 60, 1 << 40] {
        assert!(matches!(with(8, absurd), Error::NotAModel { .. }), "tensors");
        assert!(matches!(with(16, absurd), Error::NotAModel { .. }), "settings");
        assert!(matches!(with(24, absurd), Error::Truncated { .. }), "length of a key");
    }
    let find = |needle: &[u8]| whole.windows(needle.len()).position(|w| w == needle).expect("it is there");
    let tokens = find(b"tokenizer.ggml.tokens") + "tokenizer.ggml.tokens".len() + 8;
    let dims = find(b"blk.0.attn_q.weight") + "blk.0.attn_q.weight".len() + 4;
    for absurd in [u64::MAX, 1 << 60, 1 << 40, 0] {
        with(tokens, absurd);
        with(dims, absurd);
        with(dims + 8, absurd);
    }
    let offset = dims + 16 + 4;
    assert!(matches!(with(offset, u64::MAX), Error::BadTensor { .. }));
    assert!(matches!(with(offset, 1 << 40), Error::Truncated { .. }));
}

#[test]
fn what_is_not_supported_is_named() {
    let said = |tiny: Tiny| refuse(&tiny.bytes()).to_string();
    assert_eq!(
        said(Tiny { architecture: "mamba", ..Tiny::default() }),
        "This model cannot be used here: its architecture is \"mamba\", and only \"llama\", \"qwen2\", \"qwen3\" and \"gemma3\" can be trained on this computer."
    );
    assert_eq!(
        said(Tiny { pre: "deepseek-llm", ..Tiny::default() }),
        "This model cannot be used here: its tokenizer cuts text in the unknown way \"deepseek-llm\"; gpt-2, smollm, llama-bpe and qwen2 are known."
    );
    assert_eq!(
        said(Tiny { version: 1, ..Tiny::default() }),
        "This model cannot be used here: its GGUF version is 1; versions 2 and 3 can be read."
    );
    assert_eq!(
        said(Tiny { matrices: Kind::Q3K, hidden: 256, ..Tiny::default() }),
        "This model cannot be used here: its tensor blk.0.attn_q.weight is stored as Q3_K, and only F32, F16, BF16, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q4_K, Q5_K and Q6_K can be read."
    );
    assert_eq!(
        said(Tiny { extra_tensor: Some("blk.0.attn_q.bias"), ..Tiny::default() }),
        "This model cannot be used here: it has a tensor \"blk.0.attn_q.bias\", which a plain llama model does not have."
    );
    assert!(said(Tiny { heads: 3, ..Tiny::default() }).contains("its 3 heads cannot share 2 key and value heads"));
}

#[test]
fn missing_and_foreign_files_are_named() {
    let error = Model::open(Path::new("/nowhere/model.gguf")).err().expect("it is not there");
    assert!(error.to_string().starts_with("/nowhere/model.gguf could not be read: "), "{error}");
    let dir = tempfile::tempdir().expect("a temporary folder");
    let path: PathBuf = dir.path().join("letter.gguf");
    std::fs::write(&path, "Dear Sir or Madam, this is not a model at all.").expect("writable");
    let error = Model::open(&path).err().expect("it is a letter");
    assert!(error.to_string().ends_with("it does not begin with the letters GGUF."), "{error}");
    assert!(Model::open(dir.path()).is_err());
}

#[test]
fn bos_is_only_given_when_the_file_adds_it() {
    assert_eq!(Tiny::default().open().tokenizer().bos(), None);
    assert_eq!(Tiny { add_bos: Some(true), ..Tiny::default() }.open().tokenizer().bos(), Some(0));
    assert_eq!(Tiny { add_bos: None, ..Tiny::default() }.open().tokenizer().bos(), None);
}
