//! Notes drawn from a post: what an author might have jotted down before writing it, so that a model can learn to write
//! from notes.
//!
//! Nothing is invented and no model is asked: the notes are key phrases of the post, found by RAKE (Rose, Engel, Cramer
//! and Cowley 2010, "Automatic keyword extraction from individual documents"). They must not hold the post's sentences,
//! or the model would learn to copy: in the notes as a whole, no five words stand in a row as they stand in the text.

mod passages;
mod phrases;

use super::grams::Grams;
use super::language::stop_words;
use super::near::RUN;
use crate::blog::words::{count_words, plain_text};
use phrases::Phrase;
use std::collections::HashSet;

/// Texts under so many words have nothing to take notes of.
const FEWEST_WORDS: u32 = 60;
/// At least so many words for each note, within [`FEWEST`] and [`MOST`]; shorter paragraphs share one.
const WORDS_A_NOTE: u32 = 30;
const FEWEST: usize = 3;
const MOST: usize = 8;
/// Words of a note.
const SHORTEST: usize = 3;
const LONGEST: usize = 14;
/// Phrases of a note.
const MOST_PHRASES: usize = 4;

/// Notes for a post: three to eight, in the order of the text, each a few phrases of 3–14 words in all, without a full
/// stop. The text is Markdown.
///
/// Fewer than three where the text has too little to say, and none under 60 words. The same text always gives the same
/// notes.
pub fn notes(title: &str, text: &str) -> Vec<String> {
    let plain = plain_text(text);
    let words = count_words(&plain);
    if words < FEWEST_WORDS {
        return Vec::new();
    }
    let wanted = usize::try_from(words / WORDS_A_NOTE).unwrap_or(MOST).clamp(FEWEST, MOST);
    let passages = passages::split(text, wanted);
    let phrases = phrases::scored(title, &passages, &stop_words(&plain));
    let mut writer = Writer { text: Grams::of(&plain, RUN), so_far: String::new(), used: HashSet::new() };
    phrases.into_iter().filter_map(|of_passage| writer.note(of_passage)).collect()
}

/// Writes note after note, and watches that together they repeat no run of the text.
struct Writer {
    text: Grams,
    /// All notes until now, since a run could also begin in one and end in the next.
    so_far: String,
    used: HashSet<String>,
}

impl Writer {
    /// The best phrases of a passage, in the order of the text; nothing where they come to too few words.
    fn note(&mut self, mut phrases: Vec<Phrase>) -> Option<String> {
        phrases.sort_by(|one, other| other.score.total_cmp(&one.score).then(one.place.cmp(&other.place)));
        let mut taken: Vec<&Phrase> = Vec::new();
        let mut words = 0;
        for phrase in &phrases {
            if taken.len() == MOST_PHRASES || words + phrase.words > LONGEST || self.is_used(phrase, &taken) {
                continue;
            }
            let mut with: Vec<&Phrase> = taken.iter().copied().chain([phrase]).collect();
            with.sort_by_key(|phrase| phrase.place);
            if !self.repeats(&joined(&with)) {
                words += phrase.words;
                taken = with;
            }
        }
        if words < SHORTEST {
            return None;
        }
        let note = joined(&taken);
        self.so_far = format!("{}\n{note}", self.so_far);
        self.used.extend(taken.iter().map(|phrase| phrase.folded.clone()));
        Some(note)
    }

    fn is_used(&self, phrase: &Phrase, taken: &[&Phrase]) -> bool {
        // A phrase inside another says nothing more.
        let within = |other: &str| format!(" {other} ").contains(&format!(" {} ", phrase.folded));
        self.used.contains(&phrase.folded) || taken.iter().any(|other| within(&other.folded))
    }

    /// Whether the notes with this one would hold five words in a row as the text does.
    fn repeats(&self, note: &str) -> bool {
        Grams::of(&format!("{}\n{note}", self.so_far), RUN).shared_with(&self.text) > 0
    }
}

fn joined(phrases: &[&Phrase]) -> String {
    phrases.iter().map(|phrase| phrase.shown.as_str()).collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests;
