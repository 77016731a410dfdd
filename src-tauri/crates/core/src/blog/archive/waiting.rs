//! The addresses of posts that are still to come, so that an interrupted import goes on where it stopped, and those
//! that stayed out of reach, with the reason.

use rusqlite::{OptionalExtension, Transaction, params};
use serde::Serialize;

use super::{Listed, Way};
use crate::Result;
use crate::blog::post;
use crate::db::Db;
use crate::id::SourceId;

/// A post of the site that could not be brought in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct OutOfReach {
    /// Where it stands.
    pub url: String,
    /// Why it could not be read, in a sentence.
    pub reason: String,
}

/// The posts of a source that stayed out of reach.
///
/// # Errors
/// When the library cannot be read.
pub fn out_of_reach(db: &Db, source: SourceId) -> Result<Vec<OutOfReach>> {
    let sql = "SELECT url, reason FROM site_post WHERE source_id = ?1 AND reason IS NOT NULL ORDER BY position";
    db.read(|c| {
        let mut statement = c.prepare(sql)?;
        let found = statement.query_map([source], |row| Ok(OutOfReach { url: row.get(0)?, reason: row.get(1)? }))?;
        Ok(found.collect::<rusqlite::Result<_>>()?)
    })
}

/// How many posts of a source are still to come.
pub(super) fn count_waiting(db: &Db, source: SourceId) -> Result<u32> {
    let sql = "SELECT count(*) FROM site_post WHERE source_id = ?1 AND state = 'waiting'";
    db.read(|c| Ok(c.query_row(sql, [source], |row| row.get(0))?))
}

/// Writes down what a site lists, newest first. Posts that are in the library and unchanged since are not waited for;
/// those whose page could not be read are tried again only when the site says that they changed.
pub(super) fn write_down(tx: &Transaction<'_>, source: SourceId, way: Way, listed: &[Listed]) -> Result<()> {
    for (position, item) in (0_i64..).zip(listed) {
        let known: Option<Option<String>> = tx
            .query_row(
                "SELECT modified FROM site_post WHERE source_id = ?1 AND url = ?2",
                params![source, item.url],
                |row| row.get(0),
            )
            .optional()?;
        let state = match known {
            Some(modified) if modified == item.modified => continue,
            Some(_) => "waiting",
            None if post::is_here(tx, &item.url)? => "done",
            None => "waiting",
        };
        let sql = "INSERT INTO site_post(source_id, url, position, way, modified, state) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
            ON CONFLICT(source_id, url) DO UPDATE SET position = ?3, way = ?4, modified = ?5, state = ?6, reason = NULL";
        tx.execute(sql, params![source, item.url, position, way.name(), item.modified, state])?;
    }
    Ok(())
}

/// The next post to fetch.
pub(super) fn next(db: &Db, source: SourceId) -> Result<Option<(String, Way)>> {
    let sql = "SELECT url, way FROM site_post WHERE source_id = ?1 AND state = 'waiting' ORDER BY position LIMIT 1";
    db.read(|c| {
        let found = c.query_row(sql, [source], |row| Ok((row.get(0)?, Way::from_name(&row.get::<_, String>(1)?))));
        Ok(found.optional()?)
    })
}

/// A post is here, or will not come and why.
pub(super) fn settle(tx: &Transaction<'_>, source: SourceId, url: &str, reason: Option<&str>) -> Result<()> {
    let sql = "UPDATE site_post SET state = 'done', reason = ?3 WHERE source_id = ?1 AND url = ?2";
    tx.execute(sql, params![source, url, reason])?;
    Ok(())
}
