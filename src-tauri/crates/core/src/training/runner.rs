//! A run's life in this process: start it, take it up again, pause or cancel it, wait for it. Everything it does is
//! written down before anyone hears of it; whoever watches reads the library.

use super::ownership::{self, Ownership};
use super::run::{self, RunStatus};
use super::scribe::Scribe;
use super::train::{self, Ended, Job};
use super::{Recipe, RunOptions, curve, files, finish, plan, store};
use crate::blog::post;
use crate::dataset::held_out;
use crate::engine::{Start, Trainer};
use crate::id::RunId;
use crate::{Core, Error, Result, Topic};
use std::path::Path;
use std::sync::PoisonError;
use std::time::Duration;

/// Starts a run and gives its number at once; it trains in the background of this process.
///
/// # Errors
/// `RunActive`, `NothingToTrain`, `ModelMissing`, or `BadInput` for options no run can have.
pub async fn start(core: &Core, options: &RunOptions) -> Result<RunId> {
    let turn = ownership::take_turn(core).await?;
    let prepared = plan::prepare(core, options).await?;
    let digest = prepared.dataset.digest();
    let stamp = core.clock.stamp();
    let new = store::NewRun {
        engine: core.engine.id(),
        model: options.model(),
        recipe: &prepared.plan.recipe,
        dataset_digest: &digest,
        steps: prepared.plan.steps,
    };
    let id = {
        // Until something is learned the held-out posts are chosen anew whenever examples are built; no build may come
        // between choosing them for this run and writing down that it learns from the others.
        let _turn = core.building.lock().unwrap_or_else(PoisonError::into_inner);
        held_out::settle(core, options.hold_out.map(|number| number as usize))?;
        core.db.write(|tx| {
            let id = store::insert(tx, &new, &stamp)?;
            post::mark_trained(tx, &prepared.dataset.training_posts(), &stamp)?;
            Ok(id)
        })?
    };
    files::write_dataset(&core.paths.run(id), &prepared.dataset)?;
    let ownership = turn.own(&core.paths, id)?;
    store::set_status(core, id, RunStatus::Running, None)?;
    core.changed(Topic::Posts);
    tokio::spawn(go(core.clone(), id, ownership));
    Ok(id)
}

/// Takes a paused, interrupted or failed run up again from its last checkpoint.
///
/// # Errors
/// `RunActive`, `NotFound`, or `BadInput` when the run cannot be taken up.
pub async fn resume(core: &Core, id: RunId) -> Result<()> {
    ownership::settle(core)?;
    let (run, _) = run::row(core, id)?;
    if !run.status.resumable() {
        return Err(
            Error::bad_input(format!("Run {id} is {} and cannot go on.", run.status.name())).hint("Start a new run.")
        );
    }
    let ownership = ownership::take_turn(core).await?.own(&core.paths, id)?;
    // Before anyone watches: steps that are about to be done again must not look as if they were done.
    let from = store::checkpoint_step(core, id)?.unwrap_or(0);
    core.db.write(|tx| {
        curve::forget_after(tx, id, from)?;
        store::update(tx, id, &[("step", &from)])
    })?;
    store::set_status(core, id, RunStatus::Running, None)?;
    tokio::spawn(go(core.clone(), id, ownership));
    Ok(())
}

/// Asks a run to save and stop. The process that trains it answers within a step.
///
/// # Errors
/// `BadInput` when it is not training.
pub fn pause(core: &Core, id: RunId) -> Result<()> {
    ownership::settle(core)?;
    if store::ask(core, id, "pause")? {
        return Ok(());
    }
    let status = run::row(core, id)?.0.status;
    Err(Error::bad_input(format!("Run {id} is {} and cannot be paused.", status.name())))
}

/// Gives a run up, whether it trains or rests. What it had learned is deleted; its row and curve stay.
///
/// # Errors
/// `BadInput` when it has ended for good.
pub fn cancel(core: &Core, id: RunId) -> Result<()> {
    ownership::settle(core)?;
    if store::ask(core, id, "cancel")? {
        return Ok(());
    }
    store::set_status(core, id, RunStatus::Cancelled, Some(CANCELLED))?;
    files::remove_weights(&core.paths.run(id))
}

/// Waits until a run is at rest and gives its status.
///
/// # Errors
/// `NotFound` when there is none with that number.
pub async fn wait(core: &Core, id: RunId) -> Result<RunStatus> {
    loop {
        let status = run::get(core, id)?.status;
        if status.at_rest() {
            return Ok(status);
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

const CANCELLED: &str = "Cancelled. Nothing of it is kept but its curve.";

/// Trains a run that this process owns, and writes down how it ended.
async fn go(core: Core, id: RunId, ownership: Ownership) {
    core.training.set(Some(id));
    // Whoever keeps the computer awake looks when something changes.
    core.changed(Topic::Runs);
    let ended = run_to_end(&core, id).await;
    let settled = match ended {
        Ok(()) => Ok(()),
        Err(error) => {
            tracing::error!(run = id.0, %error, detail = error.detail(), "run failed");
            let hint = error.hint.clone().unwrap_or_default();
            store::set_status(&core, id, RunStatus::Failed, Some(format!("{} {hint}", error.message).trim_end()))
        }
    };
    if let Err(error) = settled {
        // The library cannot be written: the row stays `running` until the lock is free, then counts as interrupted.
        tracing::error!(run = id.0, %error, "the end of a run could not be written down");
    }
    core.training.set(None);
    drop(ownership);
    core.changed(Topic::Runs);
}

async fn run_to_end(core: &Core, id: RunId) -> Result<()> {
    let (run, recipe) = run::row(core, id)?;
    let folder = core.paths.run(id);
    let dataset = files::read_dataset(&folder)?;
    let codec = core.engine.codec(&run.model).await?;
    let longest = core.engine.estimate(&run.model, recipe.rank, 1024).await?.longest as usize;
    let (mut trainer, from_step) = trainer(core, id, &run.model, &recipe, &folder).await?;
    core.db.write(|tx| curve::forget_after(tx, id, from_step))?;
    let measured = curve::held_out_points(core, id, None)?.iter().map(|point| (point.step, point.loss)).collect();
    let seconds_spent = store::number(core, id, "seconds_spent")?;
    let job = Job {
        recipe: &recipe,
        dataset: &dataset,
        codec: codec.as_ref(),
        longest,
        steps: run.steps,
        from_step,
        measured,
        seconds_spent,
    };
    let mut scribe = Scribe {
        core,
        id,
        folder: &folder,
        dataset: &dataset,
        steps: run.steps,
        seconds_spent,
        rates: Vec::new(),
        last: None,
    };
    let ended = train::train(&job, trainer.as_mut(), &mut scribe).await?;
    let last = scribe.last.take();
    match ended {
        Ended::Paused => store::set_status(core, id, RunStatus::Paused, Some("Paused. It goes on where it stopped.")),
        Ended::Cancelled => {
            drop(trainer);
            store::set_status(core, id, RunStatus::Cancelled, Some(CANCELLED))?;
            files::remove_weights(&folder)
        }
        Ended::Finished | Ended::StoppedEarly { .. } | Ended::TimeUp => {
            let adapter = folder.join("adapter");
            trainer.save_adapter(&adapter).await?;
            drop(trainer);
            finish::finish(core, id, &recipe, &run.model, &ended, &adapter, last).await
        }
    }
}

async fn trainer(
    core: &Core,
    id: RunId,
    model: &str,
    recipe: &Recipe,
    folder: &Path,
) -> Result<(Box<dyn Trainer>, u32)> {
    let checkpoint = store::checkpoint_step(core, id)?.map(|step| (step, files::checkpoint_folder(folder, step)));
    match checkpoint {
        Some((step, path)) if path.is_dir() => {
            let start = Start::From { model: model.to_owned(), checkpoint: path };
            Ok((core.engine.trainer(start).await?, step))
        }
        _ => {
            #[allow(clippy::cast_possible_truncation)]
            let alpha = recipe.alpha as f32;
            let start = Start::New { model: model.to_owned(), rank: recipe.rank, alpha, seed: u64::from(recipe.seed) };
            Ok((core.engine.trainer(start).await?, 0))
        }
    }
}
