//! How well a version foretells a text, beside the base model: the same measure as on the held-out posts.

use crate::engine::{Sampler, Weights};
use crate::id::VersionId;
use crate::version::{self, Drafter};
use crate::{Core, Error, Result};
use serde::Serialize;

/// Texts longer than this many tokens are measured in windows of it.
const WINDOW: usize = 1536;

/// How well a text is foretold.
#[derive(Debug, Clone, Serialize)]
pub struct Score {
    /// Mean negative log-likelihood per token, in nats.
    pub nll: f64,
    /// Tokens it is over.
    pub tokens: u32,
    /// UTF-8 bytes of the text.
    pub bytes: u32,
    /// By the version, in bits per byte.
    pub bits_per_byte: f64,
    /// By the base model, in bits per byte.
    pub base_bits_per_byte: f64,
}

/// Scores a text with a version (the current one when none is named) and its base model, after `prompt`.
///
/// # Errors
/// `BadInput` for an empty text; `NotFound` for an unknown version; what the engine says.
pub async fn score(core: &Core, prompt: &str, text: &str, version: Option<VersionId>) -> Result<Score> {
    if text.trim().is_empty() {
        return Err(Error::bad_input("The text is empty: there is nothing to score."));
    }
    let drafter = version::drafter(core, version, false)?;
    let base = Drafter { weights: Weights { adapter: None, ..drafter.weights.clone() }, ..drafter.clone() };
    let (nll, tokens) = surprise(core, &drafter, prompt, text).await?;
    let (base_nll, _) =
        if drafter.weights == base.weights { (nll, tokens) } else { surprise(core, &base, prompt, text).await? };
    let bytes = u32::try_from(text.len()).unwrap_or(u32::MAX);
    let bits = f64::from(bytes.max(1)) * std::f64::consts::LN_2;
    Ok(Score {
        nll: nll / f64::from(tokens.max(1)),
        tokens,
        bytes,
        bits_per_byte: nll / bits,
        base_bits_per_byte: base_nll / bits,
    })
}

/// Sum of negative log-likelihoods over the text's tokens, and their number.
async fn surprise(core: &Core, drafter: &Drafter, prompt: &str, text: &str) -> Result<(f64, u32)> {
    let codec = core.engine.codec(&drafter.weights.model).await?;
    let mut sampler = core.engine.sampler(&drafter.weights).await?;
    let before = drafter.recipe.prompt_tokens(codec.as_ref(), prompt)?;
    let tokens = codec.encode(text);
    let (mut nll, mut count) = (0.0, 0u32);
    for window in tokens.chunks(WINDOW) {
        let (sum, scored) = window_surprise(sampler.as_mut(), &before, window).await?;
        nll += sum;
        count += scored;
    }
    Ok((nll, count))
}

async fn window_surprise(sampler: &mut dyn Sampler, before: &[u32], window: &[u32]) -> Result<(f64, u32)> {
    let logprobs = sampler.score([before, window].concat()).await?;
    let scored = &logprobs[before.len().max(1).min(logprobs.len())..];
    let sum: f64 = scored.iter().map(|logprob| -f64::from(*logprob)).sum();
    Ok((sum, u32::try_from(scored.len()).unwrap_or(u32::MAX)))
}
