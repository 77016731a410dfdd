//! Examples as the author sees them: filtered, searched, paged. Rows carry the beginning of their text only, so that ten
//! thousand of them can be gone through.

use super::{Flag, FlagCode, Kind, Preset, build, presets};
use crate::db::Db;
use crate::id::{ExampleId, PostId};
use crate::wire::{Page, offset};
use crate::{Core, Error, Result};
use rusqlite::types::Value;
use rusqlite::{Row, params_from_iter};
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

impl ExampleStatus {
    /// Its stable name.
    pub fn name(self) -> &'static str {
        match self {
            ExampleStatus::Kept => "kept",
            ExampleStatus::Dropped => "dropped",
            ExampleStatus::Flagged => "flagged",
        }
    }

    pub(super) fn from_name(name: &str) -> ExampleStatus {
        match name {
            "kept" => ExampleStatus::Kept,
            "dropped" => ExampleStatus::Dropped,
            _ => ExampleStatus::Flagged,
        }
    }
}

/// A training example in a list.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct ExampleRow {
    /// Its number.
    pub id: ExampleId,
    /// The post it is made from; nothing for a row of a file.
    pub post: Option<PostId>,
    /// That post's title, or the file's name.
    pub post_title: String,
    /// What it asks of the model.
    pub kind: Kind,
    /// The beginning of what the model is given.
    pub prompt: String,
    /// The beginning of what it learns to write.
    pub text: String,
    /// Tokens of prompt and text by the default model's tokenizer; nothing while that model is not here.
    pub tokens: Option<u32>,
    /// What is to become of it.
    pub status: ExampleStatus,
    /// Whether the author changed its words.
    pub edited: bool,
    /// Whether no training sees it.
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
    /// Only with this flag.
    pub flag: Option<FlagCode>,
    /// Only with (or without) flags.
    pub flagged: Option<bool>,
    /// Only those no training sees, or only the others.
    pub held_out: Option<bool>,
    /// Only of kinds that are on, or only of those that are off.
    pub enabled: Option<bool>,
    /// Words that must occur in prompt or text; the last one may be unfinished.
    pub search: Option<String>,
    /// Where the page starts: a row's number, counted from 0.
    pub cursor: Option<String>,
    /// Rows in the page; 100 when not given, at most 1000.
    pub limit: Option<u32>,
}

/// A page of the chosen preset's examples, in file order.
///
/// # Errors
/// `BadInput` for a cursor that is none; otherwise when the library cannot be read.
pub fn list(core: &Core, query: &ExampleQuery) -> Result<Page<ExampleRow>> {
    let preset = presets::chosen(core)?;
    build::refresh(core, &preset.name)?;
    let start = offset(query.cursor.as_deref())?;
    let filter = Filter::of(&preset, query);
    let total = filter.count(&core.db)?;
    let items = filter.rows(&core.db, query.limit.unwrap_or(100).min(1000), start)?;
    Ok(Page::at(items, start, total))
}

/// The numbers and places of all that a query finds, in file order.
pub(super) fn ids(core: &Core, preset: &Preset, query: &ExampleQuery) -> Result<Vec<ExampleId>> {
    let filter = Filter::of(preset, query);
    core.db.read(|c| {
        let mut statement = c.prepare(&filter.sql("SELECT example.id", " ORDER BY position"))?;
        let rows = statement.query_map(params_from_iter(&filter.values), |row| row.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    })
}

/// A query as SQL conditions.
pub(super) struct Filter {
    conditions: Vec<String>,
    pub values: Vec<Value>,
}

impl Filter {
    pub fn of(preset: &Preset, query: &ExampleQuery) -> Filter {
        let name = preset.name.as_str().to_owned();
        let mut filter = Filter { conditions: vec!["example.preset = ?".into()], values: vec![name.into()] };
        filter.add_query(query);
        if let Some(enabled) = query.enabled {
            // The names of kinds are the app's own words.
            let on: Vec<String> = preset.kinds.iter().map(|kind| format!("'{}'", kind.name())).collect();
            filter.add(format!("(example.kind IN ({})) = ?", on.join(", ")), i64::from(enabled));
        }
        filter
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
            self.add("example.status = ?", status.name().to_owned());
        }
        if let Some(post) = query.post {
            self.add("example.post_id = ?", i64::from(post.0));
        }
        if let Some(flag) = query.flag {
            self.add("instr(example.flags, ?) > 0", format!("\"code\":\"{}\"", flag.name()));
        }
        if let Some(flagged) = query.flagged {
            self.add("(example.flags <> '[]') = ?", i64::from(flagged));
        }
        if let Some(held_out) = query.held_out {
            self.add("example.held_out = ?", i64::from(held_out));
        }
        for word in words(query.search.as_deref().unwrap_or_default()) {
            let found = "SELECT rowid FROM example_words WHERE example_words MATCH ?";
            self.add(format!("(example.prompt IN ({found}) OR example.completion IN ({found}))"), word.clone());
            self.values.push(word.into());
        }
    }

    pub fn sql(&self, select: &str, after: &str) -> String {
        format!("{select} FROM example WHERE {}{after}", self.conditions.join(" AND "))
    }

    fn count(&self, db: &Db) -> Result<u32> {
        let sql = self.sql("SELECT count(*)", "");
        db.read(|c| Ok(c.query_row(&sql, params_from_iter(&self.values), |row| row.get(0))?))
    }

    fn rows(&self, db: &Db, limit: u32, start: u32) -> Result<Vec<ExampleRow>> {
        // Which rows first, their texts after: only the page's texts are read.
        let page = self.sql("SELECT example.id", &format!(" ORDER BY position LIMIT {limit} OFFSET {start}"));
        let sql = format!("{SELECT} WHERE example.id IN ({page}) ORDER BY position");
        db.read(|c| {
            let mut statement = c.prepare(&sql)?;
            let rows = statement.query_map(params_from_iter(&self.values), from_row)?;
            rows.collect::<rusqlite::Result<Vec<_>>>()?.into_iter().collect()
        })
    }
}

/// The words of a search as FTS5 expressions: each must occur, the last may be unfinished.
fn words(search: &str) -> Vec<String> {
    let bare = |word: &str| word.replace('"', "");
    let words: Vec<String> =
        search.split_whitespace().map(bare).filter(|word| word.chars().any(char::is_alphanumeric)).collect();
    let last = words.len().saturating_sub(1);
    let quote = |(at, word): (usize, &String)| if at == last { format!("\"{word}\"*") } else { format!("\"{word}\"") };
    words.iter().enumerate().map(quote).collect()
}

/// A row with the beginnings of its texts: 200 characters of the prompt, 300 of the completion.
const SELECT: &str = "SELECT example.id, example.post_id, coalesce(post.title, imported_file.name, ''), example.kind,
        substr(p.text, 1, 200), substr(t.text, 1, 300), p.tokens + t.tokens, example.status,
        example.prompt <> example.made_prompt OR example.completion <> example.made_completion,
        example.held_out, example.flags
    FROM example JOIN example_text p ON p.id = example.prompt JOIN example_text t ON t.id = example.completion
        LEFT JOIN post ON post.id = example.post_id
        LEFT JOIN imported_row ON imported_row.id = example.row_id
        LEFT JOIN imported_file ON imported_file.id = imported_row.file_id";

fn from_row(row: &Row<'_>) -> rusqlite::Result<Result<ExampleRow>> {
    let (kind, flags): (String, String) = (row.get(3)?, row.get(10)?);
    let (kind, flags) = match (kind.parse(), serde_json::from_str(&flags)) {
        (Ok(kind), Ok(flags)) => (kind, flags),
        (Err(error), _) => return Ok(Err(error)),
        (_, Err(error)) => return Ok(Err(Error::from(error))),
    };
    Ok(Ok(ExampleRow {
        id: row.get(0)?,
        post: row.get(1)?,
        post_title: row.get(2)?,
        kind,
        prompt: row.get(4)?,
        text: row.get(5)?,
        tokens: row.get(6)?,
        status: ExampleStatus::from_name(&row.get::<_, String>(7)?),
        edited: row.get(8)?,
        held_out: row.get(9)?,
        flags,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_is_words_of_which_the_last_may_be_unfinished() {
        assert_eq!(words("green \"tea -- lea"), ["\"green\"", "\"tea\"", "\"lea\"*"]);
        assert!(words(" ** ").is_empty());
    }
}
