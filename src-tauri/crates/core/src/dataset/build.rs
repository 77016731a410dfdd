//! Brings the stored examples in step with the posts, the imported rows, the preset and the tokenizer. Decisions lie
//! apart (`example_decision`), so they outlive every refresh and rebuild.

use super::annotate;
use super::generate::{Candidate, generate};
use super::sources::Sources;
use super::{Kind, Preset, PresetName, hash, presets};
use crate::blog::post;
use crate::id::PostId;
use crate::{Core, Result, Topic, settings};
use rusqlite::{OptionalExtension, Transaction, params};
use sha2::{Digest, Sha256};
use std::sync::PoisonError;

/// Raised when templates, checks or notes change, so that libraries built by an older app are built again.
pub(super) const RULES: u32 = 2;

/// Builds again where something changed since the last time that examples depend on; otherwise does nothing.
pub(super) fn refresh(core: &Core, name: &PresetName) -> Result<Preset> {
    let preset = presets::preset(core, name)?;
    let codec = core.engine.default_codec();
    let key = format!("examples.built_from.{name}");
    // One at a time in this process: two that overlap would undo each other's work.
    let _turn = core.building.lock().unwrap_or_else(PoisonError::into_inner);
    let built_from: Option<String> = settings::get(&core.db, &key)?;
    // Taken before anything is read: what comes in meanwhile makes it differ, and the next look builds again.
    let state = fingerprint(core, &preset, codec.is_some())?;
    let with = |held_out: &[PostId]| format!("{state} {held_out:?}");
    if built_from == Some(with(&post::held_out_ids(&core.db)?)) {
        return Ok(preset);
    }
    let sources = Sources::read(core)?;
    let candidates = generate(&sources.posts(), &preset, &sources.paraphrases);
    let flags = sources.flags();
    core.db.write(|tx| {
        store(tx, &preset.name, &sources, &candidates)?;
        annotate::all(tx, &preset, &flags, codec.as_deref())?;
        sweep(tx)?;
        // In the same transaction, since another program may be building, too.
        settings::put_within(tx, &key, &with(&sources.held_out_posts))
    })?;
    core.changed(Topic::Examples);
    Ok(preset)
}

/// What the examples depend on, as one hash.
fn fingerprint(core: &Core, preset: &Preset, counted: bool) -> Result<String> {
    let mut hash = Sha256::new();
    // Kinds and checks that are on or off change what is learned from, not what there is.
    hash.update(format!("{RULES} {counted} {}", serde_json::to_string(&preset.templates)?));
    hash.update(post::fingerprint(&core.db)?);
    let sql = "SELECT (SELECT count(*) || ' ' || coalesce(max(id), 0) FROM imported_file) || ' ' ||
                      (SELECT count(*) || ' ' || coalesce(max(made_at), '') FROM paraphrase) || ' ' ||
                      (SELECT count(*) || ' ' || coalesce(max(made_at), '') FROM model_notes)";
    hash.update(core.db.read(|c| Ok(c.query_row(sql, [], |row| row.get::<_, String>(0))?))?);
    Ok(format!("{:x}", hash.finalize()))
}

/// Writes the examples down as they are made now; those that are made no longer go.
fn store(tx: &Transaction<'_>, preset: &PresetName, sources: &Sources, candidates: &[Candidate]) -> Result<()> {
    tx.execute_batch("CREATE TEMP TABLE IF NOT EXISTS made(place TEXT PRIMARY KEY); DELETE FROM made;")?;
    let mut writer = Writer { tx, preset, position: 0 };
    let units = sources.units_of_posts();
    for example in candidates {
        let unit = units.get(&example.post).copied().unwrap_or(u32::MAX);
        writer.write(&Made {
            place: &example.place,
            source: (Some(example.post.0), None),
            unit,
            kind: example.kind,
            template: &example.template,
            part: example.part.as_deref(),
            words: (&example.prompt, &example.completion),
            held_out: sources.is_held_out(unit),
        })?;
    }
    for (row, unit) in sources.rows.iter().zip(&sources.unit_of_row) {
        writer.write(&Made {
            place: &row.place,
            source: (None, Some(row.id)),
            unit: *unit,
            kind: Kind::Imported,
            template: &row.template(),
            part: None,
            words: (&row.prompt, &row.completion),
            held_out: sources.is_held_out(*unit),
        })?;
    }
    let gone = "DELETE FROM example WHERE preset = ?1 AND place NOT IN (SELECT place FROM made)";
    tx.execute(gone, [preset.as_str()])?;
    Ok(())
}

/// An example as it is made now.
struct Made<'a> {
    place: &'a str,
    /// Its post, or its imported row.
    source: (Option<u32>, Option<u32>),
    unit: u32,
    kind: Kind,
    template: &'a str,
    part: Option<&'a str>,
    /// Prompt and completion.
    words: (&'a str, &'a str),
    held_out: bool,
}

struct Writer<'a> {
    tx: &'a Transaction<'a>,
    preset: &'a PresetName,
    position: u32,
}

impl Writer<'_> {
    fn write(&mut self, made: &Made<'_>) -> Result<()> {
        let (prompt, completion) = (text_id(self.tx, made.words.0)?, text_id(self.tx, made.words.1)?);
        let sql = "INSERT INTO example(preset, place, post_id, row_id, unit, kind, template, part, position,
                       made_prompt, made_completion, prompt, completion, content, held_out, post_flags, flags, status)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?10, ?11, ?12, ?13, '[]', '[]', 'kept')
                   ON CONFLICT(preset, place) DO UPDATE SET post_id = ?3, row_id = ?4, unit = ?5, part = ?8,
                       position = ?9, made_prompt = ?10, made_completion = ?11, content = ?12, held_out = ?13";
        self.tx.prepare_cached(sql)?.execute(params![
            self.preset.as_str(),
            made.place,
            made.source.0,
            made.source.1,
            made.unit,
            made.kind.name(),
            made.template,
            made.part,
            self.position,
            prompt,
            completion,
            content(made.words.0, made.words.1),
            made.held_out,
        ])?;
        self.tx.prepare_cached("INSERT OR IGNORE INTO made(place) VALUES (?1)")?.execute([made.place])?;
        self.position += 1;
        Ok(())
    }
}

/// What a decision is on: prompt and text as they were made.
fn content(prompt: &str, completion: &str) -> String {
    hash(&format!("{prompt}\n\0\n{completion}"))
}

/// The number of a text, which is stored once however many examples share it.
pub(super) fn text_id(tx: &Transaction<'_>, text: &str) -> Result<u32> {
    let name = hash(text);
    let mut find = tx.prepare_cached("SELECT id FROM example_text WHERE hash = ?1")?;
    if let Some(id) = find.query_row([&name], |row| row.get(0)).optional()? {
        return Ok(id);
    }
    tx.prepare_cached("INSERT INTO example_text(hash, text, length) VALUES (?1, ?2, ?3)")?.execute(params![
        name,
        text,
        u32::try_from(text.chars().count()).unwrap_or(u32::MAX)
    ])?;
    Ok(u32::try_from(tx.last_insert_rowid()).unwrap_or(u32::MAX))
}

/// Texts that no example holds any more.
fn sweep(tx: &Transaction<'_>) -> Result<()> {
    tx.execute(
        "DELETE FROM example_text WHERE id NOT IN (
             SELECT made_prompt FROM example UNION SELECT made_completion FROM example
             UNION SELECT prompt FROM example UNION SELECT completion FROM example)",
        [],
    )?;
    Ok(())
}
