//! Posts in the library: listing, searching, reading one, and the author's word on whether it is used.

mod save;
mod snippet;

use super::boilerplate::Dropped;
use super::training_view;
use crate::db::Db;
use crate::id::{PostId, SourceId};
use crate::wire::{Page, offset};
use crate::{Core, Error, Result, Topic};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use snippet::Sought;

pub(super) use save::{Arrival, PostSeen, Saved, is_here, save};

/// What sort of text a post is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Published as a post.
    #[default]
    Post,
    /// Not published; an export holds drafts too.
    Draft,
    /// A page that is no post: "About", "Imprint".
    Page,
}

impl Role {
    fn name(self) -> &'static str {
        match self {
            Role::Post => "post",
            Role::Draft => "draft",
            Role::Page => "page",
        }
    }

    fn from_name(name: &str) -> Role {
        match name {
            "draft" => Role::Draft,
            "page" => Role::Page,
            _ => Role::Post,
        }
    }
}

/// Whether a post is used, and why not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum PostState {
    /// Used for training.
    Included,
    /// The author left it out.
    Excluded,
    /// Only a preview of it is public; left out unless the author says otherwise.
    Truncated,
    /// Included, and its text changed since a run last used it.
    Changed,
    /// Never published; left out unless the author says otherwise.
    Draft,
    /// No post but a page of the site; left out unless the author says otherwise.
    Page,
    /// No longer on the blog; left out unless the author says otherwise.
    Unpublished,
}

/// A post, without its text.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct Post {
    /// Its number.
    pub id: PostId,
    /// Where it came from.
    pub source: SourceId,
    /// Where it can be read.
    pub url: Option<String>,
    /// Its title.
    pub title: String,
    /// Its subtitle.
    pub subtitle: Option<String>,
    /// When it was published (RFC 3339).
    pub published_at: Option<String>,
    /// Words in its text.
    pub words: u32,
    /// Whether it is used.
    pub state: PostState,
    /// Whether it is one of the posts no training sees.
    pub held_out: bool,
}

/// A post in a list; with a search, the place that was found.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct PostRow {
    /// The post.
    #[serde(flatten)]
    pub post: Post,
    /// The hit in its surroundings, as HTML that holds nothing but text and `<mark>`.
    pub snippet: Option<String>,
}

/// A post to read.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct PostDetail {
    /// The post.
    pub post: Post,
    /// Its text as Markdown, as published.
    pub markdown: String,
    /// The same as sanitised HTML.
    pub html: String,
    /// The text a model learns from: no images, no link targets, no footnotes.
    pub training_text: String,
}

/// Which posts to list.
#[derive(Debug, Clone, Default, Deserialize, specta::Type)]
pub struct PostQuery {
    /// Words that must all occur.
    pub search: Option<String>,
    /// Where the page starts, from the page before.
    pub cursor: Option<String>,
    /// Rows in the page; when not given 200, or the best 50 hits of a search.
    pub limit: Option<u32>,
}

/// A post's text, for everything that reads all of them: examples, portrait, held-out loss.
#[derive(Debug, Clone)]
pub struct PostText {
    /// The post.
    pub post: Post,
    /// What makes it the same post on every computer: its address without scheme, www and tracking, else its guid.
    pub key: String,
    /// Who wrote it, where that is said.
    pub author: Option<String>,
    /// Its text as Markdown.
    pub markdown: String,
    /// What decides whether it changed: a hash of its title, subtitle and text.
    pub content_hash: String,
    /// Whether only a preview of it is public.
    pub truncated: bool,
    /// Whether a run ever learned from it.
    pub trained: bool,
    /// The recurring paragraphs that are left out of what models learn from.
    pub dropped: Dropped,
}

impl PostText {
    /// The text a model learns from.
    pub fn training_text(&self) -> String {
        self.dropped.cut(training_view::training_text(&self.markdown))
    }
}

/// More hits than this are not weighed against each other.
const MOST_WEIGHED: u32 = 1_000;

/// Posts, newest first, or the best hits first when searching.
///
/// # Errors
/// `BadInput` for a cursor that is none; otherwise when the library cannot be read.
pub fn list_posts(db: &Db, query: &PostQuery) -> Result<Page<PostRow>> {
    let start = offset(query.cursor.as_deref())?;
    let limit = query.limit.unwrap_or(if query.search.is_some() { 50 } else { 200 }).min(1000);
    let found = query.search.as_deref().map(match_expression).filter(|terms| !terms.is_empty());
    db.read(|c| match &found {
        None => {
            let total = c.query_row("SELECT count(*) FROM post", [], |row| row.get(0))?;
            let sql = format!("SELECT {COLUMNS} FROM post ORDER BY published_at DESC, id LIMIT ?1 OFFSET ?2");
            let items = rows(c, &sql, params![limit, start])?;
            Ok(Page::at(items, start, total))
        }
        Some(terms) => {
            let count = "SELECT count(*) FROM post_text WHERE post_text MATCH ?1";
            let total = c.query_row(count, [terms], |row| row.get(0))?;
            // Weighing every hit takes long where nearly every post is one, and says little: then the newest come first.
            let choose = if total > MOST_WEIGHED {
                "SELECT id AS hit FROM post WHERE id IN (SELECT rowid FROM post_text WHERE post_text MATCH ?1)
                 ORDER BY published_at DESC, id LIMIT ?2 OFFSET ?3"
            } else {
                "SELECT rowid AS hit FROM post_text
                 WHERE post_text MATCH ?1 AND rank MATCH 'bm25(8.0, 4.0, 1.0)' ORDER BY rank LIMIT ?2 OFFSET ?3"
            };
            let chosen: Vec<PostId> = {
                let mut statement = c.prepare_cached(choose)?;
                let hits = statement.query_map(params![terms, limit, start], |row| row.get(0))?;
                hits.collect::<rusqlite::Result<_>>()?
            };
            let sought = Sought::new(query.search.as_deref().unwrap_or_default());
            let items = chosen.iter().map(|id| hit(c, *id, &sought)).collect::<Result<Vec<_>>>()?;
            Ok(Page::at(items, start, total))
        }
    })
}

/// One post to read.
///
/// # Errors
/// `NotFound` when there is none with that number.
pub fn post_detail(db: &Db, id: PostId) -> Result<PostDetail> {
    let sql = format!("SELECT {COLUMNS}, markdown FROM post WHERE id = ?1");
    let found = db.read(|c| Ok(c.query_row(&sql, [id], |row| Ok((from_row(row)?, row.get(14)?))).optional()?))?;
    let (post, markdown): (Post, String) = found.ok_or_else(|| Error::not_found(format!("Post {id}")))?;
    let html = crate::draft::preview::render(&markdown);
    let training_text = db.read(Dropped::load)?.cut(training_view::training_text(&markdown));
    Ok(PostDetail { post, html, training_text, markdown })
}

/// Every post with its text, newest first.
///
/// # Errors
/// When the library cannot be read.
pub fn all_texts(db: &Db) -> Result<Vec<PostText>> {
    let sql =
        format!("SELECT {COLUMNS}, markdown, content_hash, trained_at, key FROM post ORDER BY published_at DESC, key");
    db.read(|c| {
        let dropped = Dropped::load(c)?;
        let mut statement = c.prepare(&sql)?;
        let texts = statement.query_map([], |row| text_from_row(row, dropped.clone()))?;
        Ok(texts.collect::<rusqlite::Result<_>>()?)
    })
}

/// The posts that are used, newest first.
///
/// # Errors
/// When the library cannot be read.
pub fn used_texts(db: &Db) -> Result<Vec<PostText>> {
    let mut texts = all_texts(db)?;
    texts.retain(|text| matches!(text.post.state, PostState::Included | PostState::Changed));
    Ok(texts)
}

/// The posts that no training sees, by number.
///
/// # Errors
/// When the library cannot be read.
pub(crate) fn held_out_ids(db: &Db) -> Result<Vec<PostId>> {
    let sql = "SELECT id FROM post WHERE held_out_at IS NOT NULL ORDER BY id";
    db.read(|c| Ok(c.prepare_cached(sql)?.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?))
}

/// Changes when anything changes that decides which posts are used, and with what text.
///
/// # Errors
/// When the library cannot be read.
pub fn fingerprint(db: &Db) -> Result<String> {
    // The author's name and the dates count too: checks and the split look at them.
    let sql = "SELECT id, content_hash, truncated, included, role, gone_at IS NULL, published_at, author
               FROM post ORDER BY id";
    db.read(|c| {
        let mut hash = Sha256::new();
        hash.update(Dropped::load(c)?.fingerprint());
        let mut statement = c.prepare_cached(sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            for column in 0..8 {
                hash.update(format!("{:?}|", row.get_ref(column)?));
            }
        }
        Ok(format!("{:x}", hash.finalize()))
    })
}

/// The author's word: use these posts, or leave them out.
///
/// # Errors
/// When the library cannot be written.
pub fn set_included(core: &Core, ids: &[PostId], included: bool) -> Result<()> {
    core.db.write(|tx| {
        for id in ids {
            if tx.execute("UPDATE post SET included = ?2 WHERE id = ?1", params![id, included])? == 0 {
                return Err(Error::not_found(format!("Post {id}")));
            }
        }
        Ok(())
    })?;
    core.changed(Topic::Posts);
    Ok(())
}

/// Marks posts as held out: from now on no training sees them.
pub(crate) fn hold_out(tx: &Transaction<'_>, ids: &[PostId], now: &str) -> Result<()> {
    for id in ids {
        tx.execute("UPDATE post SET held_out_at = ?2 WHERE id = ?1", params![id, now])?;
    }
    Ok(())
}

/// Gives held-out posts back to training; only while nothing was measured on them.
pub(crate) fn release(tx: &Transaction<'_>, ids: &[PostId]) -> Result<()> {
    for id in ids {
        tx.execute("UPDATE post SET held_out_at = NULL WHERE id = ?1", [id])?;
    }
    Ok(())
}

/// A run learns from these posts as they are now.
pub(crate) fn mark_trained(tx: &Transaction<'_>, ids: &[PostId], now: &str) -> Result<()> {
    for id in ids {
        let sql = "UPDATE post SET trained_at = coalesce(trained_at, ?2), changed_at = NULL WHERE id = ?1";
        tx.execute(sql, params![id, now])?;
    }
    Ok(())
}

/// One post without its text, inside a transaction.
pub(super) fn get(c: &Connection, id: PostId) -> Result<Post> {
    Ok(c.query_row(&format!("SELECT {COLUMNS} FROM post WHERE id = ?1"), [id], from_row)?)
}

const COLUMNS: &str = "post.id, post.source_id, post.url, post.title, post.subtitle, post.published_at, post.words,
    post.truncated, post.included, post.changed_at, post.held_out_at, post.author, post.role, post.gone_at";

fn from_row(row: &Row<'_>) -> rusqlite::Result<Post> {
    let truncated: Option<String> = row.get(7)?;
    let included: Option<bool> = row.get(8)?;
    let changed: Option<String> = row.get(9)?;
    let gone: Option<String> = row.get(13)?;
    let state = match (included, Role::from_name(&row.get::<_, String>(12)?)) {
        (Some(false), _) => PostState::Excluded,
        (None, Role::Draft) => PostState::Draft,
        (None, Role::Page) => PostState::Page,
        (None, _) if gone.is_some() => PostState::Unpublished,
        (None, _) if truncated.is_some() => PostState::Truncated,
        _ if changed.is_some() => PostState::Changed,
        _ => PostState::Included,
    };
    Ok(Post {
        id: row.get(0)?,
        source: row.get(1)?,
        url: row.get(2)?,
        title: row.get(3)?,
        subtitle: row.get(4)?,
        published_at: row.get(5)?,
        words: row.get(6)?,
        state,
        held_out: row.get::<_, Option<String>>(10)?.is_some(),
    })
}

fn text_from_row(row: &Row<'_>, dropped: Dropped) -> rusqlite::Result<PostText> {
    Ok(PostText {
        post: from_row(row)?,
        key: row.get(17)?,
        author: row.get(11)?,
        truncated: row.get::<_, Option<String>>(7)?.is_some(),
        markdown: row.get(14)?,
        content_hash: row.get(15)?,
        trained: row.get::<_, Option<String>>(16)?.is_some(),
        dropped,
    })
}

fn rows(c: &Connection, sql: &str, values: &[&dyn rusqlite::ToSql]) -> Result<Vec<PostRow>> {
    let mut statement = c.prepare(sql)?;
    let rows = statement.query_map(values, |row| Ok(PostRow { post: from_row(row)?, snippet: None }))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// A post that a search found, with the place.
fn hit(c: &Connection, id: PostId, sought: &Sought) -> Result<PostRow> {
    let sql = format!(
        "SELECT {COLUMNS}, post_text.title, post_text.subtitle, body FROM post JOIN post_text ON post_text.rowid = post.id
         WHERE post.id = ?1"
    );
    Ok(c.prepare_cached(&sql)?.query_row([id], |row| {
        let snippet = |column: usize| {
            let text: Option<String> = row.get(column)?;
            Ok::<_, rusqlite::Error>(text.and_then(|text| sought.snippet(&text)))
        };
        let found = snippet(16)?.or(snippet(15)?).or(snippet(14)?);
        Ok(PostRow { post: from_row(row)?, snippet: found })
    })?)
}

/// What was typed as an FTS5 expression: every word must occur, the last one may be unfinished.
fn match_expression(typed: &str) -> String {
    let words: Vec<String> = typed.split_whitespace().map(|word| format!("\"{}\"", word.replace('"', ""))).collect();
    let words: Vec<String> = words.into_iter().filter(|word| word.chars().any(char::is_alphanumeric)).collect();
    if words.is_empty() { String::new() } else { format!("{}*", words.join(" ")) }
}
