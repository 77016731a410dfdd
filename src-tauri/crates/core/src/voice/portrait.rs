//! A portrait of the writing, drawn before any model exists: what an author does more than others, counted.
//!
//! Everything here is arithmetic over the posts, so it is there within a second of the import, the same every
//! time, and each claim names the posts it stands on. Quotations are left out, since they are others' words.

mod background;
mod marks;
mod openings;
mod phrases;
mod prose;
mod rhythm;

use serde::Serialize;
use specta::Type;

use prose::Prose;

/// A post as the portrait reads it.
#[derive(Debug, Clone, Copy)]
pub struct PortraitPost<'a> {
    /// The post's number in the library.
    pub id: u32,
    /// Its title.
    pub title: &'a str,
    /// Its training text.
    pub text: &'a str,
}

/// What is particular about the writing.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
pub struct Portrait {
    /// Posts read.
    pub posts: u32,
    /// Words in their prose.
    pub words: u32,
    /// Sentences in their paragraphs.
    pub sentences: u32,
    /// Words in a sentence, on average.
    pub mean_sentence_words: f64,
    /// How the lengths of sentences are spread; the shares sum to 1.
    pub sentence_lengths: Vec<LengthBin>,
    /// The lengths, in words, of the sentences of one stretch that is like the whole; at most 120.
    pub rhythm: Vec<u32>,
    /// Marks, most used first.
    pub marks: Vec<MarkRate>,
    /// Words used more than others use them, most telling first.
    pub words_used: Vec<WordRate>,
    /// How sentences and paragraphs begin most.
    pub openings: Vec<Opening>,
    /// Phrases that recur in several posts.
    pub phrases: Vec<Phrase>,
}

/// The share of sentences with so many words.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
pub struct LengthBin {
    /// Words, at least.
    pub from: u32,
    /// Words, at most.
    pub to: u32,
    /// Share of all sentences, 0 to 1.
    pub share: f64,
}

/// How often a mark is used.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
pub struct MarkRate {
    /// The mark itself, as it is written.
    pub mark: String,
    /// Its name.
    pub name: String,
    /// Times in 1,000 words.
    pub per_thousand: f64,
    /// The same for the other authors we know, where it was counted.
    pub others: Option<f64>,
}

/// How often a word is used.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
pub struct WordRate {
    /// The word, in lower case.
    pub word: String,
    /// Times in 1,000 words.
    pub per_thousand: f64,
    /// How many times more than the other authors we know.
    pub times_more: f64,
    /// In how many posts.
    pub posts: u32,
}

/// A way to begin.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
pub struct Opening {
    /// The first one to three words, as most often written.
    pub text: String,
    /// How many sentences begin so.
    pub count: u32,
    /// The posts they stand in.
    pub posts: Vec<u32>,
}

/// A phrase that comes back.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
pub struct Phrase {
    /// The phrase, as first written.
    pub text: String,
    /// How often it is used.
    pub count: u32,
    /// The posts it stands in.
    pub posts: Vec<u32>,
}

/// Draws the portrait of these posts.
pub fn portrait(posts: &[PortraitPost]) -> Portrait {
    let read: Vec<Prose> = posts.iter().map(|post| Prose::read(post.id, post.text)).collect();
    let words: usize = read.iter().map(|post| post.words.len()).sum();
    let lengths: Vec<u32> = read.iter().flat_map(Prose::sentence_lengths).collect();
    let mean = if lengths.is_empty() { 0.0 } else { f64::from(lengths.iter().sum::<u32>()) / lengths.len() as f64 };
    Portrait {
        posts: count(posts.len()),
        words: count(words),
        sentences: count(lengths.len()),
        mean_sentence_words: mean,
        sentence_lengths: rhythm::bins(&lengths),
        rhythm: rhythm::stretch(&read, &lengths),
        marks: marks::rates(&read, words),
        words_used: background::words_used(&read, words),
        openings: openings::most_used(&read),
        phrases: phrases::recurring(&read),
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests;
