//! Reasons to look at an example before it is used. A flagged example waits for the author's word.

use super::Kind;
use crate::id::PostId;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// Completions under this many characters teach the model to stop early.
const SHORT: usize = 200;
/// A summary under this many characters is usually a post's greeting, not a summary.
const SHORT_SUMMARY: usize = 500;

/// What is the matter with an example.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum FlagCode {
    /// The text is under 200 characters.
    TooShort,
    /// A summary under 500 characters.
    SummaryTooShort,
    /// Another post has the same text.
    Duplicate,
    /// Only a preview of the post is public.
    Truncated,
}

/// A reason to look at an example, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct Flag {
    /// What it is.
    pub code: FlagCode,
    /// Why, with its numbers.
    pub reason: String,
}

/// What flags are decided from.
pub struct Flaggable<'a> {
    /// The post it is made from.
    pub post: PostId,
    /// Its kind.
    pub kind: Kind,
    /// What the model is given, as edited.
    pub prompt: &'a str,
    /// What it learns to write, as edited.
    pub completion: &'a str,
    /// Whether the post is only a preview.
    pub truncated: bool,
}

/// The flags of each example, in the same order.
pub fn flags(examples: &[Flaggable<'_>]) -> Vec<Vec<Flag>> {
    let mut first_with_text: HashMap<String, PostId> = HashMap::new();
    examples.iter().map(|example| of_one(example, &mut first_with_text)).collect()
}

fn of_one(example: &Flaggable<'_>, first_with_text: &mut HashMap<String, PostId>) -> Vec<Flag> {
    let mut found = Vec::new();
    let length = example.completion.chars().count();
    let prompt = example.prompt.to_lowercase();
    let summary = prompt.contains("summarize") || prompt.contains("summary");
    if length < SHORT {
        let reason =
            format!("The text has {length} characters; under {SHORT} it mostly teaches the model to stop early.");
        found.push(Flag { code: FlagCode::TooShort, reason });
    } else if summary && length < SHORT_SUMMARY {
        let reason = format!("The summary has {length} characters; under {SHORT_SUMMARY} it is rarely one.");
        found.push(Flag { code: FlagCode::SummaryTooShort, reason });
    }
    let text = example.completion.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    let first = *first_with_text.entry(format!("{:?}{text}", example.kind)).or_insert(example.post);
    if first != example.post {
        let reason = "Another post holds the same text; learning it twice makes the model recite it.".to_owned();
        found.push(Flag { code: FlagCode::Duplicate, reason });
    }
    if example.truncated {
        let reason = "Only a preview of this post is public; its text breaks off.".to_owned();
        found.push(Flag { code: FlagCode::Truncated, reason });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(prompt: &str, completion: &str) -> Vec<FlagCode> {
        let one = Flaggable { post: PostId(1), kind: Kind::Question, prompt, completion, truncated: false };
        flags(&[one]).remove(0).into_iter().map(|flag| flag.code).collect()
    }

    #[test]
    fn limits_are_those_of_the_old_cleaning() {
        assert_eq!(codes("Tell me", &"x".repeat(199)), [FlagCode::TooShort]);
        assert_eq!(codes("Tell me", &"x".repeat(200)), []);
        assert_eq!(codes("Can you summarize it?", &"x".repeat(499)), [FlagCode::SummaryTooShort]);
        assert_eq!(codes("Can you summarize it?", &"x".repeat(500)), []);
    }

    #[test]
    fn the_same_text_in_another_post_is_a_duplicate_and_in_the_same_post_is_not() {
        let text = "word ".repeat(60);
        let make = |post| Flaggable {
            post: PostId(post),
            kind: Kind::Completion,
            prompt: "p",
            completion: &text,
            truncated: false,
        };
        let found = flags(&[make(1), make(1), make(2)]);
        assert!(found[0].is_empty() && found[1].is_empty());
        assert_eq!(found[2][0].code, FlagCode::Duplicate);
    }
}
