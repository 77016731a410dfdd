//! The author's word on examples: keep, drop, edit, switch kinds, and take any of it back.

use super::{Example, ExampleStatus, ExampleSummary, Kind, Preset, build, list, summary};
use crate::id::ExampleId;
use crate::{Core, Error, Result, Topic, settings};
use rusqlite::{OptionalExtension, Transaction, params};
use serde::{Deserialize, Serialize};

/// How many decisions can be taken back.
const UNDO_DEPTH: u32 = 500;

/// What an example's author-made columns held before a decision.
#[derive(Serialize, Deserialize)]
struct Before {
    id: ExampleId,
    decision: Option<String>,
    prompt: Option<String>,
    completion: Option<String>,
}

/// Keeps or drops examples.
///
/// # Errors
/// `BadInput` for the status `flagged`, which only the app gives; `NotFound` for an unknown example.
pub fn set_status(core: &Core, ids: &[ExampleId], status: ExampleStatus) -> Result<ExampleSummary> {
    let (word, verb) = match status {
        ExampleStatus::Kept => ("kept", "Kept"),
        ExampleStatus::Dropped => ("dropped", "Dropped"),
        ExampleStatus::Flagged => {
            return Err(Error::bad_input("An example can be kept or dropped; flags are set by the app."));
        }
    };
    let Some(first) = ids.first() else { return summary(core) };
    let title = list::get(&core.db, *first)?.post_title;
    let description = if ids.len() == 1 {
        format!("{verb} an example of '{title}'")
    } else {
        format!("{verb} {} examples", ids.len())
    };
    core.db.write(|tx| {
        remember(tx, ids, &description, &core.clock.stamp())?;
        for id in ids {
            tx.execute("UPDATE example SET decision = ?2 WHERE id = ?1", params![id, word])?;
        }
        Ok(())
    })?;
    core.changed(Topic::Examples);
    summary(core)
}

/// Changes an example's words. An edited example counts as kept: the author has looked at it.
///
/// # Errors
/// `BadInput` when prompt or text is empty; `NotFound` for an unknown example.
pub fn edit(core: &Core, id: ExampleId, prompt: &str, completion: &str) -> Result<Example> {
    if prompt.trim().is_empty() || completion.trim().is_empty() {
        return Err(
            Error::bad_input("An example needs both a prompt and a text.").hint("To take it out, drop it instead.")
        );
    }
    let title = list::get(&core.db, id)?.post_title;
    core.db.write(|tx| {
        remember(tx, &[id], &format!("Edited an example of '{title}'"), &core.clock.stamp())?;
        let sql = "UPDATE example SET edited_prompt = ?2, edited_completion = ?3, decision = 'kept' WHERE id = ?1";
        tx.execute(sql, params![id, prompt.trim(), completion.trim()])?;
        Ok(())
    })?;
    build::annotate_again(core, build::preset(core)?)?;
    core.changed(Topic::Examples);
    list::get(&core.db, id)
}

/// Takes the newest decision back. Does nothing when there is none.
///
/// # Errors
/// When the library cannot be read or written.
pub fn undo(core: &Core) -> Result<ExampleSummary> {
    core.db.write(|tx| {
        let newest: Option<(u32, String)> = tx
            .query_row("SELECT id, before FROM example_change ORDER BY id DESC LIMIT 1", [], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .optional()?;
        let Some((change, before)) = newest else { return Ok(()) };
        for old in serde_json::from_str::<Vec<Before>>(&before)? {
            let sql = "UPDATE example SET decision = ?2, edited_prompt = ?3, edited_completion = ?4 WHERE id = ?1";
            tx.execute(sql, params![old.id, old.decision, old.prompt, old.completion])?;
        }
        tx.execute("DELETE FROM example_change WHERE id = ?1", [change])?;
        Ok(())
    })?;
    build::annotate_again(core, build::preset(core)?)?;
    core.changed(Topic::Examples);
    summary(core)
}

/// Switches a kind of example on or off for the current preset.
///
/// # Errors
/// `BadInput` when it is the last one that is on.
pub fn set_kind_enabled(core: &Core, kind: Kind, enabled: bool) -> Result<ExampleSummary> {
    let preset = build::preset(core)?;
    let mut kinds = enabled_kinds(core, preset)?;
    kinds.retain(|other| *other != kind);
    if enabled {
        kinds.push(kind);
    }
    if kinds.is_empty() {
        return Err(Error::bad_input("At least one kind of example must be on, or there is nothing to learn from."));
    }
    kinds.sort();
    settings::put(&core.db, &kinds_key(preset), &kinds)?;
    core.changed(Topic::Examples);
    summary(core)
}

/// The kinds that are on for a preset.
pub(super) fn enabled_kinds(core: &Core, preset: Preset) -> Result<Vec<Kind>> {
    Ok(settings::get(&core.db, &kinds_key(preset))?.unwrap_or_else(|| preset.default_kinds().to_vec()))
}

/// What undo would take back.
pub(super) fn newest_change(core: &Core) -> Result<Option<String>> {
    let sql = "SELECT description FROM example_change ORDER BY id DESC LIMIT 1";
    core.db.read(|c| Ok(c.query_row(sql, [], |row| row.get(0)).optional()?))
}

fn kinds_key(preset: Preset) -> String {
    format!("examples.kinds.{}", preset.name())
}

fn remember(tx: &Transaction<'_>, ids: &[ExampleId], description: &str, now: &str) -> Result<()> {
    let mut before = Vec::with_capacity(ids.len());
    for id in ids {
        let sql = "SELECT decision, edited_prompt, edited_completion FROM example WHERE id = ?1";
        let row = tx.query_row(sql, [id], |row| {
            Ok(Before { id: *id, decision: row.get(0)?, prompt: row.get(1)?, completion: row.get(2)? })
        });
        before.push(row.optional()?.ok_or_else(|| Error::not_found(format!("Example {id}")))?);
    }
    let sql = "INSERT INTO example_change(made_at, description, before) VALUES (?1, ?2, ?3)";
    tx.execute(sql, params![now, description, serde_json::to_string(&before)?])?;
    tx.execute("DELETE FROM example_change WHERE id <= (SELECT max(id) FROM example_change) - ?1", [UNDO_DEPTH])?;
    Ok(())
}
