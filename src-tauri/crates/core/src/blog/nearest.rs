//! Archive memory: the author's own passages nearest to a given paragraph. No model is needed: the rarest words the
//! paragraph shares with a passage find it, and the runs of words they share order what was found.

use std::collections::{BTreeSet, HashSet};

use rusqlite::{Connection, Transaction, params};
use serde::Serialize;
use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

use super::words::{count_words, plain_text};
use crate::db::Db;
use crate::id::PostId;
use crate::{Core, Result};

/// Passages and their words. A passage's number is its post's number times [`PER_POST`], plus its place.
pub const TABLES: &str = "
CREATE VIRTUAL TABLE passage USING fts5(body, tokenize = 'unicode61 remove_diacritics 2');
CREATE VIRTUAL TABLE passage_word USING fts5vocab(passage, 'row');
-- whether the post's passages are in the index as its text is now
ALTER TABLE post ADD COLUMN passages_of TEXT;
";

/// More paragraphs than this no post has.
const PER_POST: i64 = 100_000;
/// Paragraphs of fewer words say too little to be near to anything.
const FEWEST_WORDS: u32 = 8;
/// So many of the paragraph's words, the rarest first, are looked for.
const MOST_WORDS: usize = 14;
/// The words looked for stand in at most so many passages together, which bounds the time a search takes; but
/// [`FEWEST_SOUGHT`] are always looked for.
const MOST_PLACES: u32 = 20_000;
const FEWEST_SOUGHT: usize = 3;
/// So many of the passages found are compared closely.
const CANDIDATES: usize = 60;

/// A passage of a post.
#[derive(Debug, Clone, PartialEq, Serialize, specta::Type)]
pub struct Passage {
    /// The post.
    pub post: PostId,
    /// Its title.
    pub title: String,
    /// Where it can be read.
    pub url: Option<String>,
    /// When it was published (RFC 3339).
    pub published_at: Option<String>,
    /// The passage.
    pub text: String,
    /// How near it is: 1 is the same words in the same order, 0 nothing in common.
    pub nearness: f64,
}

/// The own passages nearest to a text, nearest first, at most `limit`; `except` is left out (the post itself).
///
/// # Errors
/// When the library cannot be read or written.
pub fn nearest(core: &Core, text: &str, except: Option<PostId>, limit: usize) -> Result<Vec<Passage>> {
    index(core)?;
    let text = plain_text(text);
    let found = core.db.read(|c| candidates(c, &text, except))?;
    let asked = Shape::of(&text);
    let mut near: Vec<Passage> = found
        .into_iter()
        .map(|passage| Passage { nearness: asked.nearness(&Shape::of(&passage.text)), ..passage })
        .filter(|passage| passage.nearness > 0.0)
        .collect();
    near.sort_by(|a, b| b.nearness.total_cmp(&a.nearness));
    near.truncate(limit);
    Ok(near)
}

/// Brings the index in step with the posts; cheap when nothing changed.
///
/// # Errors
/// When the library cannot be read or written.
pub(super) fn index(core: &Core) -> Result<()> {
    while let Some(stale) = stale(&core.db)? {
        core.db.write(|tx| stale.iter().try_for_each(|(id, markdown, hash)| index_post(tx, *id, markdown, hash)))?;
    }
    Ok(())
}

/// Some posts whose text changed since they were indexed; memory is bounded by their number.
fn stale(db: &Db) -> Result<Option<Vec<(PostId, String, String)>>> {
    let sql = "SELECT id, markdown, content_hash FROM post WHERE passages_of IS NOT content_hash LIMIT 100";
    let posts: Vec<_> = db.read(|c| {
        let mut statement = c.prepare_cached(sql)?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    })?;
    Ok((!posts.is_empty()).then_some(posts))
}

fn index_post(tx: &Transaction<'_>, id: PostId, markdown: &str, hash: &str) -> Result<()> {
    let first = i64::from(id.0) * PER_POST;
    tx.prepare_cached("DELETE FROM passage WHERE rowid BETWEEN ?1 AND ?2")?.execute([first, first + PER_POST - 1])?;
    let plain = plain_text(markdown);
    let paragraphs = plain.split("\n\n").map(str::trim).filter(|paragraph| count_words(paragraph) >= FEWEST_WORDS);
    for (place, paragraph) in (0..PER_POST).zip(paragraphs) {
        let sql = "INSERT INTO passage(rowid, body) VALUES (?1, ?2)";
        tx.prepare_cached(sql)?.execute(params![first + place, paragraph])?;
    }
    tx.prepare_cached("UPDATE post SET passages_of = ?2 WHERE id = ?1")?.execute(params![id, hash])?;
    Ok(())
}

/// Passages that share the rarest words of the text.
fn candidates(c: &Connection, text: &str, except: Option<PostId>) -> Result<Vec<Passage>> {
    let words = telling_words(c, text)?;
    if words.is_empty() {
        return Ok(Vec::new());
    }
    let expression: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
    let sql = "SELECT post.id, title, url, published_at, body FROM
            (SELECT rowid AS place, body, rank FROM passage WHERE passage MATCH ?1 ORDER BY rank LIMIT ?2)
            JOIN post ON post.id = place / ?3 WHERE post.id IS NOT ?4 ORDER BY rank";
    let mut statement = c.prepare_cached(sql)?;
    let rows = statement.query_map(params![expression.join(" OR "), CANDIDATES as i64, PER_POST, except], |row| {
        Ok(Passage {
            post: row.get(0)?,
            title: row.get(1)?,
            url: row.get(2)?,
            published_at: row.get(3)?,
            text: row.get(4)?,
            nearness: 0.0,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The text's words that stand in the posts, the rarest first.
fn telling_words(c: &Connection, text: &str) -> Result<Vec<String>> {
    let mut statement = c.prepare_cached("SELECT doc FROM passage_word WHERE term = ?1")?;
    let mut counted: Vec<(u32, String)> = Vec::new();
    for word in words(text).into_iter().collect::<BTreeSet<_>>() {
        let mut rows = statement.query([&word])?;
        if let Some(row) = rows.next()? {
            counted.push((row.get(0)?, word));
        }
    }
    counted.sort();
    let mut places = 0;
    let sought = counted.into_iter().take(MOST_WORDS).enumerate().take_while(|(index, (count, _))| {
        places += count;
        *index < FEWEST_SOUGHT || places <= MOST_PLACES
    });
    Ok(sought.map(|(_, (_, word))| word).collect())
}

/// Words as the index writes them: lower case, without accents.
fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric() && !is_combining(c))
        .filter(|word| !word.is_empty())
        .map(|word| word.nfd().filter(|c| !is_combining(*c)).flat_map(char::to_lowercase).collect())
        .collect()
}

fn is_combining(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
}

/// What two texts are compared by: their words, and their runs of two and three.
struct Shape {
    ones: HashSet<String>,
    twos: HashSet<String>,
    threes: HashSet<String>,
}

impl Shape {
    fn of(text: &str) -> Shape {
        let words: Vec<String> = text
            .unicode_words()
            .map(|word| word.nfd().filter(|c| !is_combining(*c)).flat_map(char::to_lowercase).collect())
            .collect();
        let runs = |length: usize| words.windows(length).map(|run| run.join(" ")).collect();
        Shape {
            ones: words.iter().filter(|word| word.chars().count() > 3).cloned().collect(),
            twos: runs(2),
            threes: runs(3),
        }
    }

    /// The mean share of what the shorter has that the other has too, longer runs counting more.
    fn nearness(&self, other: &Shape) -> f64 {
        let share = |a: &HashSet<String>, b: &HashSet<String>| {
            let fewer = a.len().min(b.len());
            if fewer == 0 { 0.0 } else { a.intersection(b).count() as f64 / fewer as f64 }
        };
        0.5 * share(&self.ones, &other.ones)
            + 0.3 * share(&self.twos, &other.twos)
            + 0.2 * share(&self.threes, &other.threes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_folded_as_the_index_folds_them() {
        assert_eq!(words("Café, naïve—ÉTÉ 42"), ["cafe", "naive", "ete", "42"]);
    }

    #[test]
    fn the_same_words_are_as_near_as_can_be_and_strangers_far() {
        let near = |a: &str, b: &str| Shape::of(a).nearness(&Shape::of(b));
        let text = "The harbour was quiet and nobody waited for the ferry that evening.";
        assert!((near(text, text) - 1.0).abs() < 1e-9);
        let turned = "That evening nobody waited; the harbour and the ferry were quiet.";
        assert!(near(text, turned) > near(text, "Bread rises faster in a warm kitchen than in a cold one."));
        assert!(near(text, "Completely unrelated prose about tax law.") < 0.05);
    }
}
