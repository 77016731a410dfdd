//! The one training loop. It does not know which engine runs it, nor that a window exists: it takes steps, measures the
//! held-out posts, saves checkpoints, and tells an [`Observer`] what happened. Pause and cancel are outcomes, not errors.

use super::{Recipe, render, schedule};
use crate::dataset::FrozenDataset;
use crate::engine::{Codec, Datum, StepMetrics, Surprise, Trainer};
use crate::{Code, Result};
use async_trait::async_trait;
use std::time::{Duration, Instant};

/// How often the loop looks whether it is asked to stop while a step runs.
const LOOK: Duration = Duration::from_millis(250);
/// A checkpoint at least this often, so that a crash costs little.
const CHECKPOINT_EVERY: Duration = Duration::from_secs(60);
/// Rises of the held-out loss in a row that end a run.
const RISES: usize = 2;

/// What the author asks of a running run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Request {
    /// Save and stop, to be taken up again.
    Pause,
    /// Give up.
    Cancel,
}

/// How the loop ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Ended {
    /// All steps are done.
    Finished,
    /// The held-out loss rose twice in a row; the weights of `best_step` are the ones to keep.
    StoppedEarly {
        /// The step at which the held-out loss was lowest.
        best_step: u32,
    },
    /// The time the author gave is over.
    TimeUp,
    /// The author paused it; a checkpoint is saved.
    Paused,
    /// The author gave it up.
    Cancelled,
}

/// Where a run is.
#[derive(Debug, Clone, Copy)]
pub struct Progress {
    /// Steps done.
    pub step: u32,
    /// The pass over the posts it is in, counted from 1.
    pub epoch: u32,
    /// Loss and tokens of the step.
    pub metrics: StepMetrics,
    /// Seconds the step took.
    pub seconds: f64,
}

/// Hears of everything, and persists it. An error from it ends the run.
#[async_trait]
pub trait Observer: Send {
    /// What the author asks now.
    fn request(&mut self) -> Result<Option<Request>>;
    /// A step is done.
    fn stepped(&mut self, progress: &Progress) -> Result<()>;
    /// The held-out posts were measured after `step` steps; one surprise a post.
    fn measured(&mut self, step: u32, posts: &[Surprise]) -> Result<()>;
    /// Time for a training checkpoint.
    async fn checkpoint(&mut self, step: u32, trainer: &mut dyn Trainer) -> Result<()>;
    /// The held-out loss is the lowest so far: the weights worth keeping if it only rises from here.
    async fn best(&mut self, step: u32, trainer: &mut dyn Trainer) -> Result<()>;
}

/// A run, as the loop needs it.
pub struct Job<'a> {
    /// The settings.
    pub recipe: &'a Recipe,
    /// What it learns from and is measured on.
    pub dataset: &'a FrozenDataset,
    /// The model's tokenizer and template.
    pub codec: &'a dyn Codec,
    /// The longest sequence the model takes, in tokens.
    pub longest: usize,
    /// Steps in all.
    pub steps: u32,
    /// Steps done before; from a checkpoint.
    pub from_step: u32,
    /// Held-out losses measured before, with their steps, in nats per token.
    pub measured: Vec<(u32, f64)>,
    /// Seconds the run has trained before.
    pub seconds_spent: f64,
}

/// Trains until the steps are done or something ends it.
///
/// # Errors
/// What the engine or the observer says.
pub async fn train(job: &Job<'_>, trainer: &mut dyn Trainer, observer: &mut dyn Observer) -> Result<Ended> {
    let per_epoch = steps_per_epoch(job.recipe, job.dataset);
    let held_out = held_out_data(job)?;
    let mut curve = Curve { points: job.measured.clone() };
    // A run that was paused while it was measured is measured now.
    let due = job.from_step == 0 || evaluation_due(job.from_step, job.steps, per_epoch);
    if curve.points.is_empty() || due && !curve.has(job.from_step) {
        let step = if curve.points.is_empty() { 0 } else { job.from_step };
        if let Some(request) = measure(&held_out, step, &mut curve, trainer, observer).await? {
            return stop(request, job.from_step, trainer, observer).await;
        }
    }
    if curve.risen() {
        // The run was cut off after its last step, while its test drafts were written.
        return Ok(Ended::StoppedEarly { best_step: curve.best() });
    }
    let began = Instant::now();
    let mut saved = Instant::now();
    for step in job.from_step..job.steps {
        let (epoch, batch) = batch(job, step, per_epoch)?;
        let learning_rate = schedule::learning_rate(job.recipe, step, job.steps);
        let started = Instant::now();
        let pending = trainer.submit(batch, job.recipe.adam(learning_rate)).await?;
        let metrics = match finish_or_ask(pending, trainer, observer).await? {
            Waited::Done(metrics) => metrics,
            Waited::Asked(request) => return stop(request, step, trainer, observer).await,
        };
        let done = step + 1;
        let seconds = started.elapsed().as_secs_f64();
        observer.stepped(&Progress { step: done, epoch: epoch + 1, metrics, seconds })?;
        let due = evaluation_due(done, job.steps, per_epoch);
        if due && let Some(request) = measure(&held_out, done, &mut curve, trainer, observer).await? {
            return stop(request, done, trainer, observer).await;
        }
        let request = observer.request()?;
        if due || request == Some(Request::Pause) || saved.elapsed() > CHECKPOINT_EVERY {
            observer.checkpoint(done, trainer).await?;
            saved = Instant::now();
        }
        let spent = job.seconds_spent + began.elapsed().as_secs_f64();
        match request {
            Some(Request::Pause) => return Ok(Ended::Paused),
            Some(Request::Cancel) => return Ok(Ended::Cancelled),
            None if curve.risen() => return Ok(Ended::StoppedEarly { best_step: curve.best() }),
            None if done < job.steps && job.recipe.minutes.is_some_and(|minutes| spent > minutes * 60.0) => {
                if !due {
                    if let Some(request) = measure(&held_out, done, &mut curve, trainer, observer).await? {
                        return stop(request, done, trainer, observer).await;
                    }
                    observer.checkpoint(done, trainer).await?;
                }
                return Ok(Ended::TimeUp);
            }
            None => {}
        }
    }
    Ok(Ended::Finished)
}

/// Steps of one pass over the posts.
pub fn steps_per_epoch(recipe: &Recipe, dataset: &FrozenDataset) -> u32 {
    let examples = dataset.epoch(u64::from(recipe.seed), 0).len();
    u32::try_from(examples.div_ceil(recipe.batch_size as usize)).unwrap_or(u32::MAX)
}

/// How many times the held-out posts are measured in a run.
pub fn evaluations(steps: u32, per_epoch: u32) -> u32 {
    1 + u32::try_from((1..=steps).filter(|step| evaluation_due(*step, steps, per_epoch)).count()).unwrap_or(u32::MAX)
}

/// After every half epoch, and at the end.
fn evaluation_due(done: u32, steps: u32, per_epoch: u32) -> bool {
    done == steps || done.is_multiple_of(per_epoch.div_ceil(2).max(1))
}

/// The held-out losses so far, in nats per token.
struct Curve {
    points: Vec<(u32, f64)>,
}

impl Curve {
    fn risen(&self) -> bool {
        let losses: Vec<f64> = self.points.iter().map(|point| point.1).collect();
        losses.len() > RISES && losses[losses.len() - RISES - 1..].windows(2).all(|pair| pair[1] > pair[0])
    }

    fn has(&self, step: u32) -> bool {
        self.points.iter().any(|point| point.0 == step)
    }

    fn best(&self) -> u32 {
        self.points.iter().min_by(|a, b| a.1.total_cmp(&b.1)).map_or(0, |point| point.0)
    }
}

fn held_out_data(job: &Job<'_>) -> Result<Vec<Vec<Datum>>> {
    let render = |post: &crate::dataset::FrozenPost| {
        render::held_out(job.recipe, job.codec, &post.title, &post.text, job.longest)
    };
    job.dataset.held_out.iter().map(render).collect()
}

/// Measures the held-out posts; gives up, and says why, when the author asks for something meanwhile.
async fn measure(
    held_out: &[Vec<Datum>],
    step: u32,
    curve: &mut Curve,
    trainer: &mut dyn Trainer,
    observer: &mut dyn Observer,
) -> Result<Option<Request>> {
    let mut posts = Vec::with_capacity(held_out.len());
    for data in held_out {
        let mut parts = Vec::with_capacity(data.len());
        for datum in data {
            if let Some(request) = observer.request()? {
                return Ok(Some(request));
            }
            parts.extend(trainer.evaluate(vec![datum.clone()]).await?);
        }
        posts.push(total(&parts));
    }
    let all = total(&posts);
    let loss = all.nll / f64::from(all.tokens.max(1));
    observer.measured(step, &posts)?;
    curve.points.push((step, loss));
    if step > 0 && curve.best() == step {
        observer.best(step, trainer).await?;
    }
    Ok(None)
}

/// Ends as the author asked, after `done` steps.
async fn stop(request: Request, done: u32, trainer: &mut dyn Trainer, observer: &mut dyn Observer) -> Result<Ended> {
    if request == Request::Cancel {
        return Ok(Ended::Cancelled);
    }
    observer.checkpoint(done, trainer).await?;
    Ok(Ended::Paused)
}

/// Sums of parts.
pub fn total(parts: &[Surprise]) -> Surprise {
    parts
        .iter()
        .fold(Surprise::default(), |sum, part| Surprise { nll: sum.nll + part.nll, tokens: sum.tokens + part.tokens })
}

/// The sequences of a step, their weights summing to 1.
fn batch(job: &Job<'_>, step: u32, per_epoch: u32) -> Result<(u32, Vec<Datum>)> {
    let epoch = step / per_epoch.max(1);
    let order = job.dataset.epoch(u64::from(job.recipe.seed), epoch);
    let size = job.recipe.batch_size as usize;
    let first = (step % per_epoch.max(1)) as usize * size;
    let mut data = Vec::new();
    for index in order.iter().skip(first).take(size) {
        let example = &job.dataset.examples[*index];
        data.extend(render::example(job.recipe, job.codec, &example.prompt, &example.completion, job.longest)?);
    }
    render::normalise(&mut data);
    Ok((epoch, data))
}

/// How waiting for a step ended.
enum Waited {
    /// The step is done.
    Done(StepMetrics),
    /// The author asked for something meanwhile; the step was given up and can be taken again.
    Asked(Request),
}

/// Waits for a step, but not when the author pauses or cancels meanwhile: a step may take long on a busy computer.
async fn finish_or_ask(
    mut pending: futures_util::future::BoxFuture<'static, Result<StepMetrics>>,
    trainer: &mut dyn Trainer,
    observer: &mut dyn Observer,
) -> Result<Waited> {
    loop {
        if let Ok(done) = tokio::time::timeout(LOOK, &mut pending).await {
            return done.map(Waited::Done);
        }
        let Some(request) = observer.request()? else { continue };
        trainer.abandon();
        // It may have been done just before it was given up; then it counts.
        return match pending.await {
            Ok(metrics) => Ok(Waited::Done(metrics)),
            Err(error) if error.code == Code::Cancelled => Ok(Waited::Asked(request)),
            Err(error) => Err(error),
        };
    }
}

#[cfg(test)]
mod tests;
