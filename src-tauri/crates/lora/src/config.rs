//! The model's dimensions, read from the file and never assumed.

use crate::architecture::Architecture;
use crate::error::Error;
use crate::gguf::Gguf;

/// The dimensions of a model.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// The family of models it belongs to.
    pub architecture: Architecture,
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
    /// The rotary embedding's wavelengths are this many times longer: linear scaling, 1 for most.
    pub rope_stretch: f32,
    /// Added to the mean square in RMSNorm.
    pub norm_eps: f32,
    /// Scores of queries and keys are multiplied by this before the softmax.
    pub attention_scale: f32,
    /// Token embeddings are multiplied by this.
    pub embedding_scale: f32,
    /// Layers that see only the nearest tokens, if the model has such.
    pub sliding: Option<Sliding>,
}

/// Layers whose attention reaches only so far back.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sliding {
    /// Tokens such a layer sees, the current one included.
    pub window: usize,
    /// Every `period`-th layer sees everything, the others the window.
    pub period: usize,
    /// Base of the rotary embedding's wavelengths in layers with a window; these are never stretched.
    pub rope_theta: f32,
}

impl Config {
    pub(crate) fn read(gguf: &Gguf) -> Result<Config, Error> {
        let name = gguf.text("general.architecture").unwrap_or("unnamed");
        let architecture = Architecture::from_name(name).ok_or_else(|| {
            let known = Architecture::names();
            Error::unsupported(format!(
                "its architecture is {name:?}, and only {known} can be trained on this computer"
            ))
        })?;
        let s = Settings { gguf, architecture };
        s.refuse_foreign()?;
        let layers = s.need("block_count")?;
        let hidden = s.need("embedding_length")?;
        let heads = s.need("attention.head_count")?;
        let kv_heads = s.count("attention.head_count_kv")?.unwrap_or(heads);
        let head_dim = s.count("attention.key_length")?.unwrap_or(hidden / heads);
        let value_dim = s.count("attention.value_length")?.unwrap_or(head_dim);
        let rotary = s.count("rope.dimension_count")?.unwrap_or(head_dim);
        if kv_heads == 0 || heads % kv_heads != 0 {
            return Err(gguf.wrong(format!("its {heads} heads cannot share {kv_heads} key and value heads")));
        }
        if head_dim == 0 || head_dim % 2 != 0 || head_dim != value_dim || head_dim != rotary {
            return Err(Error::unsupported(format!(
                "its heads are {head_dim} wide with values of {value_dim} and {rotary} rotated dimensions"
            )));
        }
        let vocab = gguf.tensors().get("token_embd.weight").and_then(|t| t.dims.get(1).copied());
        let gemma = architecture == Architecture::Gemma3;
        // Gemma 3 divides by its query_pre_attn_scalar, which files do not store: the head's width in all sizes but
        // 27B, which llama.cpp (`llama-model.cpp`) also knows by its 62 layers.
        let divisor = if gemma && layers == 62 { (hidden / heads).max(1) } else { head_dim };
        Ok(Config {
            architecture,
            layers,
            hidden,
            heads,
            kv_heads,
            head_dim,
            ffn: s.need("feed_forward_length")?,
            vocab: vocab.ok_or_else(|| Error::tensor("token_embd.weight", "it is missing"))?,
            context_length: s.need("context_length")?,
            rope_theta: s.float("rope.freq_base", Some(10_000.0))?,
            rope_stretch: s.stretch()?,
            norm_eps: s.float("attention.layer_norm_rms_epsilon", None)?,
            attention_scale: 1.0 / (divisor as f32).sqrt(),
            embedding_scale: if gemma { (hidden as f32).sqrt() } else { 1.0 },
            sliding: if gemma { s.sliding()? } else { None },
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

    /// What layer `l` sees, if not everything.
    pub(crate) fn sliding(&self, l: usize) -> Option<Sliding> {
        self.sliding.filter(|s| !(l + 1).is_multiple_of(s.period))
    }
}

/// The settings whose names begin with the architecture's.
struct Settings<'a> {
    gguf: &'a Gguf,
    architecture: Architecture,
}

impl Settings<'_> {
    fn key(&self, name: &str) -> String {
        format!("{}.{name}", self.architecture.name())
    }

    fn count(&self, name: &str) -> Result<Option<usize>, Error> {
        self.gguf.count(&self.key(name))
    }

    fn need(&self, name: &str) -> Result<usize, Error> {
        match self.count(name)? {
            Some(n) if n > 0 => Ok(n),
            _ => Err(self.gguf.wrong(format!("its setting {} is missing or zero", self.key(name)))),
        }
    }

    fn float(&self, name: &str, default: Option<f64>) -> Result<f32, Error> {
        let key = self.key(name);
        match self.gguf.float(&key).or(default) {
            Some(x) if x.is_finite() && x > 0.0 && x < 1e12 => Ok(x as f32),
            _ => Err(self.gguf.wrong(format!("its setting {key} is missing or impossible"))),
        }
    }

    /// Settings that change what the model computes in ways this engine does not follow.
    fn refuse_foreign(&self) -> Result<(), Error> {
        if self.count("expert_count")?.unwrap_or(0) > 0 {
            return Err(Error::unsupported("it is a mixture of experts"));
        }
        for name in [
            "attn_logit_softcapping",
            "final_logit_softcapping",
            "logit_scale",
            "residual_scale",
            "embedding_scale",
            "attention.scale",
        ] {
            let key = self.key(name);
            if self.gguf.float(&key).is_some_and(|x| x != 0.0) {
                return Err(Error::unsupported(format!("its setting {key} is not followed here")));
            }
        }
        Ok(())
    }

    /// How many times longer RoPE scaling makes the wavelengths.
    fn stretch(&self) -> Result<f32, Error> {
        match self.gguf.text(&self.key("rope.scaling.type")) {
            Some("none") => Ok(1.0),
            // A file with a factor and no type means linear (llama.cpp, `llama-model.cpp`).
            Some("linear") | None => self.float("rope.scaling.factor", Some(1.0)),
            Some(other) => Err(Error::unsupported(format!(
                "it stretches its context by {other:?} rope scaling, and only \"linear\" can be followed"
            ))),
        }
    }

    /// Gemma 3 files name the window; that five of six layers have it is the family's habit.
    fn sliding(&self) -> Result<Option<Sliding>, Error> {
        let Some(window) = self.count("attention.sliding_window")?.filter(|&n| n > 0) else {
            return Ok(None);
        };
        let period = self.count("attention.sliding_window_pattern")?.unwrap_or(6);
        let rope_theta = self.float("rope.freq_base_swa", Some(10_000.0))?;
        Ok((period > 0).then_some(Sliding { window, period, rope_theta }))
    }
}
