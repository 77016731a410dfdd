//! Everything examples are made of, read at once: posts, imported rows, paraphrases, notes; which of it is much alike,
//! and which of it no training may see.

use super::build::RULES;
use super::checks::{self, Flag, Known, PostFacts};
use super::generate::{Paraphrases, PostInput};
use super::imported::{self, Row};
use super::near::{self, NearPair};
use super::{brief, hash, held_out, pieces};
use crate::blog::post::{self, PostText};
use crate::id::PostId;
use crate::{Core, Result};
use std::collections::{HashMap, HashSet};

/// Everything examples are made of. A unit is what is learned from once in a pass: the posts, newest first, then the
/// distinct texts of imported rows.
pub(super) struct Sources {
    used: Vec<PostText>,
    /// The text of every unit.
    texts: Vec<String>,
    pub rows: Vec<Row>,
    pub unit_of_row: Vec<u32>,
    pub paraphrases: Paraphrases,
    /// Notes for each post.
    notes: Vec<String>,
    drafted: Vec<String>,
    recurring: Vec<String>,
    near: Vec<NearPair>,
    /// Units no training may see.
    held_out: HashSet<usize>,
    /// The posts that are held out, by number.
    pub held_out_posts: Vec<PostId>,
}

impl Sources {
    /// Reads them, and settles which posts are held out.
    pub fn read(core: &Core) -> Result<Sources> {
        let used = post::used_texts(&core.db)?;
        let mut texts: Vec<String> = used.iter().map(PostText::training_text).collect();
        let rows = imported::rows(&core.db)?;
        let unit_of_row = units_of_rows(&rows, &mut texts);
        let near = near::near_pairs(&texts.iter().map(String::as_str).collect::<Vec<_>>());
        let clusters = near::groups(texts.len(), &near);
        held_out::remember_near(core, &used, &near, &clusters)?;
        let chosen = held_out::settle(core, None)?;
        let held_clusters: HashSet<usize> =
            (0..used.len()).filter(|unit| chosen.contains(&used[*unit].post.id)).map(|unit| clusters[unit]).collect();
        let recurring = crate::blog::repeated(core)?.into_iter().filter(|one| !one.dropped).map(|one| one.text);
        Ok(Sources {
            held_out: (0..texts.len()).filter(|unit| held_clusters.contains(&clusters[*unit])).collect(),
            unit_of_row,
            rows,
            paraphrases: pieces::paraphrases(&core.db)?,
            notes: notes(core, &used, &texts)?,
            drafted: crate::draft::drafted(&core.db)?,
            recurring: recurring.collect(),
            held_out_posts: post::held_out_ids(&core.db)?,
            near,
            used,
            texts,
        })
    }

    /// The posts as examples are made from them, newest first.
    pub fn posts(&self) -> Vec<PostInput> {
        let posts = self.used.iter().zip(&self.texts).zip(&self.notes);
        posts.map(|((post, text), notes)| input(post, text, notes)).collect()
    }

    /// What the checks say of every unit.
    pub fn flags(&self) -> Vec<Vec<Flag>> {
        let own = self.used.iter().zip(&self.texts).map(|(post, text)| PostFacts {
            title: &post.post.title,
            author: post.author.as_deref(),
            markdown: &post.markdown,
            text,
            truncated: post.truncated,
        });
        let brought = self.texts[self.used.len()..].iter().map(|text| PostFacts {
            title: "a row of a file you brought",
            author: None,
            markdown: text,
            text,
            truncated: false,
        });
        let drafted: Vec<&str> = self.drafted.iter().map(String::as_str).collect();
        let recurring: Vec<&str> = self.recurring.iter().map(String::as_str).collect();
        let known = Known { drafted: &drafted, recurring: &recurring, near: Some(&self.near) };
        checks::of_posts(&own.chain(brought).collect::<Vec<_>>(), &known)
    }

    /// The unit of each post.
    pub fn units_of_posts(&self) -> HashMap<PostId, u32> {
        (0..).zip(&self.used).map(|(unit, post)| (post.post.id, unit)).collect()
    }

    pub fn is_held_out(&self, unit: u32) -> bool {
        self.held_out.contains(&(unit as usize))
    }
}

/// A post as examples are made from it.
pub(super) fn input(post: &PostText, text: &str, notes: &str) -> PostInput {
    PostInput {
        id: post.post.id,
        key: post.key.clone(),
        title: post.post.title.clone(),
        subtitle: post.post.subtitle.clone().unwrap_or_default(),
        date: post.post.published_at.as_deref().and_then(|at| at.get(..10)).unwrap_or_default().to_owned(),
        text: text.to_owned(),
        notes: notes.to_owned(),
    }
}

/// Notes drawn from a post, one a line.
pub(super) fn drawn_from(title: &str, text: &str) -> String {
    brief::notes(title, text).iter().map(|line| format!("- {line}")).collect::<Vec<_>>().join("\n")
}

/// Notes for each post: those a model wrote, else those drawn from it, which are drawn once.
pub(super) fn notes(core: &Core, posts: &[PostText], texts: &[String]) -> Result<Vec<String>> {
    let written = pieces::notes(&core.db)?;
    let sources: Vec<String> =
        posts.iter().zip(texts).map(|(post, text)| hash(&format!("{RULES}\0{}\0{text}", post.post.title))).collect();
    core.db.write(|tx| {
        let drawn: HashMap<String, String> = {
            let mut statement = tx.prepare("SELECT source, notes FROM drawn_notes")?;
            let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
            rows.collect::<rusqlite::Result<_>>()?
        };
        let mut all = Vec::with_capacity(posts.len());
        for ((post, text), source) in posts.iter().zip(texts).zip(&sources) {
            if let Some(known) = written.get(&hash(text)).or_else(|| drawn.get(source)) {
                all.push(known.clone());
                continue;
            }
            let notes = drawn_from(&post.post.title, text);
            tx.prepare_cached("INSERT OR IGNORE INTO drawn_notes(source, notes) VALUES (?1, ?2)")?
                .execute([source, &notes])?;
            all.push(notes);
        }
        // Those of posts that changed are not asked for again.
        let here: HashSet<&String> = sources.iter().collect();
        for stale in drawn.keys().filter(|source| !here.contains(source)) {
            tx.prepare_cached("DELETE FROM drawn_notes WHERE source = ?1")?.execute([stale])?;
        }
        Ok(all)
    })
}

/// Rows of one text are one unit; its text is added after those that are there.
fn units_of_rows(rows: &[Row], texts: &mut Vec<String>) -> Vec<u32> {
    let mut known: HashMap<&str, u32> = HashMap::new();
    let mut units = Vec::with_capacity(rows.len());
    for row in rows {
        let next = u32::try_from(texts.len()).unwrap_or(u32::MAX);
        let unit = *known.entry(&row.completion).or_insert(next);
        if unit == next {
            texts.push(row.completion.clone());
        }
        units.push(unit);
    }
    units
}
