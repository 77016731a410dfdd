//! Training: gradients, optimizer steps, evaluation. The loop over data belongs to the caller.

use std::sync::Arc;

use crate::adam::{AdamParams, Moments, StepInfo};
use crate::adapter::{Adapter, LoraConfig};
use crate::error::Error;
use crate::memory::{DEFAULT_BUDGET, Plan};
use crate::model::Model;
use crate::pack::{Datum, Pack};
use crate::pass;
use crate::pool;

/// An adapter being trained on a base model: its weights, gradient, moments and step count.
pub struct Trainer {
    pub(crate) model: Arc<Model>,
    pub(crate) adapter: Adapter,
    pub(crate) moments: Moments,
    gradient: Option<Vec<f32>>,
    budget: u64,
}

/// The loss of one batch, before the optimizer's step.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct BatchLoss {
    /// The sum of weight x negative log-likelihood, in nats: what the gradient belongs to.
    pub weighted_nll: f64,
    /// The sum of the weights.
    pub weight: f64,
    /// The plain sum of negative log-likelihoods over the tokens with a weight, in nats.
    pub nll: f64,
    /// The number of those tokens.
    pub tokens: usize,
}

/// How well a text is predicted.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Score {
    /// The sum of negative log-likelihoods over the tokens with a weight above zero, in nats.
    pub nll: f64,
    /// The number of those tokens.
    pub tokens: usize,
}

impl Trainer {
    /// Starts with a fresh adapter.
    pub fn new(model: Arc<Model>, config: &LoraConfig) -> Result<Trainer, Error> {
        let adapter = Adapter::new(&model, config)?;
        Trainer::from_adapter(model, adapter)
    }

    /// Goes on from an adapter, with fresh moments.
    pub fn from_adapter(model: Arc<Model>, adapter: Adapter) -> Result<Trainer, Error> {
        adapter.check(&model)?;
        let moments = Moments::new(adapter.data.len());
        Ok(Trainer { model, adapter, moments, gradient: None, budget: DEFAULT_BUDGET })
    }

    /// The bytes a step may take before layers are run twice instead of keeping their activations. Does not change
    /// results, only time and memory.
    pub fn set_memory_budget(&mut self, bytes: u64) {
        self.budget = bytes;
    }

    /// Adds the gradient of the sum of weight x negative log-likelihood over the batch to what has been added since the
    /// last optimizer step. The caller scales the weights, usually so that they sum to 1 per step.
    ///
    /// `stop` is asked between layers; when it says so, nothing has been added.
    pub fn forward_backward(&mut self, batch: &[Datum], stop: &dyn Fn() -> bool) -> Result<BatchLoss, Error> {
        let pack = Pack::new(&self.model, batch)?;
        if pack.targets.is_empty() {
            return Ok(BatchLoss::default());
        }
        let plan = Plan::new(&self.model, pack.len(), self.adapter.rank(), self.budget);
        let (nll, gradient) = pass::gradient(&self.model, &self.adapter, &pack, plan, stop)?;
        let mut loss = BatchLoss::default();
        for (&nll, target) in nll.iter().zip(&pack.targets) {
            loss.weighted_nll += target.weight as f64 * nll as f64;
            loss.weight += target.weight as f64;
            loss.nll += nll as f64;
            loss.tokens += 1;
        }
        if !loss.nll.is_finite() {
            return Err(Error::Diverged { what: "loss" });
        }
        match &mut self.gradient {
            Some(sum) => sum.iter_mut().zip(&gradient).for_each(|(sum, g)| *sum += g),
            none => *none = Some(gradient),
        }
        Ok(loss)
    }

    /// One AdamW step with the gradient added up so far, which is then forgotten, also on failure.
    pub fn optim_step(&mut self, adam: &AdamParams) -> Result<StepInfo, Error> {
        let gradient = self.gradient.take().ok_or_else(|| Error::input("there is no gradient to step along"))?;
        let (weights, moments) = (&mut self.adapter.data, &mut self.moments);
        pool::run(|| moments.step(weights, &gradient, adam))
    }

    /// How well the current adapter predicts `datum`.
    pub fn evaluate(&self, datum: &Datum) -> Result<Score, Error> {
        let pack = Pack::new(&self.model, std::slice::from_ref(datum))?;
        let nll = pass::evaluate(&self.model, Some(&self.adapter), &pack, &|| false)?;
        Ok(Score { nll: nll.iter().map(|&nll| nll as f64).sum(), tokens: nll.len() })
    }

    /// The adapter as it is now.
    pub fn adapter(&self) -> &Adapter {
        &self.adapter
    }

    /// The base model.
    pub fn model(&self) -> &Arc<Model> {
        &self.model
    }

    /// Optimizer steps taken so far, those before a load included.
    pub fn steps(&self) -> u64 {
        self.moments.step
    }

    /// The gradient added up since the last step for the tensor with this PEFT name, row-major.
    pub fn gradient(&self, name: &str) -> Option<&[f32]> {
        let gradient = self.gradient.as_ref()?;
        let mut tensors = self.adapter.layout.tensors();
        let found = tensors.find(|(l, p, s, _)| crate::peft::tensor_name(*l, *p, *s) == name);
        found.map(|(.., range)| &gradient[range])
    }
}
