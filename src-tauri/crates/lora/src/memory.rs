//! How much of a step's activations is kept for backward, and how much memory that takes.
//!
//! Each layer keeps at least its input; a kept layer also keeps what backward needs, and the others run forward again
//! (checkpointing, Chen et al. 2016, arXiv 1604.06174). As many layers are kept as the budget allows: a small step
//! keeps all, a large one few, and the result is the same to the bit.

use crate::adapter::Layout;
use crate::layer::Activations;
use crate::loss;
use crate::model::Model;

/// Bytes a training step aims to stay under, mapped weights included.
pub(crate) const DEFAULT_BUDGET: u64 = 640 << 20;

/// The last `keep` layers keep their activations.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Plan {
    pub(crate) keep: usize,
    /// Estimated bytes at the step's peak.
    pub(crate) peak: u64,
}

impl Plan {
    pub(crate) fn new(model: &Model, tokens: usize, rank: usize, budget: u64) -> Plan {
        let c = model.config();
        let n = tokens as u64;
        let floats = |count: usize| 4 * count as u64;
        let adapter = 4 * floats(Layout::new(c, rank).len());
        let weights = floats((c.qkv_width() + c.q_width() + 3 * c.ffn) * c.hidden);
        let head = floats(loss::CHUNK.min(tokens) * c.vocab + loss::TILE.min(c.vocab) * c.hidden);
        let inputs = n * floats((c.layers + 2) * c.hidden);
        // One layer running again, and the gradients it needs side by side in backward.
        let per_layer = n * floats(Activations::floats(c));
        let working = per_layer + n * floats(2 * c.qkv_width() + 3 * c.q_width() + 2 * c.hidden + c.ffn);
        let fixed = model.file_bytes() + TOKENIZER + adapter + weights + inputs + head.max(working);
        let keep = budget.saturating_sub(fixed).checked_div(per_layer).unwrap_or(0).min(c.layers as u64);
        Plan { keep: keep as usize, peak: fixed + keep * per_layer }
    }
}

/// The tokenizer's tables, the program and its threads: about the same for every model.
const TOKENIZER: u64 = 40 << 20;
