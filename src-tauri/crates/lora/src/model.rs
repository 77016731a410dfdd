//! A frozen base model: dimensions, tokenizer, and where its weights lie in the mapped file.

use std::ops::Range;
use std::path::Path;

use rayon::prelude::*;

use crate::config::Config;
use crate::error::Error;
use crate::gguf::Gguf;
use crate::memory;
use crate::quant::{Kind, block_sums};
use crate::simd::wide;
use crate::tensors::{self, Finder};
use crate::tokenizer::Tokenizer;

/// A frozen base model, memory-mapped from a GGUF file. Share it as `Arc<Model>`.
///
/// The weights stay as the file stores them; the operating system loads and drops their pages as it likes.
pub struct Model {
    gguf: Gguf,
    config: Config,
    tokenizer: Tokenizer,
    name: String,
    parameters: u64,
    pub(crate) layers: Vec<Layer>,
    pub(crate) embedding: Weights,
    pub(crate) head: Weights,
    pub(crate) output_norm: Vec<f32>,
    /// Radians per position of each rotated pair.
    pub(crate) frequencies: Vec<f64>,
    /// The same for layers with a sliding window.
    pub(crate) sliding_frequencies: Vec<f64>,
}

/// One layer's tensors.
pub(crate) struct Layer {
    pub(crate) attn_norm: Vec<f32>,
    pub(crate) ffn_norm: Vec<f32>,
    pub(crate) q: Weights,
    pub(crate) k: Weights,
    pub(crate) v: Weights,
    pub(crate) o: Weights,
    pub(crate) gate: Weights,
    pub(crate) up: Weights,
    pub(crate) down: Weights,
    /// Added to queries, keys and values, side by side.
    pub(crate) qkv_bias: Option<Vec<f32>>,
    /// Gains of the norms on each head of queries and keys.
    pub(crate) qk_norm: Option<[Vec<f32>; 2]>,
    /// Gains of the norms on what attention and feed-forward add to the residual stream.
    pub(crate) post_norms: Option<[Vec<f32>; 2]>,
}

impl Layer {
    fn find(find: &mut Finder, c: &Config, l: usize) -> Result<Layer, Error> {
        let (h, family) = (c.hidden, c.architecture);
        let name = |part: &str| format!("blk.{l}.{part}.weight");
        let interleaved = if family.interleaves_heads() { c.head_dim } else { 0 };
        let mut pair = |wanted: bool, names: [&str; 2], n: usize| match wanted {
            true => Ok::<_, Error>(Some([find.vector(&name(names[0]), n)?, find.vector(&name(names[1]), n)?])),
            false => Ok(None),
        };
        let qk_norm = pair(family.has_qk_norm(), ["attn_q_norm", "attn_k_norm"], c.head_dim)?;
        let post_norms = pair(family.has_post_norms(), ["post_attention_norm", "post_ffw_norm"], h)?;
        let mut qkv_bias = None;
        if family.has_qkv_bias() {
            let mut all = Vec::with_capacity(c.qkv_width());
            for (part, n) in [("attn_q", c.q_width()), ("attn_k", c.kv_width()), ("attn_v", c.kv_width())] {
                all.extend(find.vector(&format!("blk.{l}.{part}.bias"), n)?);
            }
            qkv_bias = Some(all);
        }
        Ok(Layer {
            attn_norm: find.vector(&name("attn_norm"), h)?,
            ffn_norm: find.vector(&name("ffn_norm"), h)?,
            q: find.matrix(&name("attn_q"), c.q_width(), h)?.interleaved(interleaved),
            k: find.matrix(&name("attn_k"), c.kv_width(), h)?.interleaved(interleaved),
            v: find.matrix(&name("attn_v"), c.kv_width(), h)?,
            o: find.matrix(&name("attn_output"), h, c.q_width())?,
            gate: find.matrix(&name("ffn_gate"), c.ffn, h)?,
            up: find.matrix(&name("ffn_up"), c.ffn, h)?,
            down: find.matrix(&name("ffn_down"), h, c.ffn)?,
            qkv_bias,
            qk_norm,
            post_norms,
        })
    }
}

/// A matrix in the file: `rows` outputs of `cols` inputs.
#[derive(Clone)]
pub(crate) struct Weights {
    pub(crate) rows: usize,
    pub(crate) cols: usize,
    pub(crate) kind: Kind,
    pub(crate) bytes: Range<usize>,
    /// Width of a head when the file interleaves the halves of each head's rows (llama's q and k), else zero.
    pub(crate) head_dim: usize,
}

impl Model {
    /// Opens and checks a GGUF file: header, every tensor's shape and place, and the tokenizer. Reads no weights yet.
    pub fn open(path: &Path) -> Result<Model, Error> {
        let gguf = Gguf::open(path)?;
        let config = Config::read(&gguf)?;
        let mut find = Finder::new(&gguf);
        let (c, h) = (&config, config.hidden);
        // Grown layer by layer, so that an absurd layer count fails on the first missing tensor, not on memory.
        let mut layers = Vec::new();
        for l in 0..c.layers {
            layers.push(Layer::find(&mut find, c, l)?);
        }
        let embedding = find.matrix("token_embd.weight", c.vocab, h)?;
        let output_norm = find.vector("output_norm.weight", h)?;
        let head = match gguf.tensors().contains_key("output.weight") {
            true => find.matrix("output.weight", c.vocab, h)?,
            false => embedding.clone(),
        };
        let frequencies = tensors::frequencies(c, &mut find)?;
        let sliding = c.sliding.map(|s| tensors::plain_frequencies(c.head_dim, s.rope_theta).collect());
        let parameters = find.finish().map_err(|stranger| {
            let family = c.architecture.name();
            Error::unsupported(format!("it has a tensor {stranger:?}, which a plain {family} model does not have"))
        })?;
        let tokenizer = Tokenizer::read(&gguf, c.vocab)?;
        let file = path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
        let name = gguf.text("general.name").map(str::to_owned).unwrap_or(file);
        let sliding_frequencies = sliding.unwrap_or_default();
        Ok(Model {
            config,
            tokenizer,
            name,
            parameters,
            layers,
            embedding,
            head,
            output_norm,
            frequencies,
            sliding_frequencies,
            gguf,
        })
    }

    /// The dimensions.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The tokenizer that belongs to the weights.
    pub fn tokenizer(&self) -> &Tokenizer {
        &self.tokenizer
    }

    /// The number of weights; a tied output head is counted once.
    pub fn parameters(&self) -> u64 {
        self.parameters
    }

    /// The name the file gives itself, or the file's own name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The licence the file names, as an identifier such as `apache-2.0`.
    pub fn license(&self) -> Option<&str> {
        self.gguf.text("general.license")
    }

    /// The chat template (Jinja), if the file has one.
    pub fn chat_template(&self) -> Option<&str> {
        self.gguf.text("tokenizer.chat_template")
    }

    /// Bytes a training step of `tokens` tokens at rank `rank` needs at its peak: mapped weights, adapter with
    /// gradient and moments, scratch and activations. An estimate, within about a tenth on the default model.
    pub fn training_memory(&self, tokens: usize, rank: usize) -> u64 {
        memory::Plan::new(self, tokens, rank, memory::DEFAULT_BUDGET).peak
    }

    /// Bytes of the file.
    pub(crate) fn file_bytes(&self) -> u64 {
        self.gguf.len() as u64
    }

    /// Writes rows `first..` of `w` to `out` as f32, as many as fit, q and k rows in the order of Hugging Face.
    pub(crate) fn dequantise(&self, w: &Weights, first: usize, out: &mut [f32]) {
        let stride = w.stride();
        let data = self.gguf.bytes(w.bytes.clone());
        out.par_chunks_mut(w.cols * ROWS_PER_TASK).enumerate().for_each(|(task, out)| {
            wide(
                #[inline(always)]
                || {
                    for (i, out) in out.chunks_exact_mut(w.cols).enumerate() {
                        let row = w.stored_row(first + task * ROWS_PER_TASK + i);
                        w.kind.dequantise(&data[row * stride..][..stride], out);
                    }
                },
            );
        });
    }

    /// One row of the token embedding, scaled as the model wants it.
    pub(crate) fn embed(&self, token: u32, out: &mut [f32]) {
        let stride = self.embedding.stride();
        let data = self.gguf.bytes(self.embedding.bytes.clone());
        self.embedding.kind.dequantise(&data[token as usize * stride..][..stride], out);
        if self.config.embedding_scale != 1.0 {
            out.iter_mut().for_each(|x| *x *= self.config.embedding_scale);
        }
    }

    /// `y = W x` straight from the stored weights.
    pub(crate) fn multiply(&self, w: &Weights, x: &[f32], y: &mut [f32]) {
        let stride = w.stride();
        let data = self.gguf.bytes(w.bytes.clone());
        let sums = block_sums(x);
        y.par_chunks_mut(ROWS_PER_TASK).enumerate().for_each(|(task, y)| {
            wide(
                #[inline(always)]
                || {
                    for (i, y) in y.iter_mut().enumerate() {
                        let row = w.stored_row(task * ROWS_PER_TASK + i);
                        *y = w.kind.dot(&data[row * stride..][..stride], x, &sums);
                    }
                },
            );
        });
    }
}

/// Rows one task works through: enough to outweigh handing it to a thread, few enough to share evenly.
const ROWS_PER_TASK: usize = 64;

impl Weights {
    /// Bytes from one stored row to the next.
    fn stride(&self) -> usize {
        self.bytes.len() / self.rows
    }

    fn interleaved(mut self, head_dim: usize) -> Weights {
        self.head_dim = head_dim;
        self
    }

    /// Where the file keeps row `row` of the Hugging Face layout. GGUF stores llama's q and k with the two halves of
    /// each head interleaved (`permute` in llama.cpp's convert_hf_to_gguf.py); LoRA tensors are in the other layout.
    #[inline(always)]
    fn stored_row(&self, row: usize) -> usize {
        if self.head_dim == 0 {
            return row;
        }
        let (head, at) = (row / self.head_dim, row % self.head_dim);
        let half = self.head_dim / 2;
        head * self.head_dim + at % half * 2 + at / half
    }
}
