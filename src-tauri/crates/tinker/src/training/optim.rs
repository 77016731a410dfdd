//! Changes of the weights.

use super::TrainingModel;
use super::create::build;
use crate::future::sealed::Sealed;
use crate::future::{Outcome, Pending, RequestKind, Ticket};
use crate::http::Answer;
use crate::{Error, Result};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeMap;

/// Adam's settings for one step.
///
/// ```
/// use idiolect_tinker::AdamParams;
///
/// let adam = AdamParams { learning_rate: 4.7e-4, eps: 1e-8, ..AdamParams::default() };
/// assert_eq!((adam.beta1, adam.beta2), (0.9, 0.95));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct AdamParams {
    /// Learning rate of this step. The loss is a sum, not a mean: make the weights of a batch add up to what you mean.
    pub learning_rate: f64,
    /// Decay of the first moment.
    pub beta1: f64,
    /// Decay of the second moment.
    pub beta2: f64,
    /// Keeps the division finite.
    pub eps: f64,
    /// Decoupled weight decay.
    pub weight_decay: f64,
    /// Gradients longer than this are shortened to it; 0 leaves them alone.
    pub grad_clip_norm: f64,
}

impl Default for AdamParams {
    /// The service's own defaults.
    fn default() -> Self {
        Self { learning_rate: 1e-4, beta1: 0.9, beta2: 0.95, eps: 1e-12, weight_decay: 0.0, grad_clip_norm: 0.0 }
    }
}

impl AdamParams {
    fn check(&self) -> Result<()> {
        let all = [self.learning_rate, self.beta1, self.beta2, self.eps, self.weight_decay, self.grad_clip_norm];
        if all.iter().all(|number| number.is_finite() && *number >= 0.0) {
            return Ok(());
        }
        Err(Error::invalid("Adam's settings have to be finite and not negative."))
    }
}

/// What a change of the weights came to.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct OptimStepOutput {
    /// Numbers about the step; which, depends on the server.
    #[serde(default, deserialize_with = "numbers")]
    pub metrics: BTreeMap<String, f64>,
}

/// Metrics that are no numbers (`NaN` travels as null) are left out.
fn numbers<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, f64>, D::Error> {
    let all: Option<BTreeMap<String, serde_json::Value>> = Option::deserialize(deserializer)?;
    let numbers = all.unwrap_or_default().into_iter().filter_map(|(name, value)| Some((name, value.as_f64()?)));
    Ok(numbers.collect())
}

impl Outcome for OptimStepOutput {}

impl Sealed for OptimStepOutput {
    const KINDS: &'static [RequestKind] = &[RequestKind::OptimStep];

    fn read(answer: &Answer, _ticket: &Ticket) -> Result<Self> {
        answer.json()
    }
}

impl TrainingModel {
    /// Submits a change of the weights by the gradients that have added up. It need not wait for their results, and
    /// should not: see [`Pipeline`](crate::Pipeline).
    ///
    /// # Errors
    /// As every submission.
    pub async fn optim_step(&self, adam: &AdamParams) -> Result<Pending<OptimStepOutput>> {
        adam.check()?;
        let (model_id, adam) = (self.id().to_owned(), *adam);
        let build = build(
            self.session(),
            "/api/v1/optim_step",
            move |seq_id| json!({ "model_id": model_id, "seq_id": seq_id, "adam_params": adam, "type": "optim_step" }),
        );
        self.submit(RequestKind::OptimStep, vec![build]).await
    }
}
