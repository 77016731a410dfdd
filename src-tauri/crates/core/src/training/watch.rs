//! A run as it goes on: first a snapshot, then the tail. It reads the library, so it does not matter which process
//! trains, and a window that opens late sees everything.

use super::curve::{self, HeldOutPoint, StepPoint};
use super::results::{self, RunDetail};
use super::run::{self, Run};
use crate::id::RunId;
use crate::{Core, Result};
use serde::Serialize;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Four times a second is as often as anyone can read.
const PERIOD: Duration = Duration::from_millis(250);

/// What a watcher hears.
#[derive(Debug, Clone, Serialize, specta::Type)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum RunEvent {
    /// Everything so far; always the first.
    Snapshot {
        /// The run with its curve, posts, drafts and log.
        detail: Box<RunDetail>,
    },
    /// The run's row changed.
    Run {
        /// The row.
        run: Box<Run>,
    },
    /// A step is done.
    Step {
        /// Its loss.
        point: StepPoint,
    },
    /// The held-out posts were measured.
    HeldOut {
        /// Their loss.
        point: HeldOutPoint,
    },
}

/// Tells `on_event` of a run until it is at rest, `stop` is cancelled, or `on_event` answers `false`.
///
/// # Errors
/// `NotFound` when there is none with that number.
pub async fn watch(
    core: &Core,
    id: RunId,
    mut on_event: impl FnMut(RunEvent) -> bool + Send,
    stop: &CancellationToken,
) -> Result<()> {
    let first = results::detail(core, id)?;
    let mut at_rest = first.run.status.at_rest();
    let mut seen = Seen {
        train: first.train.last().map(|point| point.step),
        held_out: first.held_out.last().map(|point| point.step),
        row: fingerprint(&first.run),
    };
    let mut heard = on_event(RunEvent::Snapshot { detail: Box::new(first) });
    while heard && !at_rest && !stop.is_cancelled() {
        tokio::time::sleep(PERIOD).await;
        let run = run::get(core, id)?;
        at_rest = run.status.at_rest();
        heard = tail(core, id, &mut seen, &mut on_event)?;
        let row = fingerprint(&run);
        if heard && row != seen.row {
            seen.row = row;
            heard = on_event(RunEvent::Run { run: Box::new(run) });
        }
    }
    if heard && at_rest {
        // The end brings posts, drafts and log that the tail does not carry.
        on_event(RunEvent::Snapshot { detail: Box::new(results::detail(core, id)?) });
    }
    Ok(())
}

struct Seen {
    train: Option<u32>,
    held_out: Option<u32>,
    row: String,
}

fn tail(core: &Core, id: RunId, seen: &mut Seen, on_event: &mut (impl FnMut(RunEvent) -> bool + Send)) -> Result<bool> {
    for point in curve::train_points(core, id, seen.train)? {
        seen.train = Some(point.step);
        if !on_event(RunEvent::Step { point }) {
            return Ok(false);
        }
    }
    for point in curve::held_out_points(core, id, seen.held_out)? {
        seen.held_out = Some(point.step);
        if !on_event(RunEvent::HeldOut { point }) {
            return Ok(false);
        }
    }
    Ok(true)
}

fn fingerprint(run: &Run) -> String {
    format!("{:?} {} {:?} {:?} {:?}", run.status, run.step, run.held_out_loss, run.seconds_left, run.version)
}
