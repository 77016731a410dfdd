//! Saving a post that arrived: telling a new one from an edited one from the same one, and whose text to keep when a
//! post comes by two ways.

use chrono::{DateTime, Duration};
use rusqlite::{OptionalExtension, Transaction, params};
use sha2::{Digest, Sha256};

use super::Role;
use crate::Result;
use crate::blog::words;
use crate::clock::stamp;
use crate::id::{PostId, SourceId};

/// A post as an import found it.
#[derive(Debug)]
pub(in crate::blog) struct PostSeen {
    pub key: String,
    pub url: Option<String>,
    pub title: String,
    pub subtitle: Option<String>,
    pub author: Option<String>,
    pub published_at: Option<String>,
    pub html: String,
    pub markdown: String,
    pub truncated: Option<String>,
    pub role: Role,
}

/// How it came.
#[derive(Debug, Clone, Copy)]
pub(in crate::blog) struct Arrival<'a> {
    pub source: SourceId,
    /// `feed`, `page`, `file` …: two ways may give two texts of one post.
    pub via: &'a str,
    /// Now (RFC 3339).
    pub now: &'a str,
}

/// What saving a post did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::blog) enum Saved {
    New,
    Changed,
    Unchanged,
}

/// Titles of cross-posts agree, their dates seldom to the minute.
const SAME_TITLE_WITHIN: Duration = Duration::days(2);

/// What is stored of a post that may be the same.
struct Known {
    id: PostId,
    hash: String,
    words: u32,
    truncated: bool,
    role: Role,
}

/// A post and how it compares.
struct Measured<'a> {
    seen: &'a PostSeen,
    hash: String,
    words: u32,
}

/// Inserts a post, updates it when its text changed, or leaves it alone.
pub(in crate::blog) fn save(tx: &Transaction<'_>, arrival: &Arrival<'_>, seen: &PostSeen) -> Result<(PostId, Saved)> {
    let words = words::count_words(&words::plain_text(&seen.markdown));
    let post = Measured { seen, hash: content_hash(seen), words };
    let (id, saved) = match find(tx, arrival, seen)? {
        None => (insert(tx, arrival, &post)?, Saved::New),
        Some(known) => {
            let saved = if takes_over(tx, arrival, &known, &post)? { Saved::Changed } else { Saved::Unchanged };
            if saved == Saved::Changed {
                update(tx, arrival, known.id, &post)?;
            } else {
                seen_again(tx, known.id, seen)?;
            }
            (known.id, saved)
        }
    };
    let sql = "INSERT INTO post_arrival(post_id, source_id, via, content_hash) VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT(post_id, source_id, via) DO UPDATE SET content_hash = ?4";
    tx.execute(sql, params![id, arrival.source, arrival.via, post.hash])?;
    Ok((id, saved))
}

/// Whether a post with this address is in the library with all that can be had of it.
pub(in crate::blog) fn is_here(tx: &Transaction<'_>, url: &str) -> Result<bool> {
    let Some(key) = crate::blog::keep::key(url) else { return Ok(false) };
    let sql = "SELECT 1 FROM post WHERE key = ?1 AND (truncated IS NULL OR truncated = 'paywall')";
    Ok(tx.query_row(sql, [key], |_| Ok(())).optional()?.is_some())
}

/// The same post by its key; else one with its title from about the same day, if this way has not brought that one:
/// two posts of one feed are two posts.
fn find(tx: &Transaction<'_>, arrival: &Arrival<'_>, seen: &PostSeen) -> Result<Option<Known>> {
    const SELECT: &str = "SELECT id, content_hash, words, truncated, role, title FROM post";
    let read = |row: &rusqlite::Row<'_>| {
        let known = Known {
            id: row.get(0)?,
            hash: row.get(1)?,
            words: row.get(2)?,
            truncated: row.get::<_, Option<String>>(3)?.is_some(),
            role: Role::from_name(&row.get::<_, String>(4)?),
        };
        Ok((known, row.get::<_, String>(5)?))
    };
    let by_key = tx.query_row(&format!("{SELECT} WHERE key = ?1"), [&seen.key], read).optional()?;
    if let Some((known, _)) = by_key {
        return Ok(Some(known));
    }
    let date = seen.published_at.as_deref().and_then(|date| DateTime::parse_from_rfc3339(date).ok());
    let (Some(date), false) = (date, folded(&seen.title).is_empty()) else { return Ok(None) };
    let [from, to] = [date - SAME_TITLE_WITHIN, date + SAME_TITLE_WITHIN].map(|date| stamp(date.to_utc()));
    let sql = format!(
        "{SELECT} WHERE published_at BETWEEN ?1 AND ?2 AND NOT EXISTS (SELECT 1 FROM post_arrival
         WHERE post_id = post.id AND source_id = ?3 AND via = ?4)"
    );
    let mut statement = tx.prepare_cached(&sql)?;
    for found in statement.query_map(params![from, to, arrival.source, arrival.via], read)? {
        let (known, title) = found?;
        if folded(&title) == folded(&seen.title) {
            return Ok(Some(known));
        }
    }
    Ok(None)
}

/// Letters and digits only, in lower case.
fn folded(title: &str) -> String {
    title.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Whether the text that arrived takes the place of the one that is stored. What this way said before decides whether
/// it was edited; between ways the fuller text wins.
fn takes_over(tx: &Transaction<'_>, arrival: &Arrival<'_>, known: &Known, post: &Measured<'_>) -> Result<bool> {
    let truncated = post.seen.truncated.is_some();
    let sql = "SELECT content_hash FROM post_arrival WHERE post_id = ?1 AND source_id = ?2 AND via = ?3";
    let before: Option<String> =
        tx.query_row(sql, params![known.id, arrival.source, arrival.via], |row| row.get(0)).optional()?;
    if post.hash == known.hash || before.as_deref() == Some(post.hash.as_str()) {
        return Ok(false);
    }
    // A draft of what is published, and a preview of what is here whole, bring nothing.
    if known.role == Role::Post && post.seen.role == Role::Draft || truncated && !known.truncated {
        return Ok(false);
    }
    if known.truncated && !truncated || known.role == Role::Draft && post.seen.role == Role::Post {
        return Ok(true);
    }
    Ok(match before {
        // The stored text is this way's own: the author edited it.
        Some(before) if before == known.hash => true,
        // Edited where the text was the shorter one: it must not cut what is here.
        Some(_) => f64::from(post.words) >= 0.9 * f64::from(known.words),
        None => post.words > known.words,
    })
}

fn insert(tx: &Transaction<'_>, arrival: &Arrival<'_>, post: &Measured<'_>) -> Result<PostId> {
    let seen = post.seen;
    let sql = "INSERT INTO post(source_id, key, url, title, subtitle, author, published_at, html, markdown,
        content_hash, words, truncated, role, added_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14) RETURNING id";
    let values = params![
        arrival.source,
        seen.key,
        seen.url,
        seen.title,
        seen.subtitle,
        seen.author,
        seen.published_at,
        seen.html,
        seen.markdown,
        post.hash,
        post.words,
        seen.truncated,
        seen.role.name(),
        arrival.now
    ];
    let id = tx.prepare_cached(sql)?.query_row(values, |row| row.get(0))?;
    index(tx, id, seen)?;
    Ok(id)
}

fn update(tx: &Transaction<'_>, arrival: &Arrival<'_>, id: PostId, post: &Measured<'_>) -> Result<()> {
    let seen = post.seen;
    let sql = "UPDATE post SET url = coalesce(?2, url), title = ?3, subtitle = ?4, author = coalesce(?5, author),
        published_at = coalesce(?6, published_at), html = ?7, markdown = ?8, content_hash = ?9, words = ?10,
        truncated = ?11, role = ?12, changed_at = ?13, gone_at = NULL WHERE id = ?1";
    let values = params![
        id,
        seen.url,
        seen.title,
        seen.subtitle,
        seen.author,
        seen.published_at,
        seen.html,
        seen.markdown,
        post.hash,
        post.words,
        seen.truncated,
        seen.role.name(),
        arrival.now
    ];
    tx.execute(sql, values)?;
    take_address(tx, id, seen)?;
    tx.execute("DELETE FROM post_text WHERE rowid = ?1", [id])?;
    index(tx, id, seen)
}

/// A post that arrived unchanged is not gone, and may bring the address that a file did not know.
fn seen_again(tx: &Transaction<'_>, id: PostId, seen: &PostSeen) -> Result<()> {
    if seen.role == Role::Post {
        tx.execute("UPDATE post SET gone_at = NULL WHERE id = ?1 AND gone_at IS NOT NULL", [id])?;
    }
    take_address(tx, id, seen)
}

fn take_address(tx: &Transaction<'_>, id: PostId, seen: &PostSeen) -> Result<()> {
    if seen.url.is_some() {
        let sql = "UPDATE post SET url = ?2, key = ?3 WHERE id = ?1 AND url IS NULL";
        tx.execute(sql, params![id, seen.url, seen.key])?;
    }
    Ok(())
}

fn content_hash(seen: &PostSeen) -> String {
    let mut hash = Sha256::new();
    for part in [&seen.title, seen.subtitle.as_deref().unwrap_or_default(), seen.markdown.as_str()] {
        // The length keeps "ab" + "c" apart from "a" + "bc".
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    format!("{:x}", hash.finalize())
}

fn index(tx: &Transaction<'_>, id: PostId, seen: &PostSeen) -> Result<()> {
    let sql = "INSERT INTO post_text(rowid, title, subtitle, body) VALUES (?1, ?2, ?3, ?4)";
    tx.prepare_cached(sql)?.execute(params![id, seen.title, seen.subtitle, words::plain_text(&seen.markdown)])?;
    Ok(())
}
