//! Prompts to begin with, out of the author's own posts. What makes a prompt good is a specific topic in the author's own
//! terms, so that is what these are made of.

use super::brief;
use crate::blog::post::{self, PostText};
use crate::{Core, Result};
use serde::Serialize;
use std::collections::HashMap;

/// As many are offered.
const MOST: usize = 6;
/// Words a topic has.
const WORDS: std::ops::RangeInclusive<usize> = 2..=5;

/// A prompt to begin with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct Starter {
    /// The prompt.
    pub prompt: String,
    /// Why it is a good one.
    pub why: String,
}

/// Prompts to begin with: topics that come up in several posts first, then those of the newest.
///
/// # Errors
/// When the library cannot be read.
pub fn starters(core: &Core) -> Result<Vec<Starter>> {
    let used = post::used_texts(&core.db)?;
    let texts = |text: &PostText| (text.post.title.clone(), text.training_text());
    Ok(from_posts(&used.iter().map(texts).collect::<Vec<_>>()))
}

/// A topic: how it is first written, in which posts, and its rank.
struct Topic {
    phrase: String,
    posts: Vec<usize>,
}

/// The same from titles and texts, newest first.
fn from_posts(posts: &[(String, String)]) -> Vec<Starter> {
    let mut topics: Vec<Topic> = Vec::new();
    let mut known: HashMap<String, usize> = HashMap::new();
    for (at, (title, text)) in posts.iter().enumerate() {
        let lines = brief::notes(title, text);
        let phrases = lines.iter().flat_map(|line| line.split(", ")).map(str::trim);
        for phrase in phrases.filter(|phrase| WORDS.contains(&phrase.split_whitespace().count())) {
            let next = topics.len();
            let index = *known.entry(phrase.to_lowercase()).or_insert(next);
            if index == next {
                topics.push(Topic { phrase: phrase.to_owned(), posts: Vec::new() });
            }
            if topics[index].posts.last() != Some(&at) {
                topics[index].posts.push(at);
            }
        }
    }
    // Stable: among topics of equally many posts the newest comes first.
    topics.sort_by_key(|topic| std::cmp::Reverse(topic.posts.len()));
    topics.truncate(MOST);
    topics.iter().map(|topic| starter(topic, posts)).collect()
}

fn starter(topic: &Topic, posts: &[(String, String)]) -> Starter {
    let why = match topic.posts.as_slice() {
        [only] => format!("A topic of '{}', in your own words.", posts[*only].0),
        several => format!("It comes up in {} of your posts: a specific topic, in your own words.", several.len()),
    };
    Starter { prompt: format!("Write a blog post about {}", topic.phrase), why }
}
