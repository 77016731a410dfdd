//! What a run came to: the held-out posts one by one, the test drafts, the log, and all of it at once.

use super::curve::{self, HeldOutPoint, StepPoint};
use super::run::{self, Run};
use super::{Recipe, ownership};
use crate::engine::Surprise;
use crate::id::{PostId, RunId};
use crate::version::{Finish, MeasuredPost};
use crate::{Core, Result};
use rusqlite::{Transaction, params};
use serde::Serialize;

/// How well one held-out post is foretold, in nats per token.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct PostLoss {
    /// The post.
    pub post: PostId,
    /// Its title.
    pub title: String,
    /// By the base model.
    pub base: f64,
    /// By the version.
    pub tuned: f64,
    /// Tokens it is over.
    pub tokens: u32,
    /// UTF-8 bytes it is over.
    pub bytes: u32,
}

/// A test prompt and what the version wrote to it.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct TestDraft {
    /// The prompt.
    pub prompt: String,
    /// The text.
    pub text: String,
    /// Why it ended.
    pub finish: Finish,
}

/// Everything there is to show of a run.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct RunDetail {
    /// The run.
    pub run: Run,
    /// Its settings.
    pub recipe: Recipe,
    /// Training loss by step.
    pub train: Vec<StepPoint>,
    /// Held-out loss by step.
    pub held_out: Vec<HeldOutPoint>,
    /// The held-out posts, one by one; filled at the end.
    pub posts: Vec<PostLoss>,
    /// The test prompts' drafts.
    pub tests: Vec<TestDraft>,
    /// What happened, line by line.
    pub log: Vec<String>,
}

/// One run with its curve, its posts, its drafts and its log.
///
/// # Errors
/// `NotFound` when there is none with that number.
pub fn detail(core: &Core, id: RunId) -> Result<RunDetail> {
    ownership::settle(core)?;
    let (run, recipe) = run::row(core, id)?;
    let train = curve::train_points(core, id, None)?;
    Ok(RunDetail {
        run,
        recipe,
        train,
        held_out: curve::held_out_points(core, id, None)?,
        posts: posts(core, id)?,
        tests: tests(core, id)?,
        log: log(core, id)?,
    })
}

/// What happened in a run, line by line.
///
/// # Errors
/// When the library cannot be read.
pub fn log(core: &Core, id: RunId) -> Result<Vec<String>> {
    let sql = "SELECT at || '  ' || line FROM run_log WHERE run_id = ?1 ORDER BY id";
    core.db.read(|c| Ok(c.prepare(sql)?.query_map([id], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?))
}

/// A held-out post as it is written down before training.
pub(super) struct BasePost<'a> {
    pub post: PostId,
    pub title: &'a str,
    pub bytes: u32,
    pub base: Surprise,
}

pub(super) fn save_base_posts(tx: &Transaction<'_>, id: RunId, posts: &[BasePost<'_>]) -> Result<()> {
    let sql = "INSERT OR REPLACE INTO run_post(run_id, post_id, title, position, base_nll, tokens, bytes)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    for (position, one) in posts.iter().enumerate() {
        let position = u32::try_from(position).unwrap_or(u32::MAX);
        tx.execute(sql, params![id, one.post, one.title, position, one.base.nll, one.base.tokens, one.bytes])?;
    }
    Ok(())
}

pub(super) fn save_tuned_posts(tx: &Transaction<'_>, id: RunId, tuned: &[(PostId, Surprise)]) -> Result<()> {
    for (post, surprise) in tuned {
        let sql = "UPDATE run_post SET nll = ?3 WHERE run_id = ?1 AND post_id = ?2";
        tx.execute(sql, params![id, post, surprise.nll])?;
    }
    Ok(())
}

pub(super) fn save_tests(tx: &Transaction<'_>, id: RunId, tests: &[TestDraft]) -> Result<()> {
    for (position, test) in tests.iter().enumerate() {
        let position = u32::try_from(position).unwrap_or(u32::MAX);
        let finish = serde_json::to_string(&test.finish)?;
        let sql = "INSERT OR REPLACE INTO run_test(run_id, position, prompt, text, finish) VALUES (?1, ?2, ?3, ?4, ?5)";
        tx.execute(sql, params![id, position, test.prompt, test.text, finish])?;
    }
    Ok(())
}

pub(super) fn posts(core: &Core, id: RunId) -> Result<Vec<PostLoss>> {
    let sql = "SELECT post_id, title, base_nll / tokens, nll / tokens, tokens, bytes FROM run_post
        WHERE run_id = ?1 AND nll IS NOT NULL AND tokens > 0 ORDER BY position";
    core.db.read(|c| {
        let mut statement = c.prepare(sql)?;
        let rows = statement.query_map([id], |row| {
            Ok(PostLoss {
                post: row.get(0)?,
                title: row.get(1)?,
                base: row.get(2)?,
                tuned: row.get(3)?,
                tokens: row.get(4)?,
                bytes: row.get(5)?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    })
}

/// The held-out posts' sums, for the version's row.
pub(super) fn measured_posts(core: &Core, id: RunId) -> Result<Vec<MeasuredPost>> {
    let sql = "SELECT nll, base_nll, tokens, bytes FROM run_post WHERE run_id = ?1 AND nll IS NOT NULL";
    core.db.read(|c| {
        let mut statement = c.prepare(sql)?;
        let rows = statement.query_map([id], |row| {
            Ok(MeasuredPost { nll: row.get(0)?, base_nll: row.get(1)?, tokens: row.get(2)?, bytes: row.get(3)? })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    })
}

fn tests(core: &Core, id: RunId) -> Result<Vec<TestDraft>> {
    let sql = "SELECT prompt, text, finish FROM run_test WHERE run_id = ?1 ORDER BY position";
    core.db.read(|c| {
        let mut statement = c.prepare(sql)?;
        let rows = statement.query_map([id], |row| Ok((row.get(0)?, row.get(1)?, row.get::<_, String>(2)?)))?;
        rows.collect::<rusqlite::Result<Vec<_>>>()?
            .into_iter()
            .map(|(prompt, text, finish)| Ok(TestDraft { prompt, text, finish: serde_json::from_str(&finish)? }))
            .collect()
    })
}
