//! A run's life in this process: start it, take it up again, pause or cancel it, wait for it. Everything it does is
//! written down before anyone hears of it; whoever watches reads the library.

use super::ownership::{self, Ownership};
use super::store::{self, RunStatus};
use super::train::{self, Ended, Job, Observer, Progress, Request};
use super::{Recipe, RunOptions, plan, test_drafts};
use crate::blog::post;
use crate::dataset::FrozenDataset;
use crate::engine::{Start, Surprise, Trainer, Weights};
use crate::id::RunId;
use crate::version::{self, NewVersion};
use crate::{Core, Error, Result, Topic, settings};
use async_trait::async_trait;
use std::path::{Path, PathBuf};
use std::time::Duration;

const DATASET: &str = "dataset.json";
const CHECKPOINT: &str = "checkpoint";
const BEST: &str = "best";

/// Starts a run and gives its number at once; it trains in the background of this process.
///
/// # Errors
/// `RunActive`, `NothingToTrain`, `ModelMissing`, or `BadInput` for options no run can have.
pub async fn start(core: &Core, options: &RunOptions) -> Result<RunId> {
    let turn = ownership::take_turn(&core.paths)?;
    let prepared = plan::prepare(core, options).await?;
    crate::dataset::held_out::settle(core, options.hold_out.map(|number| number as usize))?;
    let digest = prepared.dataset.digest()?;
    let stamp = core.clock.stamp();
    let new = store::NewRun {
        engine: core.engine.id(),
        model: options.model(),
        recipe: &prepared.plan.recipe,
        dataset_digest: &digest,
        steps: prepared.plan.steps,
    };
    let id = core.db.write(|tx| {
        let id = store::insert(tx, &new, &stamp)?;
        post::mark_trained(tx, &prepared.dataset.training_posts(), &stamp)?;
        Ok(id)
    })?;
    write_dataset(&core.paths.run(id), &prepared.dataset)?;
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
    let (run, _) = store::row(core, id)?;
    if !run.status.resumable() {
        return Err(
            Error::bad_input(format!("Run {id} is {} and cannot go on.", run.status.name())).hint("Start a new run.")
        );
    }
    let ownership = ownership::take_turn(&core.paths)?.own(&core.paths, id)?;
    // Before anyone watches: steps that are about to be done again must not look as if they were done.
    let from = store::checkpoint_step(core, id)?.unwrap_or(0);
    core.db.write(|tx| {
        store::forget_after(tx, id, from)?;
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
    let status = store::row(core, id)?.0.status;
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
    remove_weights(&core.paths.run(id))
}

/// Waits until a run is at rest and gives its status.
///
/// # Errors
/// `NotFound` when there is none with that number.
pub async fn wait(core: &Core, id: RunId) -> Result<RunStatus> {
    loop {
        let status = store::get(core, id)?.status;
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
    let (run, recipe) = store::row(core, id)?;
    let folder = core.paths.run(id);
    let dataset: FrozenDataset = serde_json::from_slice(&std::fs::read(folder.join(DATASET))?)?;
    let codec = core.engine.codec(&run.model).await?;
    let longest = core.engine.estimate(&run.model, recipe.rank, 1024).await?.longest as usize;
    let (mut trainer, from_step) = trainer(core, id, &run.model, &recipe, &folder).await?;
    core.db.write(|tx| store::forget_after(tx, id, from_step))?;
    let measured = store::held_out_points(core, id, None)?.iter().map(|point| (point.step, point.loss)).collect();
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
            remove_weights(&folder)
        }
        Ended::Finished | Ended::StoppedEarly { .. } | Ended::TimeUp => {
            let adapter = folder.join("adapter");
            trainer.save_adapter(&adapter).await?;
            drop(trainer);
            finish(core, id, &recipe, &run.model, &ended, &adapter, last).await
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
    let checkpoint = store::checkpoint_step(core, id)?.map(|step| (step, checkpoint_folder(folder, step)));
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

/// Test drafts, then version and success in one transaction: a run that succeeded always has its version.
async fn finish(
    core: &Core,
    id: RunId,
    recipe: &Recipe,
    model: &str,
    ended: &Ended,
    adapter: &Path,
    last: Option<Vec<Surprise>>,
) -> Result<()> {
    let folder = core.paths.run(id);
    let early = matches!(ended, Ended::StoppedEarly { .. });
    let best = folder.join(BEST);
    let kept = if early && best.is_dir() { best.as_path() } else { adapter };
    keep_measurements(core, id, early, last)?;
    let weights = Weights { model: model.to_owned(), adapter: Some(kept.to_path_buf()) };
    let tests = test_drafts::draw(core, recipe, &weights).await?;
    let sentence = outcome(core, id, ended)?;
    let stamp = core.clock.stamp();
    let new = NewVersion { run: id, model, recipe, posts: &store::measured_posts(core, id)? };
    core.db.write(|tx| {
        store::save_tests(tx, id, &tests)?;
        let version = version::insert(tx, &new, &stamp)?;
        // The folder is in place before the row is committed; a folder without a row is swept away later.
        copy_adapter(kept, &version::adapter_folder(&core.paths, version))?;
        store::update(tx, id, &[("version_id", &version)])?;
        store::change_status(tx, id, RunStatus::Succeeded, Some(&sentence), &stamp)
    })?;
    remove_weights(&folder)?;
    if let Some(speed) = store::row(core, id)?.0.tokens_per_second {
        settings::put(&core.db, &plan::speed_key(model), &speed)?;
    }
    core.changed(Topic::Runs);
    core.changed(Topic::Versions);
    Ok(())
}

/// The held-out posts as the kept weights foretell them.
fn keep_measurements(core: &Core, id: RunId, early: bool, last: Option<Vec<Surprise>>) -> Result<()> {
    let dataset: FrozenDataset = serde_json::from_slice(&std::fs::read(core.paths.run(id).join(DATASET))?)?;
    let best: Option<Vec<Surprise>> = match early {
        true => Some(serde_json::from_slice(&std::fs::read(core.paths.run(id).join(BEST_MEASURED))?)?),
        false => match last {
            Some(last) => Some(last),
            None => Some(serde_json::from_slice(&std::fs::read(core.paths.run(id).join(LAST_MEASURED))?)?),
        },
    };
    let posts: Vec<_> = dataset.held_out.iter().map(|post| post.post).zip(best.unwrap_or_default()).collect();
    let all = train::total(&posts.iter().map(|(_, surprise)| *surprise).collect::<Vec<_>>());
    let loss = all.nll / f64::from(all.tokens.max(1));
    core.db.write(|tx| {
        store::save_tuned_posts(tx, id, &posts)?;
        store::update(tx, id, &[("held_out_loss", &loss)])
    })
}

const BEST_MEASURED: &str = "best.json";
const LAST_MEASURED: &str = "last.json";

fn outcome(core: &Core, id: RunId, ended: &Ended) -> Result<String> {
    let (run, _) = store::row(core, id)?;
    let posts = store::posts(core, id)?;
    let better = posts.iter().filter(|post| post.tuned < post.base).count();
    let count = posts.len();
    let sure = if count < 6 { "; too few to be sure" } else { "" };
    let base = run.base_loss.unwrap_or_default();
    let loss = run.held_out_loss.unwrap_or_default();
    let result = format!(
        "Better than the base model on {better} of {count} posts left out of the training ({loss:.3} against {base:.3} nats per token){sure}."
    );
    Ok(match ended {
        Ended::StoppedEarly { best_step } => format!(
            "Stopped early at step {}: the loss on the held-out posts had risen twice. The weights of step {best_step} are kept; because the held-out posts chose them, the number flatters a little. {result}",
            run.step
        ),
        Ended::TimeUp => format!("Stopped at step {} of {}: the time given was over. {result}", run.step, run.steps),
        _ => format!("All {} steps done. {result}", run.steps),
    })
}

fn write_dataset(folder: &Path, dataset: &FrozenDataset) -> Result<()> {
    std::fs::create_dir_all(folder)?;
    write_atomically(&folder.join(DATASET), &serde_json::to_vec(dataset)?)
}

fn write_atomically(path: &Path, bytes: &[u8]) -> Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    std::io::Write::write_all(&mut file, bytes)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

fn checkpoint_folder(folder: &Path, step: u32) -> PathBuf {
    folder.join(format!("{CHECKPOINT}-{step}"))
}

/// Copies an adapter's files; the copy appears whole or not at all.
fn copy_adapter(from: &Path, to: &Path) -> Result<()> {
    let parent = to.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(parent)?;
    let staging = tempfile::tempdir_in(parent)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let copy = staging.path().join(entry.file_name());
        std::fs::copy(entry.path(), &copy)?;
        std::fs::File::open(&copy)?.sync_all()?;
    }
    if to.exists() {
        std::fs::remove_dir_all(to)?;
    }
    std::fs::rename(staging.keep(), to)?;
    Ok(())
}

/// Deletes what a run no longer needs; its dataset stays, so that it can be made again.
fn remove_weights(folder: &Path) -> Result<()> {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.path().is_dir() {
            std::fs::remove_dir_all(entry.path())?;
        }
    }
    Ok(())
}

/// Writes down what the loop tells.
struct Scribe<'a> {
    core: &'a Core,
    id: RunId,
    folder: &'a Path,
    dataset: &'a FrozenDataset,
    steps: u32,
    seconds_spent: f64,
    /// Seconds and tokens of the steps of this sitting.
    rates: Vec<(f64, u32)>,
    last: Option<Vec<Surprise>>,
}

#[async_trait]
impl Observer for Scribe<'_> {
    fn request(&mut self) -> Result<Option<Request>> {
        Ok(match store::asked(self.core, self.id)?.as_deref() {
            Some("pause") => Some(Request::Pause),
            Some("cancel") => Some(Request::Cancel),
            _ => None,
        })
    }

    fn stepped(&mut self, progress: &Progress) -> Result<()> {
        self.rates.push((progress.seconds, progress.metrics.tokens));
        self.seconds_spent += progress.seconds;
        let seconds: f64 = self.rates.iter().map(|rate| rate.0).sum();
        let tokens: f64 = self.rates.iter().map(|rate| f64::from(rate.1)).sum();
        #[allow(clippy::cast_precision_loss)]
        let left = f64::from(self.steps.saturating_sub(progress.step)) * seconds / self.rates.len() as f64;
        let speed = tokens / seconds.max(1e-6);
        let (step, epoch, loss, spent) = (progress.step, progress.epoch, progress.metrics.loss, self.seconds_spent);
        self.core.db.write(|tx| {
            store::save_point(tx, self.id, "train", step, loss, Some(progress.metrics.tokens))?;
            store::update(
                tx,
                self.id,
                &[
                    ("step", &step),
                    ("epoch", &epoch),
                    ("train_loss", &loss),
                    ("tokens_per_second", &speed),
                    ("seconds_left", &left),
                    ("seconds_spent", &spent),
                ],
            )
        })
    }

    fn measured(&mut self, step: u32, posts: &[Surprise]) -> Result<()> {
        let all = train::total(posts);
        let loss = all.nll / f64::from(all.tokens.max(1));
        write_atomically(&self.folder.join(LAST_MEASURED), &serde_json::to_vec(posts)?)?;
        let stamp = self.core.clock.stamp();
        self.core.db.write(|tx| {
            store::save_point(tx, self.id, "held_out", step, loss, None)?;
            store::update(tx, self.id, &[("held_out_loss", &loss)])?;
            store::write_log(
                tx,
                self.id,
                &format!("After step {step}: {loss:.4} nats per token on the held-out posts."),
                &stamp,
            )?;
            if step == 0 {
                store::update(tx, self.id, &[("base_loss", &loss)])?;
                store::save_base_posts(tx, self.id, &base_posts(self.dataset, posts))?;
            }
            Ok(())
        })?;
        self.last = Some(posts.to_vec());
        Ok(())
    }

    async fn checkpoint(&mut self, step: u32, trainer: &mut dyn Trainer) -> Result<()> {
        let folder = checkpoint_folder(self.folder, step);
        trainer.save(&folder).await?;
        let before = store::checkpoint_step(self.core, self.id)?;
        let stamp = self.core.clock.stamp();
        self.core.db.write(|tx| {
            store::update(tx, self.id, &[("checkpoint_step", &step)])?;
            store::write_log(tx, self.id, &format!("Saved a checkpoint at step {step}."), &stamp)
        })?;
        // Only now is the older one useless.
        if let Some(old) = before.filter(|old| *old != step) {
            let old = checkpoint_folder(self.folder, old);
            if old.is_dir() {
                std::fs::remove_dir_all(old)?;
            }
        }
        Ok(())
    }

    async fn best(&mut self, _step: u32, trainer: &mut dyn Trainer) -> Result<()> {
        trainer.save_adapter(&self.folder.join(BEST)).await?;
        if let Some(posts) = &self.last {
            write_atomically(&self.folder.join(BEST_MEASURED), &serde_json::to_vec(posts)?)?;
        }
        Ok(())
    }
}

fn base_posts<'a>(dataset: &'a FrozenDataset, posts: &[Surprise]) -> Vec<store::BasePost<'a>> {
    let of = |(post, base): (&'a crate::dataset::FrozenPost, &Surprise)| store::BasePost {
        post: post.post,
        title: &post.title,
        bytes: u32::try_from(post.text.len()).unwrap_or(u32::MAX),
        base: *base,
    };
    dataset.held_out.iter().zip(posts).map(of).collect()
}
