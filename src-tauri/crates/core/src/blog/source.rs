//! Where posts come from: a feed's address, a file, or the sample blog.

use super::fetch::Validators;
use crate::db::Db;
use crate::id::SourceId;
use crate::{Error, Result};
use rusqlite::{OptionalExtension, Row, Transaction, params};
use serde::Serialize;

/// What sort of place a source is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum SourceKind {
    /// A feed on the web.
    Feed,
    /// A feed file on this computer.
    File,
    /// The sample blog inside the app.
    Sample,
}

impl SourceKind {
    fn name(self) -> &'static str {
        match self {
            SourceKind::Feed => "feed",
            SourceKind::File => "file",
            SourceKind::Sample => "sample",
        }
    }

    fn from_name(name: &str) -> SourceKind {
        match name {
            "file" => SourceKind::File,
            "sample" => SourceKind::Sample,
            _ => SourceKind::Feed,
        }
    }
}

/// A place posts come from.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct Source {
    /// Its number.
    pub id: SourceId,
    /// What sort of place it is.
    pub kind: SourceKind,
    /// The blog's name.
    pub title: String,
    /// The feed's address or the file's path.
    pub address: String,
    /// When it was last asked (RFC 3339).
    pub checked_at: Option<String>,
    /// How many posts of it are in the library.
    pub posts: u32,
    /// How many posts the site says it has, when it says so.
    pub site_posts: Option<u32>,
    /// Posts of the site that are still to come.
    pub waiting: u32,
    /// Posts of the site that could not be brought in.
    pub out_of_reach: u32,
    /// The blog's front page.
    pub site: Option<String>,
    #[serde(skip)]
    pub(super) etag: Option<String>,
    #[serde(skip)]
    pub(super) last_modified: Option<String>,
    /// When all that the site lists was last gone through.
    #[serde(skip)]
    pub(super) walked_at: Option<String>,
    /// How it listed its posts then.
    #[serde(skip)]
    pub(super) way: Option<String>,
    /// Whether the address is that of a feed.
    #[serde(skip)]
    pub(super) has_feed: bool,
}

/// The blog at a glance.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct BlogSummary {
    /// Every source.
    pub sources: Vec<Source>,
    /// Posts in the library.
    pub posts: u32,
    /// Words in them.
    pub words: u32,
    /// Posts that no training sees.
    pub held_out: u32,
}

/// What an import learned about a source.
pub(super) struct SourceSeen<'a> {
    pub kind: SourceKind,
    pub title: &'a str,
    pub address: &'a str,
    /// The blog's front page.
    pub site: Option<&'a str>,
    /// Whether the address is that of a feed; else of a site that only lists its posts.
    pub has_feed: bool,
}

impl<'a> SourceSeen<'a> {
    pub fn new(kind: SourceKind, title: &'a str, address: &'a str) -> Self {
        SourceSeen { kind, title, address, site: None, has_feed: true }
    }
}

/// The blog at a glance.
///
/// # Errors
/// When the library cannot be read.
pub fn summary(db: &Db) -> Result<BlogSummary> {
    let sources = list(db)?;
    db.read(|c| {
        let sql = "SELECT count(*), coalesce(sum(words), 0), count(held_out_at) FROM post";
        Ok(c.query_row(sql, [], |row| {
            Ok(BlogSummary { sources, posts: row.get(0)?, words: row.get(1)?, held_out: row.get(2)? })
        })?)
    })
}

/// Every source, oldest first.
///
/// # Errors
/// When the library cannot be read.
pub fn list(db: &Db) -> Result<Vec<Source>> {
    db.read(|c| {
        let mut statement = c.prepare(&format!("{SELECT} ORDER BY source.id"))?;
        let rows = statement.query_map([], from_row)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    })
}

/// One source.
///
/// # Errors
/// `NotFound` when there is none with that number.
pub fn get(db: &Db, id: SourceId) -> Result<Source> {
    let sql = format!("{SELECT} WHERE source.id = ?1");
    db.read(|c| Ok(c.query_row(&sql, [id], from_row).optional()?))?
        .ok_or_else(|| Error::not_found(format!("Source {id}")))
}

/// Inserts or updates a source and gives its number.
pub(super) fn save(tx: &Transaction<'_>, seen: &SourceSeen<'_>, now: &str) -> Result<SourceId> {
    // What the server said of the feed's state is forgotten until all of the feed is kept: an import that is cut off
    // must not be told next time that nothing changed.
    let sql = "INSERT INTO source(kind, title, address, checked_at, site, has_feed) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
        ON CONFLICT(address) DO UPDATE SET title = ?2, checked_at = ?4, site = coalesce(?5, site), has_feed = ?6,
            etag = NULL, last_modified = NULL
        RETURNING id";
    let SourceSeen { kind, title, address, site, has_feed } = seen;
    Ok(tx.query_row(sql, params![kind.name(), title, address, now, site, has_feed], |row| row.get(0))?)
}

/// All of the feed is kept: this is what to send with the next request for it.
pub(super) fn set_validators(tx: &Transaction<'_>, id: SourceId, now: &Validators) -> Result<()> {
    let sql = "UPDATE source SET etag = ?2, last_modified = ?3 WHERE id = ?1";
    tx.execute(sql, params![id, now.etag, now.last_modified])?;
    Ok(())
}

/// Its name became known while it was read.
pub(super) fn rename(tx: &Transaction<'_>, id: SourceId, title: &str) -> Result<()> {
    tx.execute("UPDATE source SET title = ?2 WHERE id = ?1", params![id, title])?;
    Ok(())
}

/// All that the site lists was gone through, in this way.
pub(super) fn walked(tx: &Transaction<'_>, id: SourceId, way: Option<&str>, now: &str) -> Result<()> {
    tx.execute("UPDATE source SET walked_at = ?2, way = ?3 WHERE id = ?1", params![id, now, way])?;
    Ok(())
}

/// Writes down how many posts the site says it has.
pub(super) fn set_site_posts(tx: &Transaction<'_>, id: SourceId, count: u32) -> Result<()> {
    tx.execute("UPDATE source SET site_posts = ?2 WHERE id = ?1", params![id, count])?;
    Ok(())
}

const SELECT: &str = "SELECT id, kind, title, address, checked_at, site_posts,
    (SELECT count(*) FROM post WHERE post.source_id = source.id),
    -- a list that was cut off waits with all that is not here
    max((SELECT count(*) FROM site_post WHERE site_post.source_id = source.id AND state = 'waiting'),
        CASE WHEN kind = 'feed' AND walked_at IS NULL
             THEN coalesce(site_posts, 0) - (SELECT count(*) FROM post WHERE post.source_id = source.id) ELSE 0 END),
    (SELECT count(*) FROM site_post WHERE site_post.source_id = source.id AND reason IS NOT NULL),
    etag, last_modified, site, walked_at, way, has_feed FROM source";

fn from_row(row: &Row<'_>) -> rusqlite::Result<Source> {
    Ok(Source {
        id: row.get(0)?,
        kind: SourceKind::from_name(&row.get::<_, String>(1)?),
        title: row.get(2)?,
        address: row.get(3)?,
        checked_at: row.get(4)?,
        site_posts: row.get(5)?,
        posts: row.get(6)?,
        waiting: row.get(7)?,
        out_of_reach: row.get(8)?,
        etag: row.get(9)?,
        last_modified: row.get(10)?,
        site: row.get(11)?,
        walked_at: row.get(12)?,
        way: row.get(13)?,
        has_feed: row.get(14)?,
    })
}
