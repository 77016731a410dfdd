//! A run's curve: the loss of every step, and of the held-out posts between steps.

use crate::id::RunId;
use crate::{Core, Result};
use rusqlite::{Row, Transaction, params};
use serde::Serialize;

/// Training loss of one step, in nats per token.
#[derive(Debug, Clone, Copy, Serialize, specta::Type)]
pub struct StepPoint {
    /// Steps done.
    pub step: u32,
    /// Loss.
    pub loss: f64,
    /// Tokens the step went through, prompts included.
    pub tokens: u32,
}

/// Loss on the held-out posts after some steps, in nats per token.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, specta::Type)]
pub struct HeldOutPoint {
    /// Steps done.
    pub step: u32,
    /// Loss.
    pub loss: f64,
}

/// Steps of the curve, after a step where one is given.
pub(super) fn train_points(core: &Core, id: RunId, after: Option<u32>) -> Result<Vec<StepPoint>> {
    points(core, id, "train", after, |row| Ok(StepPoint { step: row.get(0)?, loss: row.get(1)?, tokens: row.get(2)? }))
}

/// Held-out points of the curve, after a step where one is given.
pub(super) fn held_out_points(core: &Core, id: RunId, after: Option<u32>) -> Result<Vec<HeldOutPoint>> {
    points(core, id, "held_out", after, |row| Ok(HeldOutPoint { step: row.get(0)?, loss: row.get(1)? }))
}

fn points<T>(
    core: &Core,
    id: RunId,
    kind: &str,
    after: Option<u32>,
    read: fn(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Vec<T>> {
    let sql = "SELECT step, loss, coalesce(tokens, 0) FROM run_point
        WHERE run_id = ?1 AND kind = ?2 AND step > ?3 ORDER BY step";
    let after = after.map_or(-1, i64::from);
    core.db.read(|c| {
        let mut statement = c.prepare_cached(sql)?;
        let rows = statement.query_map(params![id, kind, after], read)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    })
}

/// Adds a point to a curve; `tokens` for a training step.
pub(super) fn save_point(
    tx: &Transaction<'_>,
    id: RunId,
    kind: &str,
    step: u32,
    loss: f64,
    tokens: Option<u32>,
) -> Result<()> {
    let sql = "INSERT OR REPLACE INTO run_point(run_id, kind, step, loss, tokens) VALUES (?1, ?2, ?3, ?4, ?5)";
    tx.execute(sql, params![id, kind, step, loss, tokens])?;
    Ok(())
}

/// Forgets what was written after a checkpoint: those steps are about to be done again.
pub(super) fn forget_after(tx: &Transaction<'_>, id: RunId, step: u32) -> Result<()> {
    tx.execute("DELETE FROM run_point WHERE run_id = ?1 AND step > ?2", params![id, step])?;
    Ok(())
}
