//! Brings the stored examples in step with the posts. Decisions belong to an example's place (post, kind, template), so
//! they outlive every refresh and rebuild.

use super::flags::{Flaggable, flags};
use super::generate::{Candidate, PostInput, generate};
use super::{ExampleSummary, Kind, Preset, summary};
use crate::blog::post::{self, PostText};
use crate::engine::Codec;
use crate::id::PostId;
use crate::{Core, Result, Topic, settings};
use rusqlite::{Transaction, params};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::Arc;

const PRESET: &str = "examples.preset";
const BUILT_FROM: &str = "examples.built_from";

/// The preset the library's examples are shown and trained in.
///
/// # Errors
/// When the library cannot be read.
pub fn preset(core: &Core) -> Result<Preset> {
    Ok(settings::get(&core.db, PRESET)?.unwrap_or_default())
}

/// Chooses a preset and builds its examples.
///
/// # Errors
/// When the library cannot be read or written.
pub fn build(core: &Core, preset: Preset) -> Result<ExampleSummary> {
    settings::put(&core.db, PRESET, &preset)?;
    refresh(core, preset)?;
    summary(core)
}

/// Builds again where posts, their use, or the tokenizer changed since the last time; otherwise does nothing.
pub(super) fn refresh(core: &Core, preset: Preset) -> Result<()> {
    super::held_out::settle(core, None)?;
    let used = post::used_texts(&core.db)?;
    let codec = core.engine.default_codec();
    let state = fingerprint(&used, preset, codec.is_some());
    let key = format!("{BUILT_FROM}.{}", preset.name());
    if settings::get::<String>(&core.db, &key)?.as_deref() == Some(state.as_str()) {
        return Ok(());
    }
    let inputs: Vec<PostInput> = used
        .iter()
        .map(|text| PostInput { id: text.post.id, title: text.post.title.clone(), text: text.training_text() })
        .collect();
    let candidates = generate(&inputs, preset);
    core.db.write(|tx| {
        store(tx, preset, &candidates)?;
        annotate(tx, preset, &used, codec.as_ref())
    })?;
    settings::put(&core.db, &key, &state)?;
    core.changed(Topic::Examples);
    Ok(())
}

/// What the examples depend on, as one hash.
fn fingerprint(used: &[PostText], preset: Preset, counted: bool) -> String {
    let mut hash = Sha256::new();
    // Raise the number when templates or flags change, so that libraries built by an older app are built again.
    hash.update(format!("1 {} {counted}", preset.name()));
    hash.update(used.first().map(|text| text.dropped.fingerprint()).unwrap_or_default());
    for text in used {
        hash.update(format!("\n{} {} {}", text.post.id, text.content_hash, text.truncated));
    }
    format!("{:x}", hash.finalize())
}

fn store(tx: &Transaction<'_>, preset: Preset, candidates: &[Candidate]) -> Result<()> {
    tx.execute("UPDATE example SET present = 0 WHERE preset = ?1", [preset.name()])?;
    let mut insert = tx.prepare(
        "INSERT INTO example(preset, post_id, kind, variant, position, prompt, completion, flags, present)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, '[]', 1)
         ON CONFLICT(preset, post_id, kind, variant) DO UPDATE SET position = ?5, prompt = ?6, completion = ?7, present = 1",
    )?;
    for (position, example) in candidates.iter().enumerate() {
        let position = u32::try_from(position).unwrap_or(u32::MAX);
        insert.execute(params![
            preset.name(),
            example.post,
            example.kind.name(),
            example.variant,
            position,
            example.prompt,
            example.completion
        ])?;
    }
    Ok(())
}

/// Flags and token counts of every example as it stands, edits included.
fn annotate(tx: &Transaction<'_>, preset: Preset, used: &[PostText], codec: Option<&Arc<dyn Codec>>) -> Result<()> {
    let truncated: HashMap<PostId, bool> = used.iter().map(|text| (text.post.id, text.truncated)).collect();
    let mut select = tx.prepare(
        "SELECT id, post_id, kind, coalesce(edited_prompt, prompt), coalesce(edited_completion, completion)
         FROM example WHERE preset = ?1 AND present = 1 ORDER BY position",
    )?;
    let rows: Vec<(u32, PostId, String, String, String)> = select
        .query_map([preset.name()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?)))?
        .collect::<rusqlite::Result<_>>()?;
    let kinds = rows.iter().map(|row| row.2.parse::<Kind>()).collect::<Result<Vec<_>>>()?;
    let flaggable: Vec<Flaggable<'_>> = rows
        .iter()
        .zip(&kinds)
        .map(|((_, post, _, prompt, completion), kind)| Flaggable {
            post: *post,
            kind: *kind,
            prompt,
            completion,
            truncated: truncated.get(post).copied().unwrap_or(false),
        })
        .collect();
    let mut update = tx.prepare("UPDATE example SET flags = ?2, tokens = ?3 WHERE id = ?1")?;
    let mut counts: HashMap<&str, u32> = HashMap::new();
    for ((id, _, _, prompt, completion), flags) in rows.iter().zip(flags(&flaggable)) {
        // Most examples share their post's text, so each text is counted once.
        let tokens = codec.map(|codec| {
            let mut count = |text| *counts.entry(text).or_insert_with(|| codec.count(text));
            count(prompt) + count(completion)
        });
        update.execute(params![id, serde_json::to_string(&flags)?, tokens])?;
    }
    Ok(())
}

/// Flags and token counts again after an edit.
pub(super) fn annotate_again(core: &Core, preset: Preset) -> Result<()> {
    let used = post::used_texts(&core.db)?;
    let codec = core.engine.default_codec();
    core.db.write(|tx| annotate(tx, preset, &used, codec.as_ref()))
}
