//! A run: what it is, where it is in its life, and which changes are legal. The row is the truth: everything on screen
//! can be rebuilt from it.

use super::{Recipe, ownership};
use crate::dataset::PresetName;
use crate::id::{RunId, VersionId};
use crate::{Core, Error, Result};
use rusqlite::{OptionalExtension, Row};
use serde::Serialize;

/// Where a run is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum RunStatus {
    /// Written down, not begun.
    Queued,
    /// A process is training it.
    Running,
    /// It made a version.
    Succeeded,
    /// The author paused it.
    Paused,
    /// Its process ended without a word.
    Interrupted,
    /// It could not go on.
    Failed,
    /// The author gave it up.
    Cancelled,
}

impl RunStatus {
    const ALL: [RunStatus; 7] = [
        RunStatus::Queued,
        RunStatus::Running,
        RunStatus::Succeeded,
        RunStatus::Paused,
        RunStatus::Interrupted,
        RunStatus::Failed,
        RunStatus::Cancelled,
    ];

    /// Its stable name.
    pub fn name(self) -> &'static str {
        match self {
            RunStatus::Queued => "queued",
            RunStatus::Running => "running",
            RunStatus::Succeeded => "succeeded",
            RunStatus::Paused => "paused",
            RunStatus::Interrupted => "interrupted",
            RunStatus::Failed => "failed",
            RunStatus::Cancelled => "cancelled",
        }
    }

    /// Which changes are legal.
    pub fn may_become(self, next: RunStatus) -> bool {
        use RunStatus::{Cancelled, Failed, Interrupted, Paused, Queued, Running, Succeeded};
        match self {
            Queued => matches!(next, Running | Cancelled | Failed),
            Running => matches!(next, Succeeded | Paused | Interrupted | Failed | Cancelled),
            Paused | Interrupted | Failed => matches!(next, Running | Cancelled),
            Succeeded | Cancelled => false,
        }
    }

    /// Whether training can be taken up again.
    pub fn resumable(self) -> bool {
        self.may_become(RunStatus::Running) && self != RunStatus::Queued
    }

    /// Whether nothing will happen to it by itself.
    pub fn at_rest(self) -> bool {
        !matches!(self, RunStatus::Queued | RunStatus::Running)
    }
}

/// A training run.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct Run {
    /// Its number.
    pub id: RunId,
    /// Where it is in its life.
    pub status: RunStatus,
    /// The engine.
    pub engine: String,
    /// The base model's name.
    pub model: String,
    /// The preset its examples were made by.
    pub preset: PresetName,
    /// Steps done.
    pub step: u32,
    /// Steps in all.
    pub steps: u32,
    /// The pass over the posts it is in, counted from 1.
    pub epoch: u32,
    /// Passes in all.
    pub epochs: u32,
    /// Loss of the newest step, in nats per token.
    pub train_loss: Option<f64>,
    /// Newest loss on the held-out posts, in nats per token.
    pub held_out_loss: Option<f64>,
    /// Loss of the base model on them, in nats per token.
    pub base_loss: Option<f64>,
    /// Tokens learned from per second.
    pub tokens_per_second: Option<f64>,
    /// About how many seconds are left.
    pub seconds_left: Option<f64>,
    /// Money spent; nothing on this computer.
    pub usd: f64,
    /// When it began (RFC 3339).
    pub started_at: Option<String>,
    /// When it came to rest (RFC 3339).
    pub ended_at: Option<String>,
    /// The version it made.
    pub version: Option<VersionId>,
    /// How it ended, in a sentence.
    pub outcome: Option<String>,
    /// Whether it can be taken up again.
    pub resumable: bool,
}

const SELECT: &str =
    "SELECT id, status, engine, model, recipe, step, steps, epoch, train_loss, held_out_loss, base_loss,
    tokens_per_second, seconds_left, started_at, ended_at, version_id, outcome FROM run";

/// Every run, newest first.
///
/// # Errors
/// When the library cannot be read.
pub fn list(core: &Core) -> Result<Vec<Run>> {
    ownership::settle(core)?;
    core.db.read(|c| {
        let mut statement = c.prepare(&format!("{SELECT} ORDER BY id DESC"))?;
        let rows = statement.query_map([], from_row)?.collect::<rusqlite::Result<Vec<_>>>()?;
        rows.into_iter().map(|row| Ok(row?.0)).collect()
    })
}

/// One run.
///
/// # Errors
/// `NotFound` when there is none with that number.
pub fn get(core: &Core, id: RunId) -> Result<Run> {
    ownership::settle(core)?;
    Ok(row(core, id)?.0)
}

/// One run with its recipe, without looking whether its process is still there.
pub(super) fn row(core: &Core, id: RunId) -> Result<(Run, Recipe)> {
    let sql = format!("{SELECT} WHERE id = ?1");
    core.db
        .read(|c| Ok(c.query_row(&sql, [id], from_row).optional()?))?
        .ok_or_else(|| Error::not_found(format!("Run {id}")))?
}

/// The runs with a status.
pub(super) fn with_status(core: &Core, status: RunStatus) -> Result<Vec<RunId>> {
    let sql = "SELECT id FROM run WHERE status = ?1";
    let name = status.name();
    core.db
        .read(|c| Ok(c.prepare_cached(sql)?.query_map([name], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?))
}

pub(super) fn status_from(name: &str) -> RunStatus {
    RunStatus::ALL.into_iter().find(|status| status.name() == name).unwrap_or(RunStatus::Failed)
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<Result<(Run, Recipe)>> {
    let recipe: Recipe = match serde_json::from_str(&row.get::<_, String>(4)?) {
        Ok(recipe) => recipe,
        Err(error) => return Ok(Err(error.into())),
    };
    let status = status_from(&row.get::<_, String>(1)?);
    let run = Run {
        id: row.get(0)?,
        status,
        engine: row.get(2)?,
        model: row.get(3)?,
        preset: recipe.preset.clone(),
        step: row.get(5)?,
        steps: row.get(6)?,
        epoch: row.get(7)?,
        epochs: recipe.epochs,
        train_loss: row.get(8)?,
        held_out_loss: row.get(9)?,
        base_loss: row.get(10)?,
        tokens_per_second: row.get(11)?,
        seconds_left: row.get(12)?,
        usd: 0.0,
        started_at: row.get(13)?,
        ended_at: row.get(14)?,
        version: row.get(15)?,
        outcome: row.get(16)?,
        resumable: status.resumable(),
    };
    Ok(Ok((run, recipe)))
}

#[cfg(test)]
mod tests {
    use super::RunStatus::{self, *};

    #[test]
    fn only_these_changes_are_legal() {
        let legal: Vec<(RunStatus, RunStatus)> = RunStatus::ALL
            .iter()
            .flat_map(|from| RunStatus::ALL.iter().map(move |to| (*from, *to)))
            .filter(|(from, to)| from.may_become(*to))
            .collect();
        assert_eq!(
            legal,
            [
                (Queued, Running),
                (Queued, Failed),
                (Queued, Cancelled),
                (Running, Succeeded),
                (Running, Paused),
                (Running, Interrupted),
                (Running, Failed),
                (Running, Cancelled),
                (Paused, Running),
                (Paused, Cancelled),
                (Interrupted, Running),
                (Interrupted, Cancelled),
                (Failed, Running),
                (Failed, Cancelled),
            ]
        );
    }
}
