//! One optimizer step: a pass and the change of the weights by its gradients, submitted together.

use super::{AdamParams, Datum, ForwardBackwardOutput, Loss, OptimStepOutput, TrainingModel};
use crate::future::{Pending, Ticket};
use crate::{Client, Error, Result};
use serde::{Deserialize, Serialize};

/// A step that the server has.
#[derive(Debug, Clone)]
pub struct Step {
    /// Its pass.
    pub forward_backward: Pending<ForwardBackwardOutput>,
    /// Its change of the weights.
    pub optim_step: Pending<OptimStepOutput>,
}

/// The claims to a step's results, to be kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepTickets {
    /// To its pass.
    pub forward_backward: Ticket,
    /// To its change of the weights.
    pub optim_step: Ticket,
}

/// What a step came to.
#[derive(Debug, Clone, PartialEq)]
pub struct StepOutput {
    /// Its pass.
    pub forward_backward: ForwardBackwardOutput,
    /// Its change of the weights.
    pub optim_step: OptimStepOutput,
}

impl Step {
    /// The claims to its results.
    #[must_use]
    pub fn tickets(&self) -> StepTickets {
        StepTickets { forward_backward: self.forward_backward.ticket(), optim_step: self.optim_step.ticket() }
    }

    /// A step from its tickets.
    ///
    /// # Errors
    /// [`Error::Invalid`] when the tickets are for something else.
    pub fn from_tickets(client: &Client, tickets: StepTickets) -> Result<Self> {
        Ok(Self {
            forward_backward: client.pending(tickets.forward_backward)?,
            optim_step: client.pending(tickets.optim_step)?,
        })
    }

    /// Waits for both results. The future does not borrow from the step, and can be handed on.
    ///
    /// # Errors
    /// As [`Pending::wait`].
    pub fn wait(&self) -> impl Future<Output = Result<StepOutput>> + Send + use<> {
        let step = self.clone();
        async move {
            let forward_backward = step.forward_backward.wait().await?;
            let optim_step = step.optim_step.wait().await?;
            Ok(StepOutput { forward_backward, optim_step })
        }
    }
}

impl TrainingModel {
    /// Submits a whole step without waiting for results. When this returns, the server has it.
    ///
    /// ```no_run
    /// # async fn example(model: idiolect_tinker::TrainingModel) -> idiolect_tinker::Result<()> {
    /// use idiolect_tinker::{AdamParams, Datum, Loss};
    ///
    /// let batch = [Datum::cross_entropy(&[1, 2, 3], &[0.0, 1.0, 1.0])?];
    /// let step = model.step(&batch, &Loss::cross_entropy(), &AdamParams::default()).await?;
    /// let kept = serde_json::to_string(&step.tickets()).unwrap();
    /// println!("{:?}", step.wait().await?.optim_step.metrics);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As every submission. [`Error::HalfStep`] when the server has the pass and not the change of the weights: then
    /// submit [`TrainingModel::optim_step`] alone, once the cause is gone.
    pub async fn step(&self, data: &[Datum], loss: &Loss, adam: &AdamParams) -> Result<Step> {
        let forward_backward = self.forward_backward(data, loss).await?;
        match self.optim_step(adam).await {
            Ok(optim_step) => Ok(Step { forward_backward, optim_step }),
            // In doubt, or taken without a receipt: nothing may be repeated.
            Err(error @ (Error::Unsure { .. } | Error::AlreadyAccepted { .. })) => Err(error),
            Err(cause) => Err(Error::HalfStep { forward_backward: forward_backward.ticket(), cause: Box::new(cause) }),
        }
    }
}
