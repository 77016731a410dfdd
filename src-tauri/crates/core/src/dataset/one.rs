//! One example to read: whole, with where it is from, and beside its post.

use super::annotate::Decision;
use super::{ExampleStatus, Flag, Kind};
use crate::blog::post;
use crate::db::Db;
use crate::id::{ExampleId, PostId};
use crate::{Core, Error, Result};
use rusqlite::OptionalExtension;
use serde::Serialize;
use similar::{ChangeTag, TextDiff};

/// A training example.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct Example {
    /// Its number.
    pub id: ExampleId,
    /// The post it is made from; nothing for a row of a file.
    pub post: Option<PostId>,
    /// That post's title, or the file's name.
    pub post_title: String,
    /// What it asks of the model.
    pub kind: Kind,
    /// Which template of its kind made it.
    pub template: String,
    /// Which part of the post it learns; nothing for the whole.
    pub part: Option<String>,
    /// What the model is given.
    pub prompt: String,
    /// What it learns to write.
    pub completion: String,
    /// The prompt as it was made, before the author changed it.
    pub made_prompt: String,
    /// The text as it was made.
    pub made_completion: String,
    /// File and line of an imported row.
    pub source: Option<String>,
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

/// A stretch of two texts laid side by side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct DiffPart {
    /// In which of them it stands.
    pub side: DiffSide,
    /// The stretch.
    pub text: String,
}

/// In which of two texts a stretch stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum DiffSide {
    /// In both.
    Same,
    /// In the post only.
    OnlyPost,
    /// In the example only.
    OnlyExample,
}

/// What decisions need of an example, beside what is shown.
pub(super) struct Place {
    pub place: String,
    pub content: String,
}

/// One example.
///
/// # Errors
/// `NotFound` when there is none with that number.
pub fn get(db: &Db, id: ExampleId) -> Result<Example> {
    let row = db.read(|c| {
        Ok(c.query_row(SELECT, [id], |row| {
            let (kind, flags): (String, String) = (row.get(3)?, row.get(14)?);
            let file: Option<String> = row.get(10)?;
            let line: Option<u32> = row.get(11)?;
            let example = Example {
                id: row.get(0)?,
                post: row.get(1)?,
                post_title: row.get(2)?,
                kind: Kind::Completion,
                template: row.get(4)?,
                part: row.get(5)?,
                prompt: row.get(6)?,
                completion: row.get(7)?,
                made_prompt: row.get(8)?,
                made_completion: row.get(9)?,
                source: file.zip(line).map(|(file, line)| format!("{file}, line {line}")),
                tokens: row.get(12)?,
                status: ExampleStatus::from_name(&row.get::<_, String>(13)?),
                edited: false,
                held_out: row.get(15)?,
                flags: Vec::new(),
            };
            Ok((example, kind, flags))
        })
        .optional()?)
    })?;
    let (example, kind, flags) = row.ok_or_else(|| Error::not_found(format!("Example {id}")))?;
    let edited = example.prompt != example.made_prompt || example.completion != example.made_completion;
    Ok(Example { kind: kind.parse()?, flags: serde_json::from_str(&flags)?, edited, ..example })
}

const SELECT: &str = "
    SELECT example.id, example.post_id, coalesce(post.title, imported_file.name, ''), example.kind, example.template,
        example.part, p.text, t.text, mp.text, mt.text, imported_file.name, imported_row.line, p.tokens + t.tokens,
        example.status, example.flags, example.held_out
    FROM example
        JOIN example_text p ON p.id = example.prompt JOIN example_text t ON t.id = example.completion
        JOIN example_text mp ON mp.id = example.made_prompt JOIN example_text mt ON mt.id = example.made_completion
        LEFT JOIN post ON post.id = example.post_id
        LEFT JOIN imported_row ON imported_row.id = example.row_id
        LEFT JOIN imported_file ON imported_file.id = imported_row.file_id
    WHERE example.id = ?1";

/// The example's text against its post's, word by word; for an imported row against what the file said.
///
/// # Errors
/// `NotFound` when there is none with that number.
pub fn diff(core: &Core, id: ExampleId) -> Result<Vec<DiffPart>> {
    let example = get(&core.db, id)?;
    let original = match example.post {
        Some(post) => post::post_detail(&core.db, post)?.training_text,
        None => example.made_completion,
    };
    Ok(side_by_side(&original, &example.completion))
}

fn side_by_side(post: &str, example: &str) -> Vec<DiffPart> {
    let mut parts: Vec<DiffPart> = Vec::new();
    for change in TextDiff::from_words(post, example).iter_all_changes() {
        let side = match change.tag() {
            ChangeTag::Equal => DiffSide::Same,
            ChangeTag::Delete => DiffSide::OnlyPost,
            ChangeTag::Insert => DiffSide::OnlyExample,
        };
        match parts.last_mut() {
            Some(open) if open.side == side => open.text.push_str(change.value()),
            _ => parts.push(DiffPart { side, text: change.value().to_owned() }),
        }
    }
    parts
}

/// Tokens of a text by the default model's tokenizer; nothing while that model is not here.
pub fn count_tokens(core: &Core, text: &str) -> Option<u32> {
    core.engine.default_codec().map(|codec| codec.count(text))
}

/// Where decisions on an example are written down.
pub(super) fn place(c: &rusqlite::Connection, id: ExampleId) -> Result<Place> {
    let sql = "SELECT place, content FROM example WHERE id = ?1";
    let found = c
        .prepare_cached(sql)?
        .query_row([id], |row| Ok(Place { place: row.get(0)?, content: row.get(1)? }))
        .optional()?;
    found.ok_or_else(|| Error::not_found(format!("Example {id}")))
}

impl Place {
    /// A decision here, with the flags the example shows now.
    pub fn decision(self, word: &str, flags: &[Flag]) -> Decision {
        Decision {
            place: self.place,
            content: self.content,
            word: word.to_owned(),
            prompt: None,
            completion: None,
            seen: flags.iter().map(|flag| flag.code).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_changed_stands_on_its_side() {
        let parts = side_by_side("Green tea is good.", "Black tea is good indeed.");
        let of =
            |side| parts.iter().filter(move |p| p.side == side || p.side == DiffSide::Same).map(|p| p.text.as_str());
        assert_eq!(of(DiffSide::OnlyPost).collect::<String>(), "Green tea is good.");
        assert_eq!(of(DiffSide::OnlyExample).collect::<String>(), "Black tea is good indeed.");
        assert!(parts.iter().any(|part| part.side == DiffSide::Same && part.text.contains("tea is")));
    }
}
