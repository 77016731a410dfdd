//! The model's dimensions, read from the file and never assumed.

use crate::error::Error;
use crate::gguf::Gguf;

/// The dimensions of a llama-architecture model.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// Transformer layers.
    pub layers: usize,
    /// Width of the residual stream.
    pub hidden: usize,
    /// Query heads per layer.
    pub heads: usize,
    /// Key and value heads per layer; divides `heads`.
    pub kv_heads: usize,
    /// Width of one head.
    pub head_dim: usize,
    /// Width of the feed-forward layer.
    pub ffn: usize,
    /// Tokens in the vocabulary.
    pub vocab: usize,
    /// Tokens the model was trained to look at.
    pub context_length: usize,
    /// Base of the rotary embedding's wavelengths.
    pub rope_theta: f32,
    /// Added to the mean square in RMSNorm.
    pub norm_eps: f32,
}

impl Config {
    pub(crate) fn read(gguf: &Gguf) -> Result<Config, Error> {
        let architecture = gguf.text("general.architecture").unwrap_or("unnamed");
        if architecture != "llama" {
            return Err(Error::unsupported(format!(
                "its architecture is {architecture:?}, and only \"llama\" can be trained on this computer"
            )));
        }
        let need = |key: &str| match gguf.count(key)? {
            Some(n) if n > 0 => Ok(n),
            _ => Err(gguf.wrong(format!("its setting {key} is missing or zero"))),
        };
        if gguf.count("llama.expert_count")?.unwrap_or(0) > 0 {
            return Err(Error::unsupported("it is a mixture of experts"));
        }
        let scaling = gguf.text("llama.rope.scaling.type").unwrap_or("none");
        if scaling != "none" {
            return Err(Error::unsupported(format!("it stretches its context by {scaling:?} rope scaling")));
        }
        let hidden = need("llama.embedding_length")?;
        let heads = need("llama.attention.head_count")?;
        let kv_heads = gguf.count("llama.attention.head_count_kv")?.unwrap_or(heads);
        let head_dim = gguf.count("llama.attention.key_length")?.unwrap_or(hidden / heads);
        let value_dim = gguf.count("llama.attention.value_length")?.unwrap_or(head_dim);
        let rotary = gguf.count("llama.rope.dimension_count")?.unwrap_or(head_dim);
        if kv_heads == 0 || heads % kv_heads != 0 {
            return Err(gguf.wrong(format!("its {heads} heads cannot share {kv_heads} key and value heads")));
        }
        if head_dim == 0 || head_dim % 2 != 0 || head_dim != value_dim || head_dim != rotary {
            return Err(Error::unsupported(format!(
                "its heads are {head_dim} wide with values of {value_dim} and {rotary} rotated dimensions"
            )));
        }
        let float = |key: &str, default: Option<f64>| match gguf.float(key).or(default) {
            Some(x) if x.is_finite() && x > 0.0 && x < 1e12 => Ok(x as f32),
            _ => Err(gguf.wrong(format!("its setting {key} is missing or impossible"))),
        };
        let vocab = gguf.tensors().get("token_embd.weight").and_then(|t| t.dims.get(1).copied());
        Ok(Config {
            layers: need("llama.block_count")?,
            hidden,
            heads,
            kv_heads,
            head_dim,
            ffn: need("llama.feed_forward_length")?,
            vocab: vocab.ok_or_else(|| Error::tensor("token_embd.weight", "it is missing"))?,
            context_length: need("llama.context_length")?,
            rope_theta: float("llama.rope.freq_base", Some(10_000.0))?,
            norm_eps: float("llama.attention.layer_norm_rms_epsilon", None)?,
        })
    }

    /// Width of all query heads together.
    pub(crate) fn q_width(&self) -> usize {
        self.heads * self.head_dim
    }

    /// Width of all key heads (or value heads) together.
    pub(crate) fn kv_width(&self) -> usize {
        self.kv_heads * self.head_dim
    }

    /// Width of queries, keys and values side by side.
    pub(crate) fn qkv_width(&self) -> usize {
        self.q_width() + 2 * self.kv_width()
    }
}
