//! Writing runs down: begin one, change its status, ask for a pause, note its progress.

use super::Recipe;
use super::run::{RunStatus, status_from};
use crate::id::RunId;
use crate::{Core, Error, Result, Topic};
use rusqlite::types::Value;
use rusqlite::{ToSql, Transaction, params};

/// What a run is made of at its start.
pub(super) struct NewRun<'a> {
    pub engine: &'a str,
    pub model: &'a str,
    pub recipe: &'a Recipe,
    pub dataset_digest: &'a str,
    pub steps: u32,
}

/// Writes a new run down, before anything of it happens.
pub(super) fn insert(tx: &Transaction<'_>, new: &NewRun<'_>, now: &str) -> Result<RunId> {
    let sql = "INSERT INTO run(status, engine, model, recipe, dataset_digest, app_version, steps, created_at)
        VALUES ('queued', ?1, ?2, ?3, ?4, ?5, ?6, ?7) RETURNING id";
    let recipe = serde_json::to_string(new.recipe)?;
    let version = env!("CARGO_PKG_VERSION");
    let values = params![new.engine, new.model, recipe, new.dataset_digest, version, new.steps, now];
    Ok(tx.query_row(sql, values, |row| row.get(0))?)
}

/// Changes a run's status, if that change is legal, and logs its sentence.
pub(super) fn set_status(core: &Core, id: RunId, next: RunStatus, outcome: Option<&str>) -> Result<()> {
    let stamp = core.clock.stamp();
    core.db.write(|tx| change_status(tx, id, next, outcome, &stamp))?;
    core.changed(Topic::Runs);
    Ok(())
}

pub(super) fn change_status(
    tx: &Transaction<'_>,
    id: RunId,
    next: RunStatus,
    outcome: Option<&str>,
    now: &str,
) -> Result<()> {
    let name: String = tx.query_row("SELECT status FROM run WHERE id = ?1", [id], |row| row.get(0))?;
    let current = status_from(&name);
    if !current.may_become(next) {
        return Err(Error::bad_input(format!("Run {id} is {} and cannot become {}.", current.name(), next.name())));
    }
    let sql = "UPDATE run SET status = ?2, request = NULL, outcome = ?3, seconds_left = CASE ?2 WHEN 'running' THEN seconds_left END,
        started_at = CASE ?2 WHEN 'running' THEN coalesce(started_at, ?4) ELSE started_at END,
        ended_at = CASE ?2 WHEN 'running' THEN NULL ELSE ?4 END WHERE id = ?1";
    tx.execute(sql, params![id, next.name(), outcome, now])?;
    write_log(tx, id, outcome.unwrap_or(next.name()), now)
}

pub(super) fn write_log(tx: &Transaction<'_>, id: RunId, line: &str, now: &str) -> Result<()> {
    tx.execute("INSERT INTO run_log(run_id, at, line) VALUES (?1, ?2, ?3)", params![id, now, line])?;
    Ok(())
}

/// Asks the process that trains a run to pause or cancel it.
pub(super) fn ask(core: &Core, id: RunId, request: &str) -> Result<bool> {
    let sql = "UPDATE run SET request = ?2 WHERE id = ?1 AND status = 'running'";
    core.db.write(|tx| Ok(tx.execute(sql, params![id, request])? > 0))
}

/// What the author asked of a running run.
pub(super) fn asked(core: &Core, id: RunId) -> Result<Option<String>> {
    core.db.read(|c| Ok(c.query_row("SELECT request FROM run WHERE id = ?1", [id], |row| row.get(0))?))
}

/// Sets columns of a run; names are the program's own.
pub(super) fn update(tx: &Transaction<'_>, id: RunId, columns: &[(&str, &dyn ToSql)]) -> Result<()> {
    let set: Vec<String> = columns.iter().enumerate().map(|(i, (name, _))| format!("{name} = ?{}", i + 2)).collect();
    let mut values: Vec<&dyn ToSql> = vec![&id];
    values.extend(columns.iter().map(|(_, value)| *value));
    tx.execute(&format!("UPDATE run SET {} WHERE id = ?1", set.join(", ")), values.as_slice())?;
    Ok(())
}

/// The step of the newest training checkpoint; nothing while there is none.
///
/// # Errors
/// When there is no such run or the library cannot be read.
pub fn checkpoint_step(core: &Core, id: RunId) -> Result<Option<u32>> {
    core.db.read(|c| Ok(c.query_row("SELECT checkpoint_step FROM run WHERE id = ?1", [id], |row| row.get(0))?))
}

/// One number of a run's row, for the loop that goes on with it.
pub(super) fn number(core: &Core, id: RunId, column: &str) -> Result<f64> {
    let sql = format!("SELECT {column} FROM run WHERE id = ?1");
    let value: Value = core.db.read(|c| Ok(c.query_row(&sql, [id], |row| row.get(0))?))?;
    #[allow(clippy::cast_precision_loss)]
    Ok(match value {
        Value::Real(number) => number,
        Value::Integer(number) => number as f64,
        _ => 0.0,
    })
}
