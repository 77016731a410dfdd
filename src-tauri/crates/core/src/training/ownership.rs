//! Which process a run belongs to: the one that holds the operating system's lock on `runs/<id>.lock`. The system lets
//! go of it when the process ends, however it ends, so a crash needs no clean-up.

use super::run::{self, RunStatus};
use super::store;
use crate::id::RunId;
use crate::paths::Paths;
use crate::{Code, Core, Error, Result, Topic};
use std::fs::{File, TryLockError};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// The one turn there is to train; held before a run is written down and as long as it trains.
pub(super) struct Turn {
    _lock: File,
}

/// Held as long as this process trains the run.
pub(super) struct Ownership {
    _run: File,
    _turn: Turn,
}

/// The run this process trains, if any. The window asks before it closes over it.
#[derive(Clone, Default)]
pub struct Owned(Arc<Mutex<Option<RunId>>>);

impl Owned {
    pub(super) fn set(&self, run: Option<RunId>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = run;
    }

    fn get(&self) -> Option<RunId> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The run this process trains now.
pub fn active_in_this_process(core: &Core) -> Option<RunId> {
    core.training.get()
}

/// Takes the turn to train. A run that has just ended lets go of it a moment after its row says so; that moment is
/// waited for.
///
/// # Errors
/// `RunActive` when this or another process is training.
pub(super) async fn take_turn(core: &Core) -> Result<Turn> {
    std::fs::create_dir_all(core.paths.runs())?;
    for _ in 0..ENDING_LOOKS {
        if let Some(turn) = try_turn(&core.paths)? {
            return Ok(turn);
        }
        let goes_on = |status| Ok::<_, Error>(!run::with_status(core, status)?.is_empty());
        if goes_on(RunStatus::Running)? || goes_on(RunStatus::Queued)? {
            return Err(busy());
        }
        tokio::time::sleep(ENDING_PAUSE).await;
    }
    Err(busy())
}

/// How often, and after which pause, the turn of a run that is ending is asked for.
const ENDING_LOOKS: u32 = 40;
const ENDING_PAUSE: Duration = Duration::from_millis(50);

fn try_turn(paths: &Paths) -> Result<Option<Turn>> {
    Ok(lock(&paths.run_lock("training"))?.map(|_lock| Turn { _lock }))
}

impl Turn {
    /// Takes a run.
    pub(super) fn own(self, paths: &Paths, run: RunId) -> Result<Ownership> {
        let own = lock(&paths.run_lock(run))?.ok_or_else(busy)?;
        Ok(Ownership { _run: own, _turn: self })
    }
}

fn busy() -> Error {
    Error::new(Code::RunActive, "A run is training already, in this window or another.")
        .hint("Wait until it is done, or pause it first.")
}

/// Runs that say they are running although no process holds them were cut off: they become `interrupted`.
pub(super) fn settle(core: &Core) -> Result<()> {
    for run in run::with_status(core, RunStatus::Running)? {
        let path = core.paths.run_lock(run);
        // The lock is held while the row changes, so that nobody can take the run up in between.
        let Some(_held) = lock_or_make(&path)? else { continue };
        let outcome = "The app ended while this run was training. It can go on from its last checkpoint.";
        store::set_status(core, run, RunStatus::Interrupted, Some(outcome))?;
        core.changed(Topic::Runs);
    }
    settle_queued(core)
}

/// A queued row is written while the turn is held; with the turn free, its process ended before it began.
fn settle_queued(core: &Core) -> Result<()> {
    let queued = run::with_status(core, RunStatus::Queued)?;
    if queued.is_empty() {
        return Ok(());
    }
    let Some(_turn) = lock_or_make(&core.paths.run_lock("training"))? else { return Ok(()) };
    for run in queued {
        let outcome = "The app ended before this run began. Start a new one.";
        store::set_status(core, run, RunStatus::Failed, Some(outcome))?;
    }
    Ok(())
}

fn lock_or_make(path: &Path) -> Result<Option<File>> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    lock(path)
}

fn lock(path: &Path) -> Result<Option<File>> {
    let file = File::options().create(true).truncate(false).write(true).open(path)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_run_trains_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let paths = Paths::under(folder.path());
        std::fs::create_dir_all(paths.runs()).unwrap();
        let first = try_turn(&paths).unwrap().unwrap().own(&paths, RunId(1)).unwrap();
        assert!(try_turn(&paths).unwrap().is_none());
        drop(first);
        assert!(try_turn(&paths).unwrap().unwrap().own(&paths, RunId(2)).is_ok());
    }
}
