//! What a post is made of: quotations, lists, links, and prose.

use super::{Flag, FlagCode, percent};
use crate::blog::markdown::dialect;
use pulldown_cmark::{Event, Parser, Tag, TagEnd};

/// A post is mostly quotation above this share of its characters, and mostly links above this share of its words.
const HALF: f64 = 0.5;
/// A post is mostly a list above this share of its characters.
const MOST_LISTED: f64 = 0.7;

/// How many characters of a text a reader sees, spaces not counted, and where they stand.
#[derive(Debug, Default)]
pub(super) struct MakeUp {
    all: usize,
    quoted: usize,
    listed: usize,
    /// The words outside code, without markup.
    pub(super) prose: String,
}

/// Reads a Markdown text. What is quoted inside a list, or listed inside a quotation, counts as both.
pub(super) fn of(text: &str) -> MakeUp {
    let mut made = MakeUp::default();
    let (mut quotes, mut items, mut codes) = (0_u32, 0_u32, 0_u32);
    for event in Parser::new_ext(text, dialect()) {
        match event {
            Event::Start(Tag::BlockQuote(_)) => quotes += 1,
            Event::Start(Tag::Item) => items += 1,
            Event::Start(Tag::CodeBlock(_)) => codes += 1,
            Event::End(TagEnd::BlockQuote(_)) => quotes = quotes.saturating_sub(1),
            Event::End(TagEnd::Item) => {
                items = items.saturating_sub(1);
                end_line(&mut made.prose);
            }
            Event::End(TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::TableCell) => end_line(&mut made.prose),
            Event::End(TagEnd::CodeBlock) => codes = codes.saturating_sub(1),
            Event::Text(words) | Event::Code(words) => {
                let length = words.chars().filter(|c| !c.is_whitespace()).count();
                made.all += length;
                made.quoted += if quotes > 0 { length } else { 0 };
                made.listed += if items > 0 { length } else { 0 };
                if codes == 0 {
                    made.prose.push_str(&words);
                }
            }
            Event::SoftBreak | Event::HardBreak => end_line(&mut made.prose),
            _ => {}
        }
    }
    made
}

fn end_line(prose: &mut String) {
    if !prose.is_empty() && !prose.ends_with('\n') {
        prose.push('\n');
    }
}

/// More than half of the characters stand in block quotes.
pub(super) fn mostly_quotation(made: &MakeUp) -> Option<Flag> {
    let share = share(made.quoted, made.all);
    let reason = format!("{} of it is quoted, so the model would mostly learn how others write.", percent(share));
    (share > HALF).then(|| Flag::new(FlagCode::MostlyQuotation, reason))
}

/// More than 70 % of the characters stand in list items.
pub(super) fn mostly_list(made: &MakeUp) -> Option<Flag> {
    let share = share(made.listed, made.all);
    let reason = format!("{} of it stands in lists, so there is little prose to learn from.", percent(share));
    (share > MOST_LISTED).then(|| Flag::new(FlagCode::MostlyList, reason))
}

/// More than half of the words a reader of the published post sees are links. A bare address counts as one word.
pub(super) fn mostly_links(markdown: &str) -> Option<Flag> {
    let (mut all, mut linked, mut links, mut pictures) = (0, 0, 0_u32, 0_u32);
    for event in Parser::new_ext(markdown, dialect()) {
        match event {
            Event::Start(Tag::Link { .. }) => links += 1,
            Event::Start(Tag::Image { .. }) => pictures += 1,
            Event::End(TagEnd::Link) => links = links.saturating_sub(1),
            Event::End(TagEnd::Image) => pictures = pictures.saturating_sub(1),
            Event::Text(text) | Event::Code(text) if pictures == 0 => {
                for word in text.split_whitespace().filter(|word| word.contains(char::is_alphanumeric)) {
                    all += 1;
                    linked += usize::from(links > 0 || is_address(word));
                }
            }
            _ => {}
        }
    }
    let share = share(linked, all);
    let reason = format!("{} of its words are links, so it mostly points to other pages.", percent(share));
    (share > HALF).then(|| Flag::new(FlagCode::MostlyLinks, reason))
}

fn is_address(word: &str) -> bool {
    let word = word.trim_start_matches(['(', '[', '<', '"', '“']);
    ["https://", "http://", "www."].iter().any(|start| word.starts_with(start))
}

fn share(part: usize, all: usize) -> f64 {
    if all == 0 { 0.0 } else { part as f64 / all as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_than_half_quoted_is_mostly_quotation() {
        let found = mostly_quotation(&of("> four four\n> four\n\neleven more"));
        assert_eq!(found.unwrap().reason, "55% of it is quoted, so the model would mostly learn how others write.");
        assert_eq!(mostly_quotation(&of("> ten letter\n>\n> s\n\nten letters")), None);
        assert_eq!(mostly_quotation(&of("")), None);
    }

    #[test]
    fn more_than_seventy_percent_listed_is_mostly_a_list() {
        let found = mostly_list(&of("abc\n\n- four\n- four"));
        assert!(found.unwrap().reason.starts_with("73% of it stands in lists"));
        // Seven of ten characters.
        assert_eq!(mostly_list(&of("abc\n\n1. four\n2. abc")), None);
    }

    #[test]
    fn more_than_half_links_is_mostly_links() {
        let found = mostly_links("[three linked words](https://a.example/x) https://b.example/y after three words");
        assert!(found.unwrap().reason.starts_with("58% of its words are links"));
        assert_eq!(mostly_links("[two words](https://a.example) – two others ![a b c](i.png)"), None);
        assert_eq!(mostly_links(""), None);
    }

    #[test]
    fn prose_is_what_stands_outside_code() {
        let made = of("First *line*.\n\n```\nlet x = 1;\n```\n\nSecond `line`.\n\nThird");
        assert_eq!(made.prose, "First line.\nSecond line.\nThird\n");
    }
}
