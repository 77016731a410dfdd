//! Examples as the author sees them: filtered, searched, paged.

use super::{Flag, Kind, build};
use crate::db::Db;
use crate::id::{ExampleId, PostId};
use crate::wire::{Page, offset};
use crate::{Core, Error, Result};
use rusqlite::types::Value;
use rusqlite::{OptionalExtension, Row, params_from_iter};
use serde::{Deserialize, Serialize};

/// What is to become of an example.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum ExampleStatus {
    /// It is learned from.
    Kept,
    /// The author took it out.
    Dropped,
    /// It has a flag and waits for the author's word; it is not learned from meanwhile.
    Flagged,
}

/// A training example.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct Example {
    /// Its number.
    pub id: ExampleId,
    /// The post it is made from.
    pub post: PostId,
    /// That post's title.
    pub post_title: String,
    /// What it asks of the model.
    pub kind: Kind,
    /// What the model is given.
    pub prompt: String,
    /// What it learns to write.
    pub completion: String,
    /// Tokens of prompt and completion by the default model's tokenizer; nothing while that model is not here.
    pub tokens: Option<u32>,
    /// What is to become of it.
    pub status: ExampleStatus,
    /// Whether the author changed its words.
    pub edited: bool,
    /// Whether its post is one that no training sees.
    pub held_out: bool,
    /// Reasons to look at it.
    pub flags: Vec<Flag>,
}

/// Which examples to list.
#[derive(Debug, Clone, Default, Deserialize, specta::Type)]
pub struct ExampleQuery {
    /// Only of this kind.
    pub kind: Option<Kind>,
    /// Only with this status.
    pub status: Option<ExampleStatus>,
    /// Only of this post.
    pub post: Option<PostId>,
    /// Only with (or without) flags.
    pub flagged: Option<bool>,
    /// Words that must occur in prompt or text.
    pub search: Option<String>,
    /// Where the page starts, from the page before.
    pub cursor: Option<String>,
    /// Rows in the page; 100 when not given.
    pub limit: Option<u32>,
}

/// The status of a row, in SQL: the author's word, else whether it has flags.
const STATUS: &str = "coalesce(example.decision, CASE WHEN example.flags = '[]' THEN 'kept' ELSE 'flagged' END)";

const SELECT: &str = "SELECT example.id, example.post_id, post.title, example.kind,
    coalesce(example.edited_prompt, example.prompt), coalesce(example.edited_completion, example.completion),
    example.tokens, example.edited_prompt IS NOT NULL, post.held_out_at IS NOT NULL, example.flags";

/// A page of the current preset's examples, in file order.
///
/// # Errors
/// `BadInput` for a cursor that is none; otherwise when the library cannot be read.
pub fn list(core: &Core, query: &ExampleQuery) -> Result<Page<Example>> {
    let preset = build::preset(core)?;
    build::refresh(core, preset)?;
    let start = offset(query.cursor.as_deref())?;
    let mut filter = Filter::new(preset.name());
    filter.add_query(query);
    let limit = query.limit.unwrap_or(100).min(1000);
    let total = filter.count(&core.db)?;
    let items = filter.rows(&core.db, limit, start)?;
    Ok(Page::at(items, start, total))
}

/// Every example that is learned from or measured on, of the enabled kinds, in file order.
pub(super) fn kept(core: &Core, preset: super::Preset, kinds: &[Kind]) -> Result<Vec<Example>> {
    let mut filter = Filter::new(preset.name());
    filter.add_query(&ExampleQuery { status: Some(ExampleStatus::Kept), ..ExampleQuery::default() });
    let mut rows = filter.rows(&core.db, u32::MAX, 0)?;
    rows.retain(|example| kinds.contains(&example.kind));
    Ok(rows)
}

/// Every example of a preset, in file order.
pub(super) fn all(core: &Core, preset: super::Preset) -> Result<Vec<Example>> {
    Filter::new(preset.name()).rows(&core.db, u32::MAX, 0)
}

/// One example.
///
/// # Errors
/// `NotFound` when there is none with that number.
pub fn get(db: &Db, id: ExampleId) -> Result<Example> {
    let sql = format!("{SELECT}, {STATUS} FROM example JOIN post ON post.id = example.post_id WHERE example.id = ?1");
    db.read(|c| Ok(c.query_row(&sql, [id], from_row).optional()?))?
        .ok_or_else(|| Error::not_found(format!("Example {id}")))?
}

struct Filter {
    conditions: Vec<String>,
    values: Vec<Value>,
}

impl Filter {
    fn new(preset: &str) -> Filter {
        Filter {
            conditions: vec!["example.present = 1".into(), "example.preset = ?".into()],
            values: vec![preset.to_owned().into()],
        }
    }

    fn add(&mut self, condition: impl Into<String>, value: impl Into<Value>) {
        self.conditions.push(condition.into());
        self.values.push(value.into());
    }

    fn add_query(&mut self, query: &ExampleQuery) {
        if let Some(kind) = query.kind {
            self.add("example.kind = ?", kind.name().to_owned());
        }
        if let Some(status) = query.status {
            let name = match status {
                ExampleStatus::Kept => "kept",
                ExampleStatus::Dropped => "dropped",
                ExampleStatus::Flagged => "flagged",
            };
            self.add(format!("{STATUS} = ?"), name.to_owned());
        }
        if let Some(post) = query.post {
            self.add("example.post_id = ?", i64::from(post.0));
        }
        if let Some(flagged) = query.flagged {
            self.add("(example.flags <> '[]') = ?", i64::from(flagged));
        }
        for word in query.search.iter().flat_map(|text| text.split_whitespace()) {
            let text = "coalesce(example.edited_prompt, example.prompt) || ' ' || coalesce(example.edited_completion, example.completion)";
            self.add(format!("instr(lower({text}), lower(?)) > 0"), word.to_owned());
        }
    }

    fn sql(&self, select: &str) -> String {
        format!("{select} FROM example JOIN post ON post.id = example.post_id WHERE {}", self.conditions.join(" AND "))
    }

    fn count(&self, db: &Db) -> Result<u32> {
        let sql = self.sql("SELECT count(*)");
        db.read(|c| Ok(c.query_row(&sql, params_from_iter(&self.values), |row| row.get(0))?))
    }

    fn rows(&self, db: &Db, limit: u32, start: u32) -> Result<Vec<Example>> {
        let sql = format!(
            "{} ORDER BY example.position, example.id LIMIT {limit} OFFSET {start}",
            self.sql(&format!("{SELECT}, {STATUS}"))
        );
        db.read(|c| {
            let mut statement = c.prepare(&sql)?;
            let rows = statement.query_map(params_from_iter(&self.values), from_row)?;
            rows.collect::<rusqlite::Result<Vec<_>>>()?.into_iter().collect()
        })
    }
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<Result<Example>> {
    let kind: String = row.get(3)?;
    let flags: String = row.get(9)?;
    let status: String = row.get(10)?;
    let example = |kind, flags| -> rusqlite::Result<Example> {
        Ok(Example {
            id: row.get(0)?,
            post: row.get(1)?,
            post_title: row.get(2)?,
            kind,
            prompt: row.get(4)?,
            completion: row.get(5)?,
            tokens: row.get(6)?,
            status: match status.as_str() {
                "kept" => ExampleStatus::Kept,
                "dropped" => ExampleStatus::Dropped,
                _ => ExampleStatus::Flagged,
            },
            edited: row.get(7)?,
            held_out: row.get(8)?,
            flags,
        })
    };
    match (kind.parse(), serde_json::from_str(&flags)) {
        (Ok(kind), Ok(flags)) => Ok(Ok(example(kind, flags)?)),
        (Err(error), _) => Ok(Err(error)),
        (_, Err(error)) => Ok(Err(error.into())),
    }
}
