//! What the app says of stored examples: token counts, flags, and from flags and decisions the status. Everything the
//! list shows is written down, so that a list of ten thousand is read, not computed.

use super::checks::{self, ExampleFacts, Flag, FlagCode};
use super::{ExampleStatus, Preset, PresetName};
use crate::Result;
use crate::engine::Codec;
use rusqlite::{OptionalExtension, Transaction, params};
use std::collections::HashMap;

/// The author's word on an example, wherever it comes up.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(super) struct Decision {
    pub place: String,
    /// A hash of prompt and text as they were made when it was decided on.
    pub content: String,
    /// `kept` or `dropped`.
    pub word: String,
    /// The author's own words.
    pub prompt: Option<String>,
    pub completion: Option<String>,
    /// The flags the author saw.
    pub seen: Vec<FlagCode>,
}

impl Decision {
    /// The decision at a place.
    pub fn at(tx: &Transaction<'_>, place: &str) -> Result<Option<Decision>> {
        let sql = "SELECT place, content, word, prompt, completion, seen FROM example_decision WHERE place = ?1";
        Ok(tx.prepare_cached(sql)?.query_row([place], Decision::from_row).optional()?)
    }

    /// A decision on the same words at another place: the post came in under another address.
    fn on(tx: &Transaction<'_>, content: &str) -> Result<Option<Decision>> {
        let sql = "SELECT place, content, word, prompt, completion, seen FROM example_decision
                   WHERE content = ?1 ORDER BY place LIMIT 1";
        Ok(tx.prepare_cached(sql)?.query_row([content], Decision::from_row).optional()?)
    }

    fn from_row(row: &rusqlite::Row<'_>) -> rusqlite::Result<Decision> {
        let seen: String = row.get(5)?;
        Ok(Decision {
            place: row.get(0)?,
            content: row.get(1)?,
            word: row.get(2)?,
            prompt: row.get(3)?,
            completion: row.get(4)?,
            // A code an older or newer app knows is no reason to lose the decision.
            seen: serde_json::from_str::<Vec<serde_json::Value>>(&seen)
                .unwrap_or_default()
                .into_iter()
                .filter_map(|code| serde_json::from_value(code).ok())
                .collect(),
        })
    }

    pub fn write(&self, tx: &Transaction<'_>) -> Result<()> {
        let sql = "INSERT OR REPLACE INTO example_decision(place, content, word, prompt, completion, seen)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        let seen = serde_json::to_string(&self.seen)?;
        tx.prepare_cached(sql)?.execute(params![
            self.place,
            self.content,
            self.word,
            self.prompt,
            self.completion,
            seen
        ])?;
        Ok(())
    }
}

/// What is to become of an example: the author's word, as long as it is about these words (`content`). Where the post
/// changed since and something new is the matter with it, the author is asked again.
pub(super) fn status(word: Option<&Decision>, content: &str, flags: &[Flag], holds: &[FlagCode]) -> ExampleStatus {
    let stands = |decision: &Decision| {
        decision.content.is_empty() || decision.content == content || decision.completion.is_some()
    };
    let seen = |code: FlagCode| word.is_some_and(|decision| stands(decision) || decision.seen.contains(&code));
    let waits = flags.iter().any(|flag| holds.contains(&flag.code) && !seen(flag.code));
    match word {
        Some(decision) if decision.word == "dropped" => ExampleStatus::Dropped,
        _ if waits => ExampleStatus::Flagged,
        _ => ExampleStatus::Kept,
    }
}

/// Everything of every example of a preset. `unit_flags` is what the checks say of each unit.
pub(super) fn all(
    tx: &Transaction<'_>,
    preset: &Preset,
    unit_flags: &[Vec<Flag>],
    codec: Option<&dyn Codec>,
) -> Result<()> {
    adopt(tx, &preset.name)?;
    let mut update = tx.prepare("UPDATE example SET post_flags = ?3 WHERE preset = ?1 AND unit = ?2")?;
    for (unit, flags) in (0u32..).zip(unit_flags) {
        update.execute(params![preset.name.as_str(), unit, serde_json::to_string(flags)?])?;
    }
    count_tokens(tx, codec)?;
    flag(tx, preset, None, codec.map(Codec::longest))
}

/// Decisions made on the same words under another address hold here too; the author's own words stand in.
fn adopt(tx: &Transaction<'_>, preset: &PresetName) -> Result<()> {
    let mut select = tx.prepare("SELECT id, place, content FROM example WHERE preset = ?1")?;
    let rows: Vec<(u32, String, String)> = select
        .query_map([preset.as_str()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect::<rusqlite::Result<_>>()?;
    for (id, place, content) in rows {
        let mut decision = Decision::at(tx, &place)?;
        if decision.is_none()
            && let Some(elsewhere) = Decision::on(tx, &content)?
        {
            let here = Decision { place, ..elsewhere };
            here.write(tx)?;
            decision = Some(here);
        }
        own_words(tx, id, decision.as_ref())?;
    }
    Ok(())
}

/// Puts the author's own words in place of those that were made, or those that were made back.
pub(super) fn own_words(tx: &Transaction<'_>, id: u32, decision: Option<&Decision>) -> Result<()> {
    let text = |own: Option<&String>| own.map(|own| super::build::text_id(tx, own)).transpose();
    let prompt = text(decision.and_then(|decision| decision.prompt.as_ref()))?;
    let completion = text(decision.and_then(|decision| decision.completion.as_ref()))?;
    let sql = "UPDATE example SET prompt = coalesce(?2, made_prompt), completion = coalesce(?3, made_completion)
               WHERE id = ?1";
    tx.prepare_cached(sql)?.execute(params![id, prompt, completion])?;
    Ok(())
}

/// Counts the tokens of every text that has no count yet.
pub(super) fn count_tokens(tx: &Transaction<'_>, codec: Option<&dyn Codec>) -> Result<()> {
    let Some(codec) = codec else {
        tx.execute("UPDATE example_text SET tokens = NULL WHERE tokens IS NOT NULL", [])?;
        return Ok(());
    };
    let mut select = tx.prepare("SELECT id, text FROM example_text WHERE tokens IS NULL")?;
    let uncounted: Vec<(u32, String)> =
        select.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<rusqlite::Result<_>>()?;
    for (id, text) in uncounted {
        let tokens = codec.count(&text);
        tx.prepare_cached("UPDATE example_text SET tokens = ?2 WHERE id = ?1")?.execute([id, tokens])?;
    }
    Ok(())
}

/// Flags and status of a preset's examples, of one unit or of all, from their words as they stand.
pub(super) fn flag(tx: &Transaction<'_>, preset: &Preset, unit: Option<u32>, longest: Option<u32>) -> Result<()> {
    let rows = facts(tx, &preset.name, unit)?;
    let facts: Vec<ExampleFacts<'_>> = rows.iter().map(Facts::as_checked).collect();
    for (row, own) in rows.iter().zip(checks::of_examples(&facts, longest)) {
        let mut flags: Vec<Flag> = serde_json::from_str(&row.post_flags)?;
        flags.extend(own);
        let state = status(Decision::at(tx, &row.place)?.as_ref(), &row.content, &flags, &preset.holds);
        let sql = "UPDATE example SET flags = ?2, status = ?3 WHERE id = ?1";
        tx.prepare_cached(sql)?.execute(params![row.id, serde_json::to_string(&flags)?, state.name()])?;
    }
    Ok(())
}

struct Facts {
    id: u32,
    unit: u32,
    kind: super::Kind,
    place: String,
    content: String,
    prompt: String,
    completion: String,
    tokens: Option<u32>,
    post_flags: String,
}

impl Facts {
    fn as_checked(&self) -> ExampleFacts<'_> {
        ExampleFacts {
            unit: self.unit,
            prompt: &self.prompt,
            completion: &self.completion,
            tokens: self.tokens,
            kind: self.kind,
        }
    }
}

fn facts(tx: &Transaction<'_>, preset: &PresetName, unit: Option<u32>) -> Result<Vec<Facts>> {
    let sql = "SELECT example.id, unit, kind, place, p.text, t.text, p.tokens + t.tokens, post_flags, content
               FROM example JOIN example_text p ON p.id = prompt JOIN example_text t ON t.id = completion
               WHERE preset = ?1 AND (?2 IS NULL OR unit = ?2) ORDER BY position";
    let mut statement = tx.prepare(sql)?;
    let rows = statement.query_map(params![preset.as_str(), unit], |row| {
        Ok((
            row.get::<_, String>(2)?,
            Facts {
                id: row.get(0)?,
                unit: row.get(1)?,
                kind: super::Kind::Completion,
                place: row.get(3)?,
                prompt: row.get(4)?,
                completion: row.get(5)?,
                tokens: row.get(6)?,
                post_flags: row.get(7)?,
                content: row.get(8)?,
            },
        ))
    })?;
    rows.map(|row| {
        let (kind, facts) = row?;
        Ok(Facts { kind: kind.parse()?, ..facts })
    })
    .collect()
}

/// The status of every example again, flags and decisions being as they are.
pub(super) fn restate(tx: &Transaction<'_>, preset: &Preset) -> Result<()> {
    let mut select = tx.prepare("SELECT id, place, flags, status, content FROM example WHERE preset = ?1")?;
    let rows: Vec<(u32, String, String, String, String)> = select
        .query_map([preset.name.as_str()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?)))?
        .collect::<rusqlite::Result<_>>()?;
    let mut read: HashMap<String, Vec<Flag>> = HashMap::new();
    for (id, place, json, was, content) in rows {
        if !read.contains_key(&json) {
            read.insert(json.clone(), serde_json::from_str(&json)?);
        }
        let flags = read.get(&json).map(Vec::as_slice).unwrap_or_default();
        let now = status(Decision::at(tx, &place)?.as_ref(), &content, flags, &preset.holds).name();
        if now != was {
            tx.prepare_cached("UPDATE example SET status = ?2 WHERE id = ?1")?.execute(params![id, now])?;
        }
    }
    Ok(())
}
