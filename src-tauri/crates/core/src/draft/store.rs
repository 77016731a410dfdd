//! The drafts themselves. A save names the revision it is built on, so two windows can never overwrite each other, and
//! what a save replaces goes into the draft's history.

use super::preview::plain;
use crate::id::DraftId;
use crate::{Code, Core, Error, Result, Topic};
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use serde::Serialize;
use unicode_segmentation::UnicodeSegmentation;

/// A draft, and what it was before. Ids are never used twice: a window that still shows a deleted draft must not save
/// it over another one.
pub const TABLES: &str = "
CREATE TABLE draft(
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    title      TEXT NOT NULL,
    body       TEXT NOT NULL,              -- Markdown
    words      INTEGER NOT NULL,           -- of the body
    revision   INTEGER NOT NULL,           -- 1, 2, … with every save
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;
CREATE TABLE draft_revision(
    draft    INTEGER NOT NULL REFERENCES draft(id) ON DELETE CASCADE,
    revision INTEGER NOT NULL,
    title    TEXT NOT NULL,
    body     TEXT NOT NULL,
    saved_at TEXT NOT NULL,
    cut      INTEGER NOT NULL,             -- 1: a longer passage of it is gone from the next one
    PRIMARY KEY(draft, revision)
) STRICT, WITHOUT ROWID;
";

/// In the history, per draft. With one a minute this is the last hour of writing, and every longer passage cut.
const MOST_EARLIER: u32 = 60;
/// Bytes that a save takes out before what it replaces counts as a cut.
const CUT: usize = 200;
const LONGEST_TITLE: usize = 300;
const LONGEST_BODY: usize = 5_000_000;
const EXCERPT: usize = 160;

/// A draft in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct DraftRow {
    /// Its id.
    pub id: DraftId,
    /// Its title; may be empty.
    pub title: String,
    /// Words in its text.
    pub words: u32,
    /// When it was last saved.
    pub updated_at: String,
    /// How it begins, as plain text.
    pub excerpt: String,
}

/// A draft.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct Draft {
    /// Its id.
    pub id: DraftId,
    /// Its title; may be empty.
    pub title: String,
    /// Its text, in Markdown.
    pub body: String,
    /// Grows by one with every save; give it back with the next one.
    pub revision: u32,
    /// When it was last saved.
    pub updated_at: String,
}

/// What a draft was before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct Earlier {
    /// The revision it was.
    pub revision: u32,
    /// Its title then.
    pub title: String,
    /// Its text then.
    pub body: String,
    /// When it was saved.
    pub saved_at: String,
}

/// All drafts, the last saved first.
///
/// # Errors
/// When the library cannot be read.
pub fn list(core: &Core) -> Result<Vec<DraftRow>> {
    core.db.read(|connection| {
        let mut query = connection.prepare(
            "SELECT id, title, words, updated_at, substr(body, 1, 800) FROM draft ORDER BY updated_at DESC, id DESC",
        )?;
        let rows = query.query_map([], |row| {
            let beginning: String = row.get(4)?;
            Ok(DraftRow {
                id: row.get(0)?,
                title: row.get(1)?,
                words: row.get(2)?,
                updated_at: row.get(3)?,
                excerpt: excerpt(&beginning),
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<Vec<_>>>()?)
    })
}

/// Begins a draft. The title may be empty.
///
/// # Errors
/// When the library cannot be written.
pub fn create(core: &Core, title: &str) -> Result<Draft> {
    let (title, now) = (titled(title)?, core.clock.stamp());
    let draft = core.db.write(|tx| {
        tx.execute(
            "INSERT INTO draft(title, body, words, revision, created_at, updated_at) VALUES (?1, '', 0, 1, ?2, ?2)",
            [&title, &now],
        )?;
        let id: DraftId = tx.query_row("SELECT last_insert_rowid()", [], |row| row.get(0))?;
        Ok(Draft { id, title, body: String::new(), revision: 1, updated_at: now })
    })?;
    core.changed(Topic::Drafts);
    Ok(draft)
}

/// One draft.
///
/// # Errors
/// `NotFound` when it was deleted.
pub fn get(core: &Core, id: DraftId) -> Result<Draft> {
    core.db.read(|connection| read(connection, id))
}

/// Saves a draft whose last seen revision is given; once this returns, the text is on the disk.
///
/// # Errors
/// `ChangedElsewhere` when another window saved something else in between (nothing is overwritten then), `NotFound`
/// when the draft was deleted, `BadInput` when it is too long.
pub fn save(core: &Core, id: DraftId, title: &str, body: &str, revision: u32) -> Result<Draft> {
    let title = titled(title)?;
    if body.len() > LONGEST_BODY {
        return Err(Error::bad_input("This draft is longer than five million characters and was not saved.")
            .hint("Move a part of it into a draft of its own."));
    }
    let (now, words) = (core.clock.stamp(), words(body));
    let (draft, changed) = core.db.write(|tx| {
        let before = read(tx, id)?;
        // Saving the same text again (a retry whose first answer was lost, say) is no conflict and no new revision.
        if before.title == title && before.body == body {
            return Ok((before, false));
        }
        if before.revision != revision {
            return Err(changed_elsewhere(&before));
        }
        remember(tx, &before, body)?;
        tx.execute(
            "UPDATE draft SET title = ?2, body = ?3, words = ?4, revision = revision + 1, updated_at = ?5 WHERE id = ?1",
            params![id, title, body, words, now],
        )?;
        Ok((Draft { id, title, body: body.to_owned(), revision: revision + 1, updated_at: now }, true))
    })?;
    if changed {
        core.changed(Topic::Drafts);
    }
    Ok(draft)
}

/// Deletes a draft and its history.
///
/// # Errors
/// `NotFound` when it is gone already.
pub fn delete(core: &Core, id: DraftId) -> Result<()> {
    let gone = core.db.write(|tx| Ok(tx.execute("DELETE FROM draft WHERE id = ?1", [id])?))?;
    if gone == 0 {
        return Err(missing());
    }
    core.changed(Topic::Drafts);
    Ok(())
}

/// What a draft was before, latest first: the last text of every minute it was written in, and whatever a longer
/// passage was cut from.
///
/// # Errors
/// When the library cannot be read.
pub fn history(core: &Core, id: DraftId) -> Result<Vec<Earlier>> {
    core.db.read(|connection| {
        let mut query = connection.prepare(
            "SELECT revision, title, body, saved_at FROM draft_revision WHERE draft = ?1 ORDER BY revision DESC",
        )?;
        let rows = query.query_map([id], |row| {
            Ok(Earlier { revision: row.get(0)?, title: row.get(1)?, body: row.get(2)?, saved_at: row.get(3)? })
        })?;
        Ok(rows.collect::<rusqlite::Result<Vec<_>>>()?)
    })
}

fn read(connection: &Connection, id: DraftId) -> Result<Draft> {
    let draft = connection
        .query_row("SELECT id, title, body, revision, updated_at FROM draft WHERE id = ?1", [id], |row| {
            Ok(Draft {
                id: row.get(0)?,
                title: row.get(1)?,
                body: row.get(2)?,
                revision: row.get(3)?,
                updated_at: row.get(4)?,
            })
        })
        .optional()?;
    draft.ok_or_else(missing)
}

/// Puts what a save replaces into the history and thins the history out.
fn remember(tx: &Transaction<'_>, before: &Draft, after: &str) -> Result<()> {
    if before.title.is_empty() && before.body.is_empty() {
        return Ok(());
    }
    let cut = taken_out(&before.body, after) >= CUT;
    tx.execute(
        "INSERT INTO draft_revision(draft, revision, title, body, saved_at, cut) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![before.id, before.revision, before.title, before.body, before.updated_at, cut],
    )?;
    // The first sixteen characters of a time are its minute. The last text of a minute stays, not the first: a pause
    // follows it, and it is what the author remembers.
    tx.execute(
        "DELETE FROM draft_revision
         WHERE draft = ?1 AND revision < ?2 AND cut = 0 AND substr(saved_at, 1, 16) = substr(?3, 1, 16)",
        params![before.id, before.revision, before.updated_at],
    )?;
    tx.execute(
        "DELETE FROM draft_revision WHERE draft = ?1 AND revision NOT IN
         (SELECT revision FROM draft_revision WHERE draft = ?1 ORDER BY revision DESC LIMIT ?2)",
        params![before.id, MOST_EARLIER],
    )?;
    Ok(())
}

/// How many bytes of the old text are gone between what both begin and end with.
fn taken_out(old: &str, new: &str) -> usize {
    let alike = |(a, b): &(u8, u8)| a == b;
    let start = old.bytes().zip(new.bytes()).take_while(alike).count();
    let end = old.bytes().rev().zip(new.bytes().rev()).take_while(alike).count();
    old.len() - start - end.min(old.len() - start).min(new.len() - start)
}

fn titled(title: &str) -> Result<String> {
    let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
    if title.chars().count() > LONGEST_TITLE {
        return Err(Error::bad_input(format!("This title is longer than {LONGEST_TITLE} characters."))
            .hint("Shorten it; the rest may go into the text."));
    }
    Ok(title)
}

fn words(body: &str) -> u32 {
    u32::try_from(plain(body).unicode_words().count()).unwrap_or(u32::MAX)
}

fn excerpt(beginning: &str) -> String {
    let text = plain(beginning).split_whitespace().collect::<Vec<_>>().join(" ");
    match text.char_indices().nth(EXCERPT) {
        None => text,
        Some((end, _)) => {
            let cut = &text[..end];
            let whole = cut.rfind(' ').map_or(cut, |space| &cut[..space]);
            format!("{whole}…")
        }
    }
}

fn missing() -> Error {
    Error::not_found("This draft")
}

fn changed_elsewhere(there: &Draft) -> Error {
    let message =
        format!("This draft was saved elsewhere in between (revision {}). Nothing was overwritten.", there.revision);
    Error::new(Code::ChangedElsewhere, message)
        .hint("Copy what you wrote here, open the draft again and put it in where it belongs.")
}

#[cfg(test)]
mod tests;
