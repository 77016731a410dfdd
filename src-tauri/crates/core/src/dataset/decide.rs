//! The author's word on examples: keep, drop, edit, and take any of it back. Decisions are written down by place and
//! content, apart from the examples, so that they hold when posts are read again, examples are made anew, or the library
//! moves to another computer.

use super::annotate::{self, Decision};
use super::one;
use super::{Example, ExampleQuery, ExampleStatus, ExampleSummary, Flag, build, list, presets, summary};
use crate::id::ExampleId;
use crate::{Core, Error, Result, Topic};
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// How many decisions can be taken back.
const UNDO_DEPTH: u32 = 500;

/// What there was at a place before a decision.
#[derive(Serialize, Deserialize)]
struct Before {
    place: String,
    decision: Option<Decision>,
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
    let title = one::get(&core.db, *first)?.post_title;
    let description = if ids.len() == 1 {
        format!("{verb} an example of '{title}'")
    } else {
        format!("{verb} {} examples", ids.len())
    };
    let stamp = core.clock.stamp();
    core.db.write(|tx| {
        let mut before = Vec::with_capacity(ids.len());
        for id in ids {
            let place = one::place(tx, *id)?;
            let was = Decision::at(tx, &place.place)?;
            before.push(Before { place: place.place.clone(), decision: was.clone() });
            let decision = place.decision(word, &flags_of(tx, *id)?);
            // The author's own words stay, whatever becomes of the example.
            let (prompt, completion) = was.map(|was| (was.prompt, was.completion)).unwrap_or_default();
            Decision { prompt, completion, ..decision }.write(tx)?;
            tx.prepare_cached("UPDATE example SET status = ?2 WHERE id = ?1")?.execute(params![id, word])?;
        }
        remember(tx, &before, &description, &stamp)
    })?;
    core.changed(Topic::Examples);
    summary(core)
}

/// Keeps or drops every example a query finds.
///
/// # Errors
/// As [`set_status`].
pub fn decide_all(core: &Core, query: &ExampleQuery, status: ExampleStatus) -> Result<ExampleSummary> {
    let preset = presets::chosen(core)?;
    build::refresh(core, &preset.name)?;
    set_status(core, &list::ids(core, &preset, query)?, status)
}

/// Changes an example's words. An edited example counts as kept: the author has looked at it. Words equal to those that
/// were made count as not edited.
///
/// # Errors
/// `BadInput` when prompt or text is empty; `NotFound` for an unknown example.
pub fn edit(core: &Core, id: ExampleId, prompt: &str, completion: &str) -> Result<Example> {
    let example = one::get(&core.db, id)?;
    let needs_prompt = !example.made_prompt.is_empty();
    if needs_prompt && prompt.trim().is_empty() || completion.trim().is_empty() {
        return Err(
            Error::bad_input("An example needs both a prompt and a text.").hint("To take it out, drop it instead.")
        );
    }
    let own = |new: &str, made: &str| (new.trim() != made).then(|| new.trim().to_owned());
    let words = (own(prompt, &example.made_prompt), own(completion, &example.made_completion));
    let stamp = core.clock.stamp();
    core.db.write(|tx| {
        let place = one::place(tx, id)?;
        let name = place.place.clone();
        let before = Before { place: name.clone(), decision: Decision::at(tx, &name)? };
        remember(tx, &[before], &format!("Edited an example of '{}'", example.post_title), &stamp)?;
        let decision = place.decision("kept", &example.flags);
        Decision { prompt: words.0, completion: words.1, ..decision }.write(tx)
    })?;
    restore(core, [one_place(core, id)?])?;
    // The author has looked at what the new words are flagged for as well.
    core.db.write(|tx| {
        let place = one::place(tx, id)?.place;
        let flags = flags_of(tx, id)?;
        if let Some(decision) = Decision::at(tx, &place)? {
            Decision { seen: flags.iter().map(|flag| flag.code).collect(), ..decision }.write(tx)?;
        }
        tx.execute("UPDATE example SET status = 'kept' WHERE id = ?1", [id])?;
        Ok(())
    })?;
    core.changed(Topic::Examples);
    one::get(&core.db, id)
}

/// Takes the newest decision back. Does nothing when there is none.
///
/// # Errors
/// When the library cannot be read or written.
pub fn undo(core: &Core) -> Result<ExampleSummary> {
    let before = core.db.write(|tx| {
        let newest: Option<(u32, String)> = tx
            .query_row("SELECT id, before FROM example_change ORDER BY id DESC LIMIT 1", [], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .optional()?;
        let Some((change, before)) = newest else { return Ok(Vec::new()) };
        let before: Vec<Before> = serde_json::from_str(&before)?;
        for old in &before {
            match &old.decision {
                Some(decision) => decision.write(tx)?,
                None => {
                    tx.execute("DELETE FROM example_decision WHERE place = ?1", [&old.place])?;
                }
            }
        }
        tx.execute("DELETE FROM example_change WHERE id = ?1", [change])?;
        Ok(before)
    })?;
    restore(core, before.into_iter().map(|before| before.place))?;
    core.changed(Topic::Examples);
    summary(core)
}

/// What undo would take back.
pub(super) fn newest_change(core: &Core) -> Result<Option<String>> {
    let sql = "SELECT description FROM example_change ORDER BY id DESC LIMIT 1";
    core.db.read(|c| Ok(c.query_row(sql, [], |row| row.get(0)).optional()?))
}

fn one_place(core: &Core, id: ExampleId) -> Result<String> {
    core.db.read(|c| Ok(one::place(c, id)?.place))
}

/// Brings the examples at some places in step with the decisions there, in every preset that has them.
fn restore(core: &Core, places: impl IntoIterator<Item = String>) -> Result<()> {
    let presets = presets::presets(core)?;
    let codec = core.engine.default_codec();
    let longest = codec.as_ref().map(|codec| codec.longest());
    core.db.write(|tx| {
        // Flags depend on the other examples of the same unit, so each unit is gone through once.
        let mut reworded: BTreeSet<(String, u32)> = BTreeSet::new();
        for place in places {
            let decision = Decision::at(tx, &place)?;
            for (id, preset, unit) in examples_at(tx, &place)? {
                annotate::own_words(tx, id, decision.as_ref())?;
                reworded.insert((preset, unit));
            }
        }
        annotate::count_tokens(tx, codec.as_deref())?;
        let find = |name: &str| presets.iter().find(|preset| preset.name.as_str() == name);
        for (name, unit) in &reworded {
            if let Some(preset) = find(name) {
                annotate::flag(tx, preset, Some(*unit), longest)?;
            }
        }
        Ok(())
    })
}

fn examples_at(tx: &Transaction<'_>, place: &str) -> Result<Vec<(u32, String, u32)>> {
    let mut select = tx.prepare_cached("SELECT id, preset, unit FROM example WHERE place = ?1")?;
    let rows = select.query_map([place], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn flags_of(c: &Connection, id: ExampleId) -> Result<Vec<Flag>> {
    let sql = "SELECT flags FROM example WHERE id = ?1";
    let json: String = c.prepare_cached(sql)?.query_row([id], |row| row.get(0))?;
    Ok(serde_json::from_str(&json)?)
}

fn remember(tx: &Transaction<'_>, before: &[Before], description: &str, now: &str) -> Result<()> {
    let sql = "INSERT INTO example_change(made_at, description, before) VALUES (?1, ?2, ?3)";
    tx.execute(sql, params![now, description, serde_json::to_string(before)?])?;
    tx.execute("DELETE FROM example_change WHERE id <= (SELECT max(id) FROM example_change) - ?1", [UNDO_DEPTH])?;
    Ok(())
}
