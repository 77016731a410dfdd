//! What versions wrote, kept so that it can be told when it comes back inside a post: text the app drafted is no example
//! of the author's voice.

use crate::db::Db;
use crate::{Core, Result};
use rusqlite::params;

/// The table of texts that versions wrote.
pub const DRAFTED: &str = "
CREATE TABLE drafted_text(
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    text       TEXT NOT NULL,
    version    TEXT NOT NULL,
    written_at TEXT NOT NULL
) STRICT;
";

/// Texts kept, newest first: about as much as a year of drafting.
const MOST: u32 = 2_000;
/// Shorter texts could be anybody's, in characters.
const SHORT: usize = 200;

/// Keeps a text that a version wrote.
///
/// # Errors
/// When the library cannot be written.
pub(super) fn keep(core: &Core, text: &str, version: &str) -> Result<()> {
    if text.chars().count() < SHORT {
        return Ok(());
    }
    let stamp = core.clock.stamp();
    core.db.write(|tx| {
        let sql = "INSERT INTO drafted_text(text, version, written_at) VALUES (?1, ?2, ?3)";
        tx.execute(sql, params![text, version, stamp])?;
        tx.execute("DELETE FROM drafted_text WHERE id <= (SELECT max(id) FROM drafted_text) - ?1", [MOST])?;
        Ok(())
    })
}

/// The texts that versions wrote, newest first.
///
/// # Errors
/// When the library cannot be read.
pub(crate) fn drafted(db: &Db) -> Result<Vec<String>> {
    db.read(|c| {
        let mut statement = c.prepare("SELECT text FROM drafted_text ORDER BY id DESC")?;
        let texts = statement.query_map([], |row| row.get(0))?;
        Ok(texts.collect::<rusqlite::Result<_>>()?)
    })
}
