//! Runs in the library. The row is the truth: everything on screen can be rebuilt from it.

use super::{Recipe, ownership};
use crate::dataset::Preset;
use crate::engine::Surprise;
use crate::id::{PostId, RunId, VersionId};
use crate::version::{Finish, MeasuredPost};
use crate::{Core, Error, Result, Topic};
use rusqlite::types::Value;
use rusqlite::{OptionalExtension, Row, ToSql, Transaction, params};
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
    /// How examples are made and learned from.
    pub preset: Preset,
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

/// One run with its curve, its posts, its drafts and its log.
///
/// # Errors
/// `NotFound` when there is none with that number.
pub fn detail(core: &Core, id: RunId) -> Result<RunDetail> {
    ownership::settle(core)?;
    let (run, recipe) = row(core, id)?;
    let train = train_points(core, id, None)?;
    Ok(RunDetail {
        run,
        recipe,
        train,
        held_out: held_out_points(core, id, None)?,
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

/// The runs with a status.
pub(super) fn with_status(core: &Core, status: RunStatus) -> Result<Vec<RunId>> {
    let sql = "SELECT id FROM run WHERE status = ?1";
    let name = status.name();
    core.db
        .read(|c| Ok(c.prepare_cached(sql)?.query_map([name], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?))
}

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

fn status_from(name: &str) -> RunStatus {
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
        preset: recipe.preset,
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
