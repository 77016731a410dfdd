//! A random model of a few thousand weights in any architecture, written as a GGUF file by the test itself.

use std::collections::HashMap;
use std::sync::Arc;

use idiolect_lora::{Datum, Model};

pub use crate::stored::Kind;
use crate::stored::{load, store};

/// Two layers, grouped heads, quantised matrices: everything the real models have, small.
#[derive(Clone)]
pub struct Tiny {
    pub version: u32,
    pub architecture: &'static str,
    pub pre: &'static str,
    pub context: u32,
    pub heads: u32,
    pub kv_heads: u32,
    pub hidden: usize,
    pub ffn: usize,
    pub matrices: Kind,
    /// The second kind of a mixed file: the feed-forward's way down and the values.
    pub some_matrices: Option<Kind>,
    pub embedding: Kind,
    /// The same weights, but every tensor stored as F32.
    pub plain: bool,
    /// RoPE scaling's type and factor.
    pub scaling: Option<(&'static str, f32)>,
    /// One more setting of the architecture's.
    pub setting: Option<(&'static str, f32)>,
    /// A SentencePiece tokenizer instead of a byte-level one.
    pub pieces: bool,
    pub space_prefix: bool,
    pub extra_tensor: Option<&'static str>,
    pub add_bos: Option<bool>,
}

pub const HIDDEN: usize = 64;
pub const FFN: usize = 96;
pub const LAYERS: usize = 2;
pub const HEAD_DIM: usize = 16;
pub const EPS: f32 = 1e-5;
pub const THETA: f32 = 10_000.0;
/// The sliding window of the tiny gemma3's first layer; its second sees everything.
pub const WINDOW: usize = 24;

impl Default for Tiny {
    fn default() -> Tiny {
        Tiny {
            version: 3,
            architecture: "llama",
            pre: "smollm",
            context: 400,
            heads: 4,
            kv_heads: 2,
            hidden: HIDDEN,
            ffn: FFN,
            matrices: Kind::F32,
            some_matrices: None,
            embedding: Kind::Q8_0,
            plain: false,
            scaling: None,
            setting: None,
            pieces: false,
            space_prefix: false,
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
        let vocab = vocabulary(self.pieces);
        let tensors = self.tensors();
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

    /// Every tensor's weights by its name in the file, as anyone would read them.
    pub fn weights(&self) -> HashMap<String, Vec<f32>> {
        self.tensors().into_iter().map(|t| (t.name, load(&t.data, t.kind))).collect()
    }

    fn tensors(&self) -> Vec<Tensor> {
        let (h, ffn, vocab) = (self.hidden, self.ffn, vocabulary(self.pieces).len());
        let (q, kv) = (self.heads as usize * HEAD_DIM, self.kv_heads as usize * HEAD_DIM);
        let mut tensors = vec![
            Tensor::new("token_embd.weight", &[h, vocab], self.embedding, self.embedding_spread()),
            Tensor::gain("output_norm.weight", h),
        ];
        for l in 0..LAYERS {
            let name = |part: &str| format!("blk.{l}.{part}.weight");
            let mut matrix = |part: &str, rows: usize, cols: usize, kind: Kind| {
                // As wide for every size, so that larger tiny models do not saturate.
                let spread = 0.25 * (64.0 / cols as f32).sqrt();
                tensors.push(Tensor::new(&name(part), &[cols, rows], kind, spread));
            };
            let some = self.some_matrices.unwrap_or(self.matrices);
            matrix("attn_q", q, h, self.matrices);
            matrix("attn_k", kv, h, self.matrices);
            matrix("attn_v", kv, h, some);
            matrix(
                "attn_output",
                h,
                q,
                if q.is_multiple_of(self.matrices.block().0) { self.matrices } else { Kind::F16 },
            );
            matrix("ffn_gate", ffn, h, self.matrices);
            matrix("ffn_up", ffn, h, self.matrices);
            matrix("ffn_down", h, ffn, some);
            let mut gains = vec![("attn_norm", h), ("ffn_norm", h)];
            if self.architecture == "gemma3" {
                gains.extend([("post_attention_norm", h), ("post_ffw_norm", h)]);
            }
            if ["qwen3", "gemma3"].contains(&self.architecture) {
                gains.extend([("attn_q_norm", HEAD_DIM), ("attn_k_norm", HEAD_DIM)]);
            }
            tensors.extend(gains.into_iter().map(|(part, n)| Tensor::gain(&name(part), n)));
            if self.architecture == "qwen2" {
                for (part, n) in [("attn_q", q), ("attn_k", kv), ("attn_v", kv)] {
                    tensors.push(Tensor::new(&format!("blk.{l}.{part}.bias"), &[n], Kind::F32, 0.5));
                }
            }
        }
        if let Some(name) = self.extra_tensor {
            tensors.push(Tensor::new(name, &[h], Kind::F32, 0.1));
        }
        if self.plain {
            for t in &mut tensors {
                t.data = load(&t.data, t.kind).iter().flat_map(|x| x.to_le_bytes()).collect();
                t.kind = Kind::F32;
            }
        }
        tensors
    }

    /// Gemma multiplies its embeddings, so smaller ones keep the residual stream as it is in the others.
    fn embedding_spread(&self) -> f32 {
        if self.architecture == "gemma3" { 0.1 } else { 0.5 }
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
            ("tokenizer.ggml.model", if self.pieces { "llama" } else { "gpt2" }),
            ("tokenizer.ggml.pre", self.pre),
        ] {
            key(out, name, 8);
            out.string(value);
        }
        for (name, value) in [
            ("block_count", LAYERS as u32),
            ("context_length", self.context),
            ("embedding_length", self.hidden as u32),
            ("feed_forward_length", self.ffn as u32),
            ("attention.head_count", self.heads),
            ("attention.head_count_kv", self.kv_heads),
            ("attention.key_length", HEAD_DIM as u32),
            ("attention.value_length", HEAD_DIM as u32),
            ("rope.dimension_count", HEAD_DIM as u32),
        ] {
            key(out, &format!("{}.{name}", self.architecture), 4);
            out.u32(value);
        }
        if self.architecture == "gemma3" {
            for (name, value) in [("sliding_window", WINDOW), ("sliding_window_pattern", 2)] {
                key(out, &format!("gemma3.attention.{name}"), 4);
                out.u32(value as u32);
            }
        }
        for (name, value) in [("tokenizer.ggml.eos_token_id", 1), ("tokenizer.ggml.bos_token_id", 0)] {
            key(out, name, 4);
            out.u32(value);
        }
        for (name, value) in [("attention.layer_norm_rms_epsilon", EPS), ("rope.freq_base", THETA)] {
            key(out, &format!("{}.{name}", self.architecture), 6);
            out.0.extend(value.to_le_bytes());
        }
        if let Some((kind, factor)) = self.scaling {
            key(out, &format!("{}.rope.scaling.type", self.architecture), 8);
            out.string(kind);
            key(out, &format!("{}.rope.scaling.factor", self.architecture), 6);
            out.0.extend(factor.to_le_bytes());
        }
        if let Some((name, value)) = self.setting {
            key(out, &format!("{}.{name}", self.architecture), 6);
            out.0.extend(value.to_le_bytes());
        }
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
        let kind = |i: usize| match (i, self.pieces) {
            (0 | 1, _) => 3,
            (2..258, true) => 6,
            _ => 1,
        };
        (0..vocab.len()).for_each(|i| out.u32(kind(i)));
        if self.pieces {
            key(out, "tokenizer.ggml.add_space_prefix", 7);
            out.0.push(self.space_prefix as u8);
            key(out, "tokenizer.ggml.scores", 9);
            out.u32(6);
            out.u64(vocab.len() as u64);
            (0..vocab.len()).for_each(|i| out.0.extend((-(i as f32)).to_le_bytes()));
        }
        key(out, "tokenizer.ggml.merges", 9);
        out.u32(8);
        out.u64(2);
        out.string("t h");
        out.string("th e");
    }
}

/// Two control tokens, each byte, and two words. Byte-level tokens write bytes as the letters GPT-2 gives them, with
/// merges to make the words; SentencePiece has bytes by number, and pieces.
fn vocabulary(pieces: bool) -> Vec<String> {
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
        let letter = char::from_u32(code).expect("a letter");
        vocab.push(if pieces { format!("<0x{byte:02X}>") } else { letter.to_string() });
    }
    let words = if pieces { ["\u{2581}t", "he"] } else { ["th", "the"] };
    vocab.extend(words.map(str::to_owned));
    vocab
}

struct Tensor {
    name: String,
    dims: Vec<usize>,
    kind: Kind,
    data: Vec<u8>,
}

impl Tensor {
    fn new(name: &str, dims: &[usize], kind: Kind, spread: f32) -> Tensor {
        let seed = name.bytes().fold(1u64, |h, b| h.wrapping_mul(31).wrapping_add(b as u64));
        let values: Vec<f32> = numbers(seed).map(|x| x * spread).take(dims.iter().product()).collect();
        Tensor { name: name.into(), dims: dims.into(), kind, data: store(&values, kind, spread) }
    }

    fn gain(name: &str, n: usize) -> Tensor {
        let mut tensor = Tensor::new(name, &[n], Kind::F32, 0.3);
        for x in tensor.data.chunks_exact_mut(4) {
            let value = 1.0 + f32::from_le_bytes(x.try_into().expect("four bytes"));
            x.copy_from_slice(&value.to_le_bytes());
        }
        tensor
    }
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
