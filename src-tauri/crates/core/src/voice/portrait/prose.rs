//! A post read as prose: its own sentences and words, without headings, code, tables and quotations.

use std::ops::Range;

use pulldown_cmark::{Event, Parser, Tag, TagEnd};
use unicode_segmentation::UnicodeSegmentation;

use crate::blog::markdown::dialect;

/// One post, taken apart.
pub(super) struct Prose {
    pub id: u32,
    /// Every word in lower case, with a plain apostrophe.
    pub words: Vec<String>,
    /// The sentences of paragraphs. Items of lists are no sentences.
    pub sentences: Vec<Sentence>,
    /// The whole text of all blocks, for counting marks.
    pub text: String,
    pub italics: u32,
    pub bolds: u32,
}

/// A sentence, with its words both as they are compared and as they stand in it.
pub(super) struct Sentence {
    raw: String,
    spans: Vec<Range<usize>>,
    pub words: Vec<String>,
}

impl Sentence {
    fn new(text: &str) -> Self {
        let raw = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let spans: Vec<Range<usize>> = word_spans(&raw).collect();
        let words = spans.iter().map(|span| normal(&raw[span.clone()])).collect();
        Self { raw, spans, words }
    }

    /// Some of its words as written, with the marks between them.
    pub fn written(&self, words: Range<usize>) -> &str {
        match (self.spans.get(words.start), words.end.checked_sub(1).and_then(|last| self.spans.get(last))) {
            (Some(first), Some(last)) if first.start <= last.end => &self.raw[first.start..last.end],
            _ => "",
        }
    }
}

impl Prose {
    pub fn read(id: u32, markdown: &str) -> Self {
        let mut prose =
            Self { id, words: Vec::new(), sentences: Vec::new(), text: String::new(), italics: 0, bolds: 0 };
        let mut block = String::new();
        let (mut skip, mut items) = (0_u32, 0_u32);
        for event in Parser::new_ext(markdown, dialect()) {
            match event {
                Event::Start(Tag::BlockQuote(_) | Tag::Heading { .. } | Tag::CodeBlock(_) | Tag::Table(_)) => {
                    prose.close(&mut block, items > 0);
                    skip += 1;
                }
                Event::End(TagEnd::BlockQuote(_) | TagEnd::Heading(_) | TagEnd::CodeBlock | TagEnd::Table) => {
                    skip = skip.saturating_sub(1);
                    block.clear();
                }
                _ if skip > 0 => {}
                Event::Start(Tag::Item) => {
                    prose.close(&mut block, items > 0);
                    items += 1;
                }
                Event::End(TagEnd::Item) => {
                    prose.close(&mut block, true);
                    items = items.saturating_sub(1);
                }
                Event::Start(Tag::Paragraph) | Event::End(TagEnd::Paragraph) => prose.close(&mut block, items > 0),
                Event::Start(Tag::Emphasis) => prose.italics += 1,
                Event::Start(Tag::Strong) => prose.bolds += 1,
                Event::Text(text) => block.push_str(&text),
                Event::SoftBreak | Event::HardBreak => block.push(' '),
                _ => {}
            }
        }
        prose.close(&mut block, items > 0);
        prose
    }

    fn close(&mut self, block: &mut String, in_list: bool) {
        let text = std::mem::take(block);
        if text.trim().is_empty() {
            return;
        }
        self.words.extend(word_spans(&text).map(|span| normal(&text[span])));
        if !in_list {
            let found = sentences(&text);
            self.sentences.extend(found.iter().map(|one| Sentence::new(one)).filter(|one| !one.words.is_empty()));
        }
        self.text.push_str(&text);
        self.text.push('\n');
    }

    pub fn sentence_lengths(&self) -> Vec<u32> {
        self.sentences.iter().map(|sentence| super::count(sentence.words.len())).collect()
    }
}

/// A word as it is compared: lower case, plain apostrophe.
fn normal(word: &str) -> String {
    word.replace('’', "'").to_lowercase()
}

/// Where words of letters stand, with inner apostrophes; numbers are none.
fn word_spans(text: &str) -> impl Iterator<Item = Range<usize>> {
    text.unicode_word_indices()
        .filter(|(_, word)| word.chars().any(char::is_alphabetic))
        .map(|(at, word)| at..at + word.len())
}

/// Abbreviations after which a full stop ends no sentence.
const ABBREVIATIONS: [&str; 20] = [
    "mr.", "mrs.", "ms.", "dr.", "prof.", "st.", "vs.", "e.g.", "i.e.", "etc.", "cf.", "no.", "vol.", "fig.", "jr.",
    "sr.", "approx.", "ca.", "op.", "p.",
];

/// The sentences of a paragraph, by Unicode's rules, joined again where only an abbreviation ended.
fn sentences(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for piece in text.unicode_sentences() {
        match found.last_mut() {
            Some(last) if !is_end(last) => last.push_str(piece),
            _ => found.push(piece.to_owned()),
        }
    }
    found
}

fn is_end(sentence: &str) -> bool {
    let last = sentence.split_whitespace().next_back().unwrap_or_default().trim_start_matches(['(', '“', '"']);
    let initial =
        last.len() == 2 && last.ends_with('.') && last.starts_with(char::is_uppercase) && !last.starts_with('I');
    !(initial || ABBREVIATIONS.contains(&last.to_lowercase().as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_survive_abbreviations() {
        let found =
            sentences("I met Dr. Ames at 3 p.m. yesterday. She said “Hm.” Then she left! E. F. Benson wrote it.");
        assert_eq!(found.len(), 4, "{found:?}");
    }

    #[test]
    fn only_the_authors_own_prose_is_read() {
        let prose =
            Prose::read(1, "# A heading\n\nMy *own* words.\n\n> Their words.\n\n- an item\n\n```\ncode here\n```\n");
        assert_eq!(prose.words, ["my", "own", "words", "an", "item"]);
        assert_eq!(prose.sentences.len(), 1);
        assert_eq!(prose.italics, 1);
    }
}
