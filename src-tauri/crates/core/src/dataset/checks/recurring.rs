//! Paragraphs that stand under every post. The author may have kept them on purpose, but a post made of little else
//! teaches the frame and not the text.

use super::{Flag, FlagCode, percent};
use crate::dataset::grams::fold;
use std::collections::HashSet;

/// Above this share of a post's characters.
const MOST: f64 = 0.3;

/// The recurring paragraphs as they are compared.
pub(super) fn folded(paragraphs: &[&str]) -> HashSet<String> {
    paragraphs.iter().map(|paragraph| fold(paragraph)).collect()
}

/// Whether recurring paragraphs make more than 30 % of a post's characters.
pub(super) fn boilerplate(text: &str, recurring: &HashSet<String>) -> Option<Flag> {
    if recurring.is_empty() {
        return None;
    }
    let (mut all, mut recurs) = (0, 0);
    for paragraph in text.split("\n\n").map(fold) {
        let length = paragraph.chars().count();
        all += length;
        recurs += if recurring.contains(&paragraph) { length } else { 0 };
    }
    let share = recurs as f64 / all.max(1) as f64;
    let share_shown = percent(share);
    let reason = format!(
        "{share_shown} of it are paragraphs that recur in many posts; leave them out under Blog, or keep them."
    );
    (share > MOST).then(|| Flag::new(FlagCode::Boilerplate, reason))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_than_thirty_percent_is_flagged() {
        let recurring = folded(&["Thank  you"]);
        let found = boilerplate("twenty letters, twenty\n\nthank you", &recurring);
        assert_eq!(found, None, "9 of 31 characters");
        let found = boilerplate("twenty letters here.\n\nThank you", &recurring).unwrap();
        assert!(found.reason.starts_with("32% of it are paragraphs that recur"), "{}", found.reason);
        assert_eq!(boilerplate("Thank you", &folded(&[])), None);
        assert_eq!(boilerplate("", &recurring), None);
    }
}
