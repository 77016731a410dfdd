//! Prompts to begin with, out of the author's own posts. What makes a prompt good is a specific topic in the author's own
//! terms, so that is what these are made of.

use super::brief;
use crate::blog::post::{self, PostText};
use crate::{Core, Result};
use serde::Serialize;
use std::collections::HashSet;

/// As many are offered.
const MOST: usize = 6;
/// Words a topic has.
const WORDS: std::ops::RangeInclusive<usize> = 2..=4;

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

/// A topic: how it is first written, and in which posts it comes up.
struct Topic {
    phrase: String,
    posts: Vec<usize>,
}

/// The same from titles and texts, newest first.
fn from_posts(posts: &[(String, String)]) -> Vec<Starter> {
    let folded: Vec<String> = posts.iter().map(|(_, text)| fold(text)).collect();
    let mut topics: Vec<Topic> = Vec::new();
    let mut known = HashSet::new();
    for (title, text) in posts {
        let notes = brief::notes(title, text);
        let phrases = notes.iter().flat_map(|note| note.split("; "));
        for phrase in phrases.filter(|phrase| is_topic(phrase)) {
            let sought = fold(phrase);
            if known.insert(sought.clone()) {
                let holds = (0..posts.len()).filter(|at| folded[*at].contains(&sought)).collect();
                topics.push(Topic { phrase: phrase.to_owned(), posts: holds });
            }
        }
    }
    // Stable: among topics of equally many posts the newest comes first.
    topics.sort_by_key(|topic| std::cmp::Reverse(topic.posts.len()));
    topics.truncate(MOST);
    topics.iter().map(|topic| starter(topic, posts)).collect()
}

/// A few words, none of them a number or a scrap.
fn is_topic(phrase: &str) -> bool {
    let words: Vec<&str> = phrase.split_whitespace().collect();
    let word =
        |word: &&str| word.chars().count() > 2 && word.chars().all(|c| c.is_alphabetic() || c == '-' || c == '’');
    WORDS.contains(&words.len()) && words.iter().all(word)
}

/// Words in lower case with single spaces, with one at both ends, so that only whole words are found.
fn fold(text: &str) -> String {
    format!(
        " {} ",
        text.to_lowercase()
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .collect::<Vec<_>>()
            .join(" ")
    )
}

fn starter(topic: &Topic, posts: &[(String, String)]) -> Starter {
    let why = match topic.posts.as_slice() {
        [] => "A specific topic, in your own words.".to_owned(),
        [only] => format!("A topic of '{}', in your own words.", posts[*only].0),
        several => format!("It comes up in {} of your posts: a specific topic, in your own words.", several.len()),
    };
    Starter { prompt: format!("Write a blog post about {}", topic.phrase), why }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topics_of_several_posts_come_first_and_scraps_never() {
        let post = |title: &str, about: &str| {
            let text = format!(
                "There was more to the {about}, and it was for us. We were there with the morning ferry, as we are.\n\n\
                 What is it that was there before it? It was the lighthouse keeper, and he was of the {about}, too.\n\n\
                 And it is so for all of us: we are where the {about} was, and we are where the railway bridge is."
            );
            (title.to_owned(), text)
        };
        let posts = [post("One", "tidal garden"), post("Two", "harbour crane"), post("Three", "harbour crane")];
        let found = from_posts(&posts);
        let place = |topic: &str| found.iter().position(|starter| starter.prompt.ends_with(topic)).unwrap();
        // In three posts, in two, in one.
        assert!(place("morning ferry") < place("harbour crane") && place("harbour crane") < place("tidal garden"));
        assert_eq!(
            found[place("harbour crane")].why,
            "It comes up in 2 of your posts: a specific topic, in your own words."
        );
        assert_eq!(found[place("tidal garden")].why, "A topic of 'One', in your own words.");
        assert!(!is_topic("9mins") && !is_topic("e.g; 2-3") && !is_topic("tea"));
    }
}
