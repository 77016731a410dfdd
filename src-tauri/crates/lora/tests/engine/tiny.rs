//! A random llama of a few thousand weights, written as a GGUF file by the test itself.

use std::sync::Arc;

use idiolect_lora::{Datum, Model};

/// Two layers, grouped heads, quantised matrices of three kinds: everything the real model has, small.
#[derive(Clone)]
pub struct Tiny {
    pub version: u32,
    pub architecture: &'static str,
    pub pre: &'static str,
    pub context: u32,
    pub heads: u32,
    pub kv_heads: u32,
    pub matrices: Kind,
    pub extra_tensor: Option<&'static str>,
    pub add_bos: Option<bool>,
}

#[derive(Clone, Copy, PartialEq)]
pub enum Kind {
    F32,
    Q4_1,
    Q8_0,
    /// A type the engine refuses.
    Q4K,
}

pub const HIDDEN: usize = 64;
pub const FFN: usize = 96;
pub const LAYERS: usize = 2;
pub const HEAD_DIM: usize = 16;

impl Default for Tiny {
    fn default() -> Tiny {
        Tiny {
            version: 3,
            architecture: "llama",
            pre: "smollm",
            context: 400,
            heads: 4,
            kv_heads: 2,
            matrices: Kind::F32,
            extra_tensor: None,
            add_bos: Some(false),
        }
    }
}

impl Tiny {
    pub fn open(&self) -> Arc<Model> {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let path = dir.path().join("tiny.gguf");
        std::fs::write(&path, self.bytes()).expect("the folder is writable");
        // The mapping outlives the name.
        Arc::new(Model::open(&path).expect("the tiny model is sound"))
    }

    pub fn bytes(&self) -> Vec<u8> {
        let vocab = vocabulary();
        let (q, kv) = (self.heads as usize * HEAD_DIM, self.kv_heads as usize * HEAD_DIM);
        let mut tensors = vec![
            Tensor::new("token_embd.weight", &[HIDDEN, vocab.len()], Kind::Q8_0, 0.5),
            Tensor::gain("output_norm.weight"),
        ];
        for l in 0..LAYERS {
            let name = |part: &str| format!("blk.{l}.{part}.weight");
            let mut matrix = |part: &str, rows: usize, cols: usize| {
                tensors.push(Tensor::new(&name(part), &[cols, rows], self.matrices, 0.25));
            };
            matrix("attn_q", q, HIDDEN);
            matrix("attn_k", kv, HIDDEN);
            matrix("attn_v", kv, HIDDEN);
            matrix("attn_output", HIDDEN, q);
            matrix("ffn_gate", FFN, HIDDEN);
            matrix("ffn_up", FFN, HIDDEN);
            matrix("ffn_down", HIDDEN, FFN);
            tensors.push(Tensor::gain(&name("attn_norm")));
            tensors.push(Tensor::gain(&name("ffn_norm")));
        }
        if let Some(name) = self.extra_tensor {
            tensors.push(Tensor::new(name, &[HIDDEN], Kind::F32, 0.1));
        }
        let mut out = Bytes(b"GGUF".to_vec());
        out.u32(self.version);
        let mut values = Bytes(Vec::new());
        let mut count = 0;
        self.values(&mut values, &mut count, &vocab);
        out.u64(tensors.len() as u64);
        out.u64(count);
        out.0.extend(values.0);
        let mut offset = 0;
        for t in &tensors {
            out.string(&t.name);
            out.u32(t.dims.len() as u32);
            t.dims.iter().for_each(|&d| out.u64(d as u64));
            out.u32(t.kind.code());
            out.u64(offset);
            offset += t.data.len().next_multiple_of(32) as u64;
        }
        for t in &tensors {
            out.0.resize(out.0.len().next_multiple_of(32), 0);
            out.0.extend(&t.data);
        }
        out.0
    }

    fn values(&self, out: &mut Bytes, count: &mut u64, vocab: &[String]) {
        let mut key = |out: &mut Bytes, name: &str, kind: u32| {
            out.string(name);
            out.u32(kind);
            *count += 1;
        };
        for (name, value) in [
            ("general.architecture", self.architecture),
            ("general.name", "Tiny"),
            ("general.license", "mit"),
            ("tokenizer.ggml.model", "gpt2"),
            ("tokenizer.ggml.pre", self.pre),
        ] {
            key(out, name, 8);
            out.string(value);
        }
        for (name, value) in [
            ("llama.block_count", LAYERS as u32),
            ("llama.context_length", self.context),
            ("llama.embedding_length", HIDDEN as u32),
            ("llama.feed_forward_length", FFN as u32),
            ("llama.attention.head_count", self.heads),
            ("llama.attention.head_count_kv", self.kv_heads),
            ("llama.attention.key_length", HEAD_DIM as u32),
            ("llama.attention.value_length", HEAD_DIM as u32),
            ("llama.rope.dimension_count", HEAD_DIM as u32),
            ("tokenizer.ggml.eos_token_id", 1),
            ("tokenizer.ggml.bos_token_id", 0),
        ] {
            key(out, name, 4);
            out.u32(value);
        }
        key(out, "llama.attention.layer_norm_rms_epsilon", 6);
        out.0.extend(1e-5f32.to_le_bytes());
        key(out, "llama.rope.freq_base", 6);
        out.0.extend(10_000f32.to_le_bytes());
        if let Some(add) = self.add_bos {
            key(out, "tokenizer.ggml.add_bos_token", 7);
            out.0.push(add as u8);
        }
        key(out, "tokenizer.ggml.tokens", 9);
        out.u32(8);
        out.u64(vocab.len() as u64);
        vocab.iter().for_each(|t| out.string(t));
        key(out, "tokenizer.ggml.token_type", 9);
        out.u32(5);
        out.u64(vocab.len() as u64);
        (0..vocab.len()).for_each(|i| out.u32(if i < 2 { 3 } else { 1 }));
        key(out, "tokenizer.ggml.merges", 9);
        out.u32(8);
        out.u64(2);
        out.string("t h");
        out.string("th e");
    }
}

/// Two control tokens, a letter for each byte as GPT-2 writes them, two merges.
fn vocabulary() -> Vec<String> {
    let mut vocab = vec!["<|start|>".to_owned(), "<|end|>".to_owned()];
    let mut next = 256;
    for byte in 0..256u32 {
        let printable = matches!(byte, 0x21..=0x7e | 0xa1..=0xac | 0xae..=0xff);
        let code = if printable {
            byte
        } else {
            next += 1;
            next - 1
        };
        vocab.push(char::from_u32(code).expect("a letter").to_string());
    }
    vocab.extend(["th".to_owned(), "the".to_owned()]);
    vocab
}

struct Tensor {
    name: String,
    dims: Vec<usize>,
    kind: Kind,
    data: Vec<u8>,
}

impl Kind {
    fn code(self) -> u32 {
        match self {
            Kind::F32 => 0,
            Kind::Q4_1 => 3,
            Kind::Q8_0 => 8,
            Kind::Q4K => 12,
        }
    }
}

impl Tensor {
    fn new(name: &str, dims: &[usize], kind: Kind, spread: f32) -> Tensor {
        let seed = name.bytes().fold(1u64, |h, b| h.wrapping_mul(31).wrapping_add(b as u64));
        let values: Vec<f32> = numbers(seed).map(|x| x * spread).take(dims.iter().product()).collect();
        Tensor { name: name.into(), dims: dims.into(), kind, data: store(&values, kind) }
    }

    fn gain(name: &str) -> Tensor {
        let mut tensor = Tensor::new(name, &[HIDDEN], Kind::F32, 0.3);
        for x in tensor.data.chunks_exact_mut(4) {
            let value = 1.0 + f32::from_le_bytes(x.try_into().expect("four bytes"));
            x.copy_from_slice(&value.to_le_bytes());
        }
        tensor
    }
}

fn store(values: &[f32], kind: Kind) -> Vec<u8> {
    let half = |x: f32| half::f16::from_f32(x).to_le_bytes();
    let mut out = Vec::new();
    match kind {
        Kind::F32 => values.iter().for_each(|x| out.extend(x.to_le_bytes())),
        Kind::Q8_0 => {
            for block in values.chunks_exact(32) {
                let d = block.iter().fold(0f32, |m, x| m.max(x.abs())) / 127.0;
                out.extend(half(d));
                out.extend(block.iter().map(|x| (x / d).round() as i8 as u8));
            }
        }
        Kind::Q4_1 => {
            for block in values.chunks_exact(32) {
                let low = block.iter().copied().fold(f32::INFINITY, f32::min);
                let d = (block.iter().copied().fold(f32::NEG_INFINITY, f32::max) - low) / 15.0;
                out.extend(half(d));
                out.extend(half(low));
                let q = |x: f32| ((x - low) / d).round() as u8;
                out.extend((0..16).map(|i| q(block[i]) | q(block[i + 16]) << 4));
            }
        }
        Kind::Q4K => out.resize(values.len(), 0),
    }
    out
}

struct Bytes(Vec<u8>);

impl Bytes {
    fn u32(&mut self, x: u32) {
        self.0.extend(x.to_le_bytes());
    }

    fn u64(&mut self, x: u64) {
        self.0.extend(x.to_le_bytes());
    }

    fn string(&mut self, s: &str) {
        self.u64(s.len() as u64);
        self.0.extend(s.bytes());
    }
}

/// Seeded numbers in [-1, 1].
pub fn numbers(seed: u64) -> impl Iterator<Item = f32> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    std::iter::repeat_with(move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 40) as f32 / (1 << 23) as f32 - 1.0
    })
}

/// `n` tokens, of which the first `prompt` carry no weight and the others vary.
pub fn datum(seed: u64, n: usize, prompt: usize) -> Datum {
    let tokens = numbers(seed).map(|x| 2 + ((x + 1.0) * 128.0) as u32).take(n).collect();
    let weights = (0..n).map(|i| if i < prompt { 0.0 } else { 0.01 * (1 + i % 3) as f32 }).collect();
    Datum { tokens, weights }
}
