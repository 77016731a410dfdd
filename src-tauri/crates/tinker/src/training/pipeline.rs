//! Keeping the next steps queued while one is at work.
//!
//! The service works in cycles of about ten seconds, and what is not queued when one begins waits for the next. A loop
//! that waits for each pass before it submits the change of the weights spends two or three cycles on every step; one
//! that keeps a step ahead spends one.

use super::{AdamParams, Datum, Loss, ModelState, Step, StepOutput, StepTickets, TrainingModel};
use crate::future::Pending;
use crate::training::ForwardBackwardOutput;
use crate::{Error, Result, Session};
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// Submits steps ahead, up to a limit, and gives their results in order.
///
/// ```no_run
/// # async fn example(model: idiolect_tinker::TrainingModel, batches: Vec<Vec<idiolect_tinker::Datum>>)
/// # -> idiolect_tinker::Result<()> {
/// use idiolect_tinker::{AdamParams, Loss, Pipeline};
///
/// let mut pipeline = Pipeline::new(model, 2);
/// for batch in &batches {
///     if pipeline.is_full() {
///         let done = pipeline.next().await?;
///     }
///     pipeline.submit(batch, &Loss::cross_entropy(), &AdamParams::default()).await?;
/// }
/// while let Some((step, output)) = pipeline.next().await? {
///     println!("step {step}: {:?}", output.forward_backward.metrics);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Pipeline {
    model: TrainingModel,
    limit: usize,
    next_step: u64,
    in_flight: VecDeque<(u64, Step)>,
    half: Option<(Pending<ForwardBackwardOutput>, AdamParams)>,
    /// Set while a pass is being submitted: should that be dropped half way, nobody knows its result any more.
    submitting: bool,
}

/// What is needed to take a pipeline up again in another process, as long as its session lives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PipelineState {
    /// The model.
    pub model: ModelState,
    /// The number of the next step.
    pub next_step: u64,
    /// The steps whose results have not been taken, by their numbers.
    pub in_flight: Vec<(u64, StepTickets)>,
}

impl Pipeline {
    /// An empty pipeline that holds so many steps; two are enough to keep the service busy. Steps are counted from 0.
    #[must_use]
    pub fn new(model: TrainingModel, limit: usize) -> Self {
        Self { model, limit: limit.max(1), next_step: 0, in_flight: VecDeque::new(), half: None, submitting: false }
    }

    /// The same, counting from another step.
    #[must_use]
    pub fn starting_at(mut self, step: u64) -> Self {
        self.next_step = step;
        self
    }

    /// A pipeline as it was.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a state that contradicts itself.
    pub fn resume(session: &Session, state: PipelineState, limit: usize) -> Result<Self> {
        let mut pipeline = Self::new(session.attach_model(state.model), limit).starting_at(state.next_step);
        for (number, tickets) in state.in_flight {
            pipeline.in_flight.push_back((number, Step::from_tickets(session.client(), tickets)?));
        }
        Ok(pipeline)
    }

    /// The model; saving it goes in turn behind the steps that are in flight.
    #[must_use]
    pub fn model(&self) -> &TrainingModel {
        &self.model
    }

    /// Steps whose results have not been taken.
    #[must_use]
    pub fn in_flight(&self) -> usize {
        self.in_flight.len()
    }

    /// Whether a result has to be taken before the next step can be submitted.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.in_flight.len() >= self.limit
    }

    /// What is needed to take the pipeline up again.
    ///
    /// # Errors
    /// [`Error::Unsure`] while it is unknown whether the server has the last submission, [`Error::Invalid`] while it
    /// has half a step.
    pub async fn state(&self) -> Result<PipelineState> {
        if self.half.is_some() {
            return Err(Error::invalid("Half a step is at the server; complete it first."));
        }
        let in_flight = self.in_flight.iter().map(|(number, step)| (*number, step.tickets())).collect();
        Ok(PipelineState { model: self.model.state().await?, next_step: self.next_step, in_flight })
    }

    /// Submits the next step and gives its number. When this returns, the server has it.
    ///
    /// # Errors
    /// As every submission. [`Error::HalfStep`] when the server has the step's pass and not its change of the weights:
    /// call [`Pipeline::complete`] once the cause is gone; until then no further step is taken.
    pub async fn submit(&mut self, data: &[Datum], loss: &Loss, adam: &AdamParams) -> Result<u64> {
        if self.is_full() {
            return Err(Error::invalid("The pipeline is full; take a result first."));
        }
        if self.half.is_some() {
            return Err(Error::invalid("Half a step is at the server; complete it first."));
        }
        if std::mem::replace(&mut self.submitting, true) {
            return Err(Error::invalid(
                "An earlier submission was given up half way; go on from the last saved state.",
            ));
        }
        let pass = self.model.forward_backward(data, loss).await;
        self.submitting = false;
        self.half = Some((pass?, *adam));
        self.complete().await.map(|number| number.unwrap_or_default())
    }

    /// Submits the missing half of a step, if one is missing, and gives the step's number.
    ///
    /// # Errors
    /// As [`Pipeline::submit`].
    pub async fn complete(&mut self) -> Result<Option<u64>> {
        let Some((pass, adam)) = &self.half else { return Ok(None) };
        let optim_step = match self.model.optim_step(adam).await {
            Ok(optim_step) => optim_step,
            Err(error @ Error::Unsure { .. }) => return Err(error),
            // It counts, although nobody will see its result.
            Err(error @ Error::AlreadyAccepted { .. }) => {
                self.half = None;
                self.next_step += 1;
                return Err(error);
            }
            Err(cause) => {
                return Err(Error::HalfStep { forward_backward: pass.ticket(), cause: Box::new(cause) });
            }
        };
        let step = Step { forward_backward: pass.clone(), optim_step };
        let number = self.next_step;
        self.half = None;
        self.next_step += 1;
        self.in_flight.push_back((number, step));
        Ok(Some(number))
    }

    /// Waits for the oldest step and gives its number and result; nothing when none is in flight. Dropping the future
    /// loses nothing, and neither does an error: the step stays the oldest.
    ///
    /// # Errors
    /// As [`Pending::wait`].
    pub async fn next(&mut self) -> Result<Option<(u64, StepOutput)>> {
        let Some((number, step)) = self.in_flight.front() else { return Ok(None) };
        let done = (*number, step.wait().await?);
        self.in_flight.pop_front();
        Ok(Some(done))
    }

    /// The step that [`Pipeline::next`] would wait for.
    #[must_use]
    pub fn oldest(&self) -> Option<(u64, &Step)> {
        self.in_flight.front().map(|(number, step)| (*number, step))
    }
}
