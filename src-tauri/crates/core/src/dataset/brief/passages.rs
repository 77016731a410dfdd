//! A text in as many passages as there shall be notes.

use super::FEWEST;
use crate::blog::words::{count_words, plain_text};
use unicode_segmentation::UnicodeSegmentation;

/// A stretch of the text that gets one note.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Passage {
    /// Its lines: what stands before and after a line break never forms one phrase.
    pub(super) lines: Vec<Line>,
}

/// A paragraph or heading, without markup.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) text: String,
    pub(super) heading: bool,
}

/// Splits a Markdown text into at most `wanted` passages of about as many words each, between paragraphs where there
/// are at least three and otherwise between sentences; never into more passages than paragraphs. A heading belongs to what follows it.
pub(super) fn split(markdown: &str, wanted: usize) -> Vec<Passage> {
    let mut lines = paragraphs(markdown);
    let prose = lines.iter().filter(|line| !line.heading).count();
    let wanted = wanted.min(prose.max(FEWEST));
    if prose < wanted {
        lines = lines.into_iter().flat_map(sentences).collect();
    }
    let all: u32 = lines.iter().map(|line| count_words(&line.text)).sum();
    let mut passages: Vec<Passage> = Vec::new();
    let (mut before, mut after_heading) = (0, false);
    for line in lines {
        // The share of the text that lies before this line, rounded, says which passage it is in.
        let turn = (before as usize * wanted * 2 + all as usize) / (2 * all.max(1) as usize);
        let due = passages.len() < wanted && turn >= passages.len();
        before += count_words(&line.text);
        let heading = line.heading;
        match passages.last_mut() {
            Some(open) if !due || after_heading => open.lines.push(line),
            _ => passages.push(Passage { lines: vec![line] }),
        }
        after_heading = heading;
    }
    passages
}

fn paragraphs(markdown: &str) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut code = false;
    for block in markdown.split("\n\n").filter(|block| !block.trim().is_empty()) {
        let fences = block.lines().filter(|line| line.trim_start().starts_with("```")).count();
        let inside = code || fences > 0;
        code ^= fences % 2 == 1;
        if inside {
            continue;
        }
        let heading = block.starts_with('#');
        let text = plain_text(block);
        lines.extend((!text.is_empty()).then_some(Line { text, heading }));
    }
    lines
}

fn sentences(line: Line) -> Vec<Line> {
    let heading = line.heading;
    let of = |text: &str| Line { text: text.trim().to_owned(), heading };
    line.text.unicode_sentences().map(of).filter(|line| !line.text.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(passages: &[Passage]) -> Vec<Vec<&str>> {
        passages.iter().map(|passage| passage.lines.iter().map(|line| line.text.as_str()).collect()).collect()
    }

    #[test]
    fn headings_go_with_what_follows_and_code_goes() {
        let passages = split("One two three.\n\n```\ncode\n\ncode\n```\n\n## Four\n\nFive six.\n\n*Seven* eight.", 3);
        assert_eq!(texts(&passages), [vec!["One two three."], vec!["Four", "Five six."], vec!["Seven eight."]]);
        assert!(passages[1].lines[0].heading);
    }

    #[test]
    fn a_single_paragraph_is_split_into_sentences() {
        assert_eq!(texts(&split("One two. Three four. Five six.", 3)), [["One two."], ["Three four."], ["Five six."]]);
        assert_eq!(split("", 3), []);
    }
}
