//! A run as it goes on, told step by step until it is at rest. It is read from the library, so what is told was saved.

use crate::context::Context;
use crate::exit::{End, Outcome};
use crate::progress::Progress;
use crate::text::{duration, loss};
use idiolect_core::id::RunId;
use idiolect_core::training::{self, Recipe, Run, RunEvent, RunStatus, StepPoint};
use idiolect_core::{Code, Error, Result};
use serde_json::json;
use std::io::IsTerminal;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Follows a run until it is at rest and gives it as it is then. Steps up to `after` were told before. When `stop` is
/// cancelled the run is paused, which takes until its step is done.
///
/// # Errors
/// `NotFound` when there is none with that number.
pub async fn follow(context: &Context<'_>, id: RunId, after: Option<u32>, stop: &CancellationToken) -> Result<Run> {
    let mut teller = Teller { context, id, after, recipe: None, run: None, saved: after, progress: Progress::none() };
    let never = CancellationToken::new();
    {
        let watching = training::watch(&context.core, id, |event| teller.hear(event), &never);
        tokio::pin!(watching);
        tokio::select! {
            ended = &mut watching => ended?,
            () = stop.cancelled() => {
                // In a terminal a bar and the echoed ^C stand on this line.
                let gap = if std::io::stderr().is_terminal() { "\n" } else { "" };
                context.out.notice(&format!(
                    "{gap}Pausing: this step is finished and saved first. Ctrl-C again ends at once."
                ));
                // A run that came to rest meanwhile cannot be paused, and need not be.
                let _at_rest = training::pause(&context.core, id);
                watching.await?;
            }
        }
    }
    teller.progress.end();
    let_go(context, id).await;
    training::get(&context.core, id)
}

/// The row says that the run is at rest a moment before its files are tidied up; the process must not end in between.
async fn let_go(context: &Context<'_>, id: RunId) {
    let tidied = async {
        while training::active_in_this_process(&context.core) == Some(id) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    // A disk that does not answer is no reason to stay for ever; what is left is swept away later.
    let _in_time = tokio::time::timeout(Duration::from_secs(30), tidied).await;
}

/// The last line of a run's stream.
pub fn done(context: &Context<'_>, run: &Run) {
    let fields = json!({
        "run": run.id, "version": run.version, "outcome": run.outcome, "status": run.status,
        "held_out_loss": run.held_out_loss, "base_loss": run.base_loss, "tokens_per_second": run.tokens_per_second,
    });
    context.out.event("done", &fields);
}

/// Tells what came of a run: the line `done` of the stream, or a sentence.
pub fn told(context: &Context<'_>, run: &Run) {
    done(context, run);
    if let (RunStatus::Succeeded, Some(version)) = (run.status, run.version) {
        let outcome = run.outcome.as_deref().unwrap_or_default();
        context.out.line(&format!(
            "{outcome}\nVersion v{version} is ready: idiolect-cli write --version v{version} \"Write a blog post about …\""
        ));
    }
}

/// How the program ends after following a run.
pub fn ended(run: &Run) -> Outcome {
    let (id, step, steps) = (run.id, run.step, run.steps);
    let sentence = || run.outcome.clone().unwrap_or_else(|| format!("Run {id} is {}.", run.status.name()));
    let resume =
        format!("Go on with `idiolect-cli runs resume {id}`, or give it up with `idiolect-cli runs cancel {id}`.");
    match run.status {
        RunStatus::Succeeded => Ok(End::Done),
        RunStatus::Paused => {
            let message = format!("Run {id} is paused after step {step} of {steps}; everything up to there is saved.");
            Ok(End::Interrupted { message, hint: resume })
        }
        RunStatus::Cancelled => Err(Error::new(Code::Cancelled, sentence())),
        _ => Err(Error::new(Code::Internal, sentence()).hint(resume)),
    }
}

struct Teller<'a> {
    context: &'a Context<'a>,
    id: RunId,
    after: Option<u32>,
    recipe: Option<Recipe>,
    run: Option<Run>,
    /// The newest checkpoint that was told.
    saved: Option<u32>,
    progress: Progress,
}

impl Teller<'_> {
    fn hear(&mut self, event: RunEvent) -> bool {
        match event {
            RunEvent::Snapshot { detail } if self.recipe.is_none() => {
                self.begin(&detail.run);
                self.recipe = Some(detail.recipe);
                let new = |step: u32| self.after.is_none_or(|after| step > after);
                let steps: Vec<_> = detail.train.iter().filter(|point| new(point.step)).copied().collect();
                let held_out: Vec<_> = detail.held_out.iter().filter(|point| new(point.step)).copied().collect();
                held_out.iter().filter(|point| point.step == 0).for_each(|point| self.held_out(0, point.loss));
                steps.iter().for_each(|point| self.step(*point));
                held_out.iter().filter(|point| point.step > 0).for_each(|point| self.held_out(point.step, point.loss));
            }
            RunEvent::Snapshot { detail } => self.run = Some(detail.run),
            RunEvent::Run { run } => self.run = Some(*run),
            RunEvent::Step { point } => self.step(point),
            RunEvent::HeldOut { point } => self.held_out(point.step, point.loss),
        }
        self.saved();
        true
    }

    fn begin(&mut self, run: &Run) {
        self.run = Some(run.clone());
        self.progress = self.context.out.progress(u64::from(run.steps));
        let reason = match self.after {
            None => "Measuring the posts left out of the training, before the first step",
            Some(_) => "Taking the run up from its last checkpoint",
        };
        if !run.status.at_rest() {
            self.context.out.event("waiting", &json!({"reason": reason}));
            self.progress.at(u64::from(self.after.unwrap_or(0)), reason);
        }
    }

    fn step(&mut self, point: StepPoint) {
        let StepPoint { step, loss: train_loss, tokens } = point;
        // The row is newer than the point and holds what the point does not.
        if let Ok(run) = training::get(&self.context.core, self.id) {
            self.run = Some(run);
        }
        let (Some(run), Some(recipe)) = (&self.run, &self.recipe) else { return };
        let fields = json!({
            "step": step, "steps": run.steps, "epoch": run.epoch, "train_loss": train_loss,
            "learning_rate": training::learning_rate(recipe, step.saturating_sub(1), run.steps), "tokens": tokens,
            "tokens_per_second": run.tokens_per_second, "cost_usd": 0.0,
        });
        self.context.out.event("step", &fields);
        let speed = run.tokens_per_second.map(|speed| format!(" · {speed:.0} tokens/s")).unwrap_or_default();
        let left = match run.seconds_left {
            _ if step == run.steps => " · measuring, then writing the test drafts".to_owned(),
            Some(seconds) => format!(" · {} left", duration(seconds)),
            None => String::new(),
        };
        let words = format!("step {step} of {} · loss {train_loss:.3}{speed}{left}", run.steps);
        self.progress.at(u64::from(step), &words);
    }

    fn held_out(&mut self, step: u32, now: f64) {
        let base = match &self.run {
            _ if step == 0 => Some(now),
            Some(run) => run.base_loss,
            None => None,
        };
        self.context.out.event("held_out", &json!({"step": step, "loss": now, "base_loss": base}));
        let when = if step == 0 { "before training".to_owned() } else { format!("after step {step}") };
        let beside = if step == 0 { String::new() } else { format!(" (base model {})", loss(base)) };
        self.progress.say(&format!("{when}: {now:.3} nats per token on the posts left out{beside}"));
    }

    fn saved(&mut self) {
        // A checkpoint that cannot be read of now is told with the next event.
        let Ok(Some(step)) = training::checkpoint_step(&self.context.core, self.id) else { return };
        if self.saved != Some(step) {
            self.saved = Some(step);
            self.context.out.event("saved", &json!({"step": step}));
        }
    }
}
