//! The families of models that can be opened, and what sets each apart from llama.
//!
//! Names and tensors are those of GGUF files (llama.cpp's `gguf-py/gguf/constants.py` and `convert_hf_to_gguf.py`);
//! what they compute is that of Hugging Face's `modeling_llama`, `modeling_qwen2`, `modeling_qwen3` and
//! `modeling_gemma3`.

/// A family of models, by the name GGUF gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Architecture {
    /// Llama 2 and 3, SmolLM, and others built alike: RMSNorm, grouped heads, rotary positions, SwiGLU.
    Llama,
    /// Llama with biases on queries, keys and values.
    Qwen2,
    /// Llama with an RMSNorm on each query and key head.
    Qwen3,
    /// Norms before and after each half of a layer and on each query and key head, scaled embeddings, GeGLU, and
    /// layers that see only a window, with wavelengths of their own.
    Gemma3,
}

impl Architecture {
    const ALL: [Architecture; 4] =
        [Architecture::Llama, Architecture::Qwen2, Architecture::Qwen3, Architecture::Gemma3];

    /// The name in `general.architecture`, which is also the beginning of its settings' names.
    pub fn name(self) -> &'static str {
        match self {
            Architecture::Llama => "llama",
            Architecture::Qwen2 => "qwen2",
            Architecture::Qwen3 => "qwen3",
            Architecture::Gemma3 => "gemma3",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Architecture> {
        Architecture::ALL.into_iter().find(|a| a.name() == name)
    }

    /// All names, as a sentence lists them.
    pub(crate) fn names() -> String {
        let quoted = Architecture::ALL.map(|a| format!("{:?}", a.name()));
        let (last, others) = quoted.split_last().map_or((String::new(), &quoted[..0]), |(l, o)| (l.clone(), o));
        format!("{} and {last}", others.join(", "))
    }

    /// The converter stores llama's q and k rows with the two halves of each head interleaved.
    pub(crate) fn interleaves_heads(self) -> bool {
        self == Architecture::Llama
    }

    pub(crate) fn has_qkv_bias(self) -> bool {
        self == Architecture::Qwen2
    }

    pub(crate) fn has_qk_norm(self) -> bool {
        matches!(self, Architecture::Qwen3 | Architecture::Gemma3)
    }

    pub(crate) fn has_post_norms(self) -> bool {
        self == Architecture::Gemma3
    }

    /// Whether the feed-forward's gate is GELU instead of SiLU.
    pub(crate) fn gates_with_gelu(self) -> bool {
        self == Architecture::Gemma3
    }
}
