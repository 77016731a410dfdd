//! Paragraphs that stand in many posts word for word: "Thanks for reading", "Subscribe here". A model would learn to
//! write them everywhere. They are found by repetition alone, shown to the author, and can be kept.
//!
//! A short one may be the author's own sign-off, which is voice; so only those of some length, and those that speak of
//! subscribing and sharing, are left out unasked.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use rusqlite::{Connection, Transaction, params};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::post;
use super::training_view::training_text;
use super::words::count_words;
use crate::id::PostId;
use crate::{Core, Error, Result, Topic};

/// The table of repeated paragraphs.
pub const TABLES: &str = "
CREATE TABLE boilerplate (
    id      INTEGER PRIMARY KEY,
    -- the paragraph in lower case with single spaces: what makes two the same
    folded  TEXT NOT NULL UNIQUE,
    text    TEXT NOT NULL,
    posts   INTEGER NOT NULL,
    -- whether it is left out of what models learn from
    dropped INTEGER NOT NULL,
    -- whether the author said so
    decided INTEGER NOT NULL DEFAULT 0
) STRICT;
";

/// A paragraph in fewer posts than this may be a coincidence.
const FEWEST_POSTS: usize = 3;
/// In a large blog it must stand in this share of the posts.
const SMALLEST_SHARE: f64 = 0.05;
/// Paragraphs of fewer words are too slight to be anything.
const FEWEST_WORDS: u32 = 3;
/// From so many words on a repeated paragraph is left out unasked.
const LONG_WORDS: u32 = 12;
/// Words by which platforms and authors ask for something; a shorter paragraph with one of them is left out too.
const ASKING: [&str; 12] = [
    "subscribe",
    "subscribing",
    "subscriber",
    "subscribers",
    "newsletter",
    "thanks for reading",
    "thank you for reading",
    "share this",
    "leave a comment",
    "patreon",
    "ko-fi",
    "follow me",
];

/// A paragraph that recurs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct Repeated {
    /// Its number.
    pub id: u32,
    /// The paragraph.
    pub text: String,
    /// In how many posts it stands.
    pub posts: u32,
    /// Whether it is left out of what models learn from.
    pub dropped: bool,
}

/// The paragraphs that are left out, for reading many posts.
#[derive(Debug, Clone, Default)]
pub struct Dropped(Arc<HashSet<String>>);

impl Dropped {
    /// Those of the library.
    pub(super) fn load(c: &Connection) -> Result<Self> {
        let mut statement = c.prepare("SELECT folded FROM boilerplate WHERE dropped = 1")?;
        let folded = statement.query_map([], |row| row.get(0))?;
        Ok(Dropped(Arc::new(folded.collect::<rusqlite::Result<_>>()?)))
    }

    /// The text without them.
    pub(super) fn cut(&self, text: String) -> String {
        if self.0.is_empty() {
            return text;
        }
        let kept: Vec<&str> = text.split("\n\n").filter(|paragraph| !self.0.contains(&fold(paragraph))).collect();
        kept.join("\n\n")
    }

    /// Changes when what is left out changes.
    pub fn fingerprint(&self) -> String {
        let mut all: Vec<&str> = self.0.iter().map(String::as_str).collect();
        all.sort_unstable();
        if all.is_empty() { String::new() } else { format!("{:x}", Sha256::digest(all.join("\n"))) }
    }
}

/// The paragraphs that recur, most frequent first.
///
/// # Errors
/// When the library cannot be read.
pub fn repeated(core: &Core) -> Result<Vec<Repeated>> {
    core.db.read(|c| {
        let mut statement = c.prepare("SELECT id, text, posts, dropped FROM boilerplate ORDER BY posts DESC, id")?;
        let rows = statement.query_map([], |row| {
            Ok(Repeated { id: row.get(0)?, text: row.get(1)?, posts: row.get(2)?, dropped: row.get(3)? })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    })
}

/// The author's word: leave a recurring paragraph out of what models learn from, or keep it.
///
/// # Errors
/// `NotFound` when there is none with that number.
pub fn set_dropped(core: &Core, id: u32, dropped: bool) -> Result<()> {
    let sql = "UPDATE boilerplate SET dropped = ?2, decided = 1 WHERE id = ?1";
    if core.db.write(|tx| Ok(tx.execute(sql, params![id, dropped])?))? == 0 {
        return Err(Error::not_found(format!("Repeated paragraph {id}")));
    }
    core.changed(Topic::Posts);
    Ok(())
}

/// Looks for recurring paragraphs in all posts; the author's decisions stay.
pub(super) fn find(core: &Core) -> Result<()> {
    let texts = post::all_texts(&core.db)?;
    let posts: Vec<(PostId, String)> = texts.iter().map(|post| (post.post.id, training_text(&post.markdown))).collect();
    let found = recurring(&posts);
    core.db.write(|tx| store(tx, &found))
}

fn store(tx: &Transaction<'_>, found: &BTreeMap<String, (String, usize)>) -> Result<()> {
    tx.execute("UPDATE boilerplate SET posts = 0", [])?;
    for (folded, (text, posts)) in found {
        let sql = "INSERT INTO boilerplate(folded, text, posts, dropped) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT(folded) DO UPDATE SET posts = ?3";
        tx.execute(sql, params![folded, text, u32::try_from(*posts).unwrap_or(u32::MAX), is_asking_or_long(folded)])?;
    }
    tx.execute("DELETE FROM boilerplate WHERE posts = 0 AND decided = 0", [])?;
    Ok(())
}

/// Recurring paragraphs by their folded form, each as first written, with the number of its posts.
fn recurring(posts: &[(PostId, String)]) -> BTreeMap<String, (String, usize)> {
    let mut seen: BTreeMap<String, (String, usize)> = BTreeMap::new();
    for (_, text) in posts {
        let mut here = HashSet::new();
        for paragraph in text.split("\n\n").filter(|paragraph| !paragraph.starts_with(['#', '`', '|'])) {
            let folded = fold(paragraph);
            if count_words(&folded) >= FEWEST_WORDS && here.insert(folded.clone()) {
                seen.entry(folded).or_insert_with(|| (paragraph.to_owned(), 0)).1 += 1;
            }
        }
    }
    let fewest = FEWEST_POSTS.max((posts.len() as f64 * SMALLEST_SHARE).ceil() as usize);
    seen.retain(|_, (_, count)| *count >= fewest);
    seen
}

fn is_asking_or_long(folded: &str) -> bool {
    count_words(folded) >= LONG_WORDS || ASKING.iter().any(|words| folded.contains(words))
}

fn fold(paragraph: &str) -> String {
    paragraph.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn posts(texts: &[&str]) -> Vec<(PostId, String)> {
        (1..).map(PostId).zip(texts.iter().map(|text| (*text).to_owned())).collect()
    }

    #[test]
    fn what_recurs_is_found_and_an_authors_sign_off_stays() {
        let found = recurring(&posts(&[
            "One.\n\nThanks for reading! Subscribe for more.\n\nMind the step, dear.",
            "Two.\n\nThanks for reading!  Subscribe for more.\n\nMind the step, dear.",
            "Three.\n\nthanks for reading! subscribe for more.\n\nMind the step, dear.",
            "Four.\n\nOnly here, said once.",
        ]));
        let found: Vec<(&str, bool)> =
            found.keys().map(|folded| (folded.as_str(), is_asking_or_long(folded))).collect();
        assert_eq!(found, [("mind the step, dear.", false), ("thanks for reading! subscribe for more.", true)]);
    }

    #[test]
    fn a_paragraph_counts_once_a_post_and_headings_never() {
        let text = "Again and again.\n\nAgain and again.\n\n## What I read this week";
        assert!(recurring(&posts(&[text, text])).is_empty(), "two posts are too few");
        let found = recurring(&posts(&[text, text, text]));
        assert_eq!(found.into_values().collect::<Vec<_>>(), [("Again and again.".to_owned(), 3)]);
    }

    #[test]
    fn what_is_dropped_is_cut_and_nothing_else() {
        let dropped = Dropped(Arc::new(HashSet::from(["thanks for reading!".to_owned()])));
        assert_eq!(dropped.cut("A.\n\nThanks  for reading!\n\nB.".to_owned()), "A.\n\nB.");
        assert_ne!(dropped.fingerprint(), Dropped::default().fingerprint());
    }
}
