//! Versions in the library, and which of them is current.

use super::{Recipe, Rendering};
use crate::dataset::Preset;
use crate::engine::Weights;
use crate::engine::models::DEFAULT;
use crate::id::{RunId, VersionId};
use crate::paths::Paths;
use crate::{Core, Error, Result, Topic};
use rusqlite::{OptionalExtension, Row, Transaction, params};
use serde::Serialize;
use std::path::PathBuf;

/// What can draft.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct Version {
    /// Its number.
    pub id: VersionId,
    /// Its name: `v1`, `v2`, …
    pub name: String,
    /// The run that made it.
    pub run: RunId,
    /// The base model's name.
    pub model: String,
    /// The engine that runs it.
    pub engine: String,
    /// How its prompts and texts become tokens.
    pub rendering: Rendering,
    /// Whether drafts are written with it unless another is chosen.
    pub current: bool,
    /// When it was made (RFC 3339).
    pub created_at: String,
    /// Loss on the held-out posts, in nats per token.
    pub held_out_loss: f64,
    /// The base model's loss on them, in nats per token.
    pub base_loss: f64,
    /// Loss on the held-out posts, in bits per UTF-8 byte: comparable between models.
    pub bits_per_byte: f64,
    /// The base model's, in bits per byte.
    pub base_bits_per_byte: f64,
    /// Held-out posts it foretells better than the base model.
    pub better_on: u32,
    /// Held-out posts in all.
    pub held_out_posts: u32,
    /// The same in a sentence.
    pub sentence: String,
}

/// A held-out post's sums, for a new version's row.
pub(crate) struct MeasuredPost {
    pub nll: f64,
    pub base_nll: f64,
    pub tokens: u32,
    pub bytes: u32,
}

/// What a version is made of.
pub(crate) struct NewVersion<'a> {
    pub run: RunId,
    pub model: &'a str,
    pub recipe: &'a Recipe,
    pub posts: &'a [MeasuredPost],
}

/// What text is drawn with: weights, and how prompts become tokens for them.
#[derive(Debug, Clone)]
pub struct Drafter {
    /// `v1`, or the base model's name.
    pub name: String,
    /// The weights.
    pub weights: Weights,
    /// The recipe whose rendering is used.
    pub recipe: Recipe,
}

/// Where a version's adapter lies.
pub fn adapter_folder(paths: &Paths, id: VersionId) -> PathBuf {
    paths.versions().join(format!("v{id}"))
}

/// Every version, newest first.
///
/// # Errors
/// When the library cannot be read.
pub fn list(core: &Core) -> Result<Vec<Version>> {
    core.db.read(|c| {
        let mut statement = c.prepare(&format!("{SELECT} WHERE deleted_at IS NULL ORDER BY id DESC"))?;
        let rows = statement.query_map([], from_row)?.collect::<rusqlite::Result<Vec<_>>>()?;
        rows.into_iter().map(|row| Ok(row?.0)).collect()
    })
}

/// What drafts with a version, with the base model (`base`), or with the current version when neither is named.
///
/// # Errors
/// `NotFound` when there is no such version.
pub fn drafter(core: &Core, version: Option<VersionId>, base: bool) -> Result<Drafter> {
    let chosen = match (version, base) {
        (_, true) => None,
        (Some(id), _) => Some(id),
        (None, false) => current(core)?,
    };
    let Some(id) = chosen else { return Ok(base_model(DEFAULT.name)) };
    let sql = format!("{SELECT} WHERE id = ?1 AND deleted_at IS NULL");
    let (version, recipe) = core
        .db
        .read(|c| Ok(c.query_row(&sql, [id], from_row).optional()?))?
        .ok_or_else(|| Error::not_found(format!("Version v{id}")))??;
    let adapter = adapter_folder(&core.paths, id);
    if !adapter.is_dir() {
        return Err(Error::not_found(format!("The adapter of {} at {}", version.name, adapter.display()))
            .hint("Restore the folder from a backup, or train again."));
    }
    Ok(Drafter { name: version.name, weights: Weights { model: version.model, adapter: Some(adapter) }, recipe })
}

/// A base model without an adapter, in the plain rendering.
pub(super) fn base_model(model: &str) -> Drafter {
    let weights = Weights { model: model.to_owned(), adapter: None };
    Drafter { name: model.to_owned(), weights, recipe: Recipe::of(&Preset::voice()) }
}

/// The current version's number.
fn current(core: &Core) -> Result<Option<VersionId>> {
    core.db.read(|c| Ok(c.query_row(CURRENT, [], |row| row.get(0)).optional()?))
}

/// Makes a version current.
///
/// # Errors
/// `NotFound` when there is no such version.
pub fn promote(core: &Core, id: VersionId) -> Result<()> {
    drafter(core, Some(id), false)?;
    let stamp = core.clock.stamp();
    core.db.write(|tx| add_promotion(tx, id, &stamp))?;
    core.changed(Topic::Versions);
    Ok(())
}

/// Makes the version current again that was before the last promotion.
///
/// # Errors
/// `BadInput` when there was none before.
pub fn undo_promotion(core: &Core) -> Result<()> {
    core.db.write(|tx| {
        let rows: u32 = tx.query_row("SELECT count(*) FROM promotion", [], |row| row.get(0))?;
        if rows < 2 {
            return Err(Error::bad_input("No other version was current before.").hint("Promote the version you want."));
        }
        tx.execute("DELETE FROM promotion WHERE id = (SELECT max(id) FROM promotion)", [])?;
        Ok(())
    })?;
    core.changed(Topic::Versions);
    Ok(())
}

/// Deletes a version and its adapter. When it was current, the one promoted before it becomes current.
///
/// # Errors
/// `NotFound` when there is no such version.
pub fn delete(core: &Core, id: VersionId) -> Result<()> {
    let stamp = core.clock.stamp();
    core.db.write(|tx| {
        let sql = "UPDATE version SET deleted_at = ?2 WHERE id = ?1 AND deleted_at IS NULL";
        if tx.execute(sql, params![id, stamp])? == 0 {
            return Err(Error::not_found(format!("Version v{id}")));
        }
        tx.execute("DELETE FROM promotion WHERE version_id = ?1", [id])?;
        Ok(())
    })?;
    let folder = adapter_folder(&core.paths, id);
    if folder.is_dir() {
        std::fs::remove_dir_all(folder)?;
    }
    core.changed(Topic::Versions);
    Ok(())
}

/// Writes a new version down; the first one becomes current.
pub(crate) fn insert(tx: &Transaction<'_>, new: &NewVersion<'_>, now: &str) -> Result<VersionId> {
    let sum = |value: fn(&MeasuredPost) -> f64| new.posts.iter().map(value).sum::<f64>();
    let better = new.posts.iter().filter(|post| post.nll < post.base_nll).count();
    let tokens: u32 = new.posts.iter().map(|post| post.tokens).sum();
    let bytes: u32 = new.posts.iter().map(|post| post.bytes).sum();
    let sql = "INSERT INTO version(run_id, model, recipe, nll, base_nll, tokens, bytes, better_on, posts, created_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) RETURNING id";
    let values = params![
        new.run,
        new.model,
        serde_json::to_string(new.recipe)?,
        sum(|post| post.nll),
        sum(|post| post.base_nll),
        tokens,
        bytes,
        u32::try_from(better).unwrap_or(u32::MAX),
        u32::try_from(new.posts.len()).unwrap_or(u32::MAX),
        now
    ];
    let id = tx.query_row(sql, values, |row| row.get(0))?;
    if tx.query_row(CURRENT, [], |row| row.get::<_, VersionId>(0)).optional()?.is_none() {
        add_promotion(tx, id, now)?;
    }
    Ok(id)
}

const CURRENT: &str = "SELECT version_id FROM promotion ORDER BY id DESC LIMIT 1";

const SELECT: &str = "SELECT id, run_id, model, recipe, nll, base_nll, tokens, bytes, better_on, posts, created_at,
    id = (SELECT version_id FROM promotion ORDER BY promotion.id DESC LIMIT 1) FROM version";

fn add_promotion(tx: &Transaction<'_>, id: VersionId, now: &str) -> Result<()> {
    tx.execute("INSERT INTO promotion(version_id, made_at) VALUES (?1, ?2)", params![id, now])?;
    Ok(())
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<Result<(Version, Recipe)>> {
    let recipe: Recipe = match serde_json::from_str(&row.get::<_, String>(3)?) {
        Ok(recipe) => recipe,
        Err(error) => return Ok(Err(error.into())),
    };
    let id: VersionId = row.get(0)?;
    let (nll, base_nll): (f64, f64) = (row.get(4)?, row.get(5)?);
    let tokens = f64::from(row.get::<_, u32>(6)?.max(1));
    let bits = f64::from(row.get::<_, u32>(7)?.max(1)) * std::f64::consts::LN_2;
    let (better_on, posts): (u32, u32) = (row.get(8)?, row.get(9)?);
    let sure = if posts < 6 { "; too few to be sure" } else { "" };
    let version = Version {
        id,
        name: format!("v{id}"),
        run: row.get(1)?,
        model: row.get(2)?,
        engine: "local".to_owned(),
        rendering: recipe.rendering,
        current: row.get::<_, Option<bool>>(11)?.unwrap_or(false),
        created_at: row.get(10)?,
        held_out_loss: nll / tokens,
        base_loss: base_nll / tokens,
        bits_per_byte: nll / bits,
        base_bits_per_byte: base_nll / bits,
        better_on,
        held_out_posts: posts,
        sentence: format!("Foretells {better_on} of {posts} left-out posts better than the base model{sure}."),
    };
    Ok(Ok((version, recipe)))
}
