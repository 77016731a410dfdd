//! Key phrases by RAKE: runs of words between stop words and marks, each word weighed by how many others it stands with.

use super::passages::{Line, Passage};
use crate::dataset::grams::fold_word;
use std::collections::{HashMap, HashSet};
use unicode_segmentation::UnicodeSegmentation;

/// Words of a phrase; five in a row would be a piece of a sentence.
const LONGEST: usize = 4;
/// RAKE weighs a phrase by its words, so a lone name would come last; numbers and names are what an author notes first.
const NUMBER: f64 = 5.0;
/// German writes every noun with a capital, so names weigh less than numbers.
const NAME: f64 = 3.0;
/// A heading says what its section is about.
const IN_HEADING: f64 = 5.0;
/// So does the title.
const IN_TITLE: f64 = 1.5;

/// A phrase of a passage.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Phrase {
    /// As it stands in the text.
    pub(super) shown: String,
    /// Its words as they are compared, with one space between.
    pub(super) folded: String,
    /// How many words it has.
    pub(super) words: usize,
    /// Its place among the phrases of its passage.
    pub(super) place: usize,
    /// How telling it is; only comparable within one text.
    pub(super) score: f64,
}

/// A word and where it stands in its line.
struct Word<'a> {
    start: usize,
    text: &'a str,
    folded: String,
    /// Whether it opens a sentence, where a capital says nothing.
    opens: bool,
}

/// A run of words that no stop word and no mark divides.
struct Run<'a> {
    line: &'a Line,
    words: Vec<Word<'a>>,
}

/// The phrases of each passage, scored over the whole text.
pub(super) fn scored(title: &str, passages: &[Passage], stop: &HashSet<String>) -> Vec<Vec<Phrase>> {
    let runs: Vec<Vec<Run<'_>>> =
        passages.iter().map(|passage| passage.lines.iter().flat_map(|line| runs(line, stop)).collect()).collect();
    let weights = weights(runs.iter().flatten());
    let title: HashSet<String> = title.unicode_words().map(fold_word).collect();
    let of = |runs: &Vec<Run<'_>>| {
        let found = runs.iter().filter_map(|run| phrase(run, &weights, &title));
        found.enumerate().map(|(place, phrase)| Phrase { place, ..phrase }).collect()
    };
    runs.iter().map(of).collect()
}

/// A word's degree (the lengths of the runs it stands in) over its frequency (Rose et al. 2010, section 1.2.2).
fn weights<'a>(runs: impl Iterator<Item = &'a Run<'a>>) -> HashMap<&'a str, f64> {
    let mut counts: HashMap<&str, (f64, f64)> = HashMap::new();
    for run in runs {
        for word in &run.words {
            let entry = counts.entry(&word.folded).or_default();
            entry.0 += run.words.len().min(LONGEST) as f64;
            entry.1 += 1.0;
        }
    }
    counts.into_iter().map(|(word, (degree, frequency))| (word, degree / frequency)).collect()
}

fn runs<'a>(line: &'a Line, stop: &HashSet<String>) -> Vec<Run<'a>> {
    let mut runs: Vec<Run<'a>> = Vec::new();
    let (mut end, mut open) = (0, false);
    for (start, text) in line.text.unicode_word_indices() {
        let gap = &line.text[end..start];
        let opens = end == 0 || gap.contains(['.', '!', '?', '…', ':', '\n', '“', '"', '„', '«']);
        end = start + text.len();
        let folded = fold_word(text);
        // A raised figure is a footnote's mark.
        let mark = !text.contains(|c: char| c.is_alphabetic() || c.is_ascii_digit());
        if mark || is_stop(&folded, stop) {
            open = false;
            continue;
        }
        let word = Word { start, text, folded, opens };
        // A space, a hyphen, or a sign that belongs to a number keeps a run together.
        let joins = gap.chars().all(|c| matches!(c, ' ' | '-' | '%' | '$' | '€' | '£' | '#' | '\u{a0}'));
        match runs.last_mut() {
            Some(run) if open && joins => run.words.push(word),
            _ => runs.push(Run { line, words: vec![word] }),
        }
        open = true;
    }
    runs
}

/// "you’d" is small where "you" is.
fn is_stop(folded: &str, stop: &HashSet<String>) -> bool {
    stop.contains(folded) || folded.split_once('\'').is_some_and(|(before, _)| stop.contains(before))
}

/// The most telling part of a run, at most four words long; nothing for a lone short word or a lone digit.
fn phrase(run: &Run<'_>, weights: &HashMap<&str, f64>, title: &HashSet<String>) -> Option<Phrase> {
    let weight = |word: &Word<'_>| weights.get(word.folded.as_str()).copied().unwrap_or(0.0);
    let sum = |words: &[Word<'_>]| words.iter().map(weight).sum::<f64>();
    let mut best = run.words.windows(run.words.len().min(LONGEST)).next()?;
    for window in run.words.windows(best.len()) {
        if sum(window) > sum(best) {
            best = window;
        }
    }
    let number = best.iter().any(|word| word.text.contains(|c: char| c.is_ascii_digit()));
    let name = best.iter().any(|word| !word.opens && word.text.starts_with(char::is_uppercase));
    if let [word] = best {
        let length = word.text.chars().count();
        // A digit alone is a footnote's mark or the number of a list.
        if length < 4 && !name && (length < 2 || !number) {
            return None;
        }
    }
    let folded: Vec<&str> = best.iter().map(|word| word.folded.as_str()).collect();
    let mut score = sum(best);
    for (holds, factor) in [
        (number, NUMBER),
        (name && !number, NAME),
        (run.line.heading, IN_HEADING),
        (folded.iter().any(|word| title.contains(*word)), IN_TITLE),
    ] {
        score *= if holds { factor } else { 1.0 };
    }
    let shown = shown(&run.line.text, best);
    Some(Phrase { shown, folded: folded.join(" "), words: best.len(), place: 0, score })
}

/// The words as they stand in the text, with the signs of an amount.
fn shown(line: &str, words: &[Word<'_>]) -> String {
    let (Some(first), Some(last)) = (words.first(), words.last()) else { return String::new() };
    let (mut start, mut end) = (first.start, last.start + last.text.len());
    if let Some(sign) = line[..start].chars().next_back().filter(|c| matches!(c, '$' | '€' | '£' | '#')) {
        start -= sign.len_utf8();
    }
    if let Some(sign) = line[end..].chars().next().filter(|c| matches!(c, '%' | '€' | '$' | '£')) {
        end += sign.len_utf8();
    }
    line[start..end].to_owned()
}
