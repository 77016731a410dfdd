//! The parts of a post that examples learn. The parts of one kind, joined by blank lines, give the post back, so that a
//! pass under any kind learns from every sentence once.

use super::blocks::{blocks, heading};

/// A section shorter than this goes with the next one, in characters.
const SHORT_SECTION: usize = 240;
/// A beginning has at least so many characters, and so has the rest.
const SHORT_HALF: usize = 200;
/// A passage to be paraphrased has at least so many characters; shorter blocks go with the next.
const SHORT_PASSAGE: usize = 160;

/// A part of a post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Its heading, without marks; nothing before the first heading.
    pub heading: Option<String>,
    /// Its text, heading included.
    pub text: String,
}

/// The sections of a text; empty where it has no headings to cut at.
pub fn sections(text: &str) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    for block in blocks(text) {
        let title = heading(block).map(str::to_owned);
        match parts.last_mut() {
            Some(open) if title.is_none() || short(open) => {
                open.text = format!("{}\n\n{block}", open.text);
                // A short lead takes the heading that follows it, a short section keeps its own.
                open.heading = open.heading.take().or(title);
            }
            _ => parts.push(Part { heading: title, text: block.to_owned() }),
        }
    }
    if parts.len() > 1 && parts.last().is_some_and(short) {
        let last = parts.pop().map(|part| part.text).unwrap_or_default();
        if let Some(open) = parts.last_mut() {
            open.text = format!("{}\n\n{last}", open.text);
        }
    }
    if parts.len() > 1 && parts.iter().any(|part| part.heading.is_some()) { parts } else { Vec::new() }
}

fn short(part: &Part) -> bool {
    part.text.chars().count() < SHORT_SECTION
}

/// The beginning of a text, about a quarter of it, and the rest; nothing where the text is too short to be cut.
pub fn halves(text: &str) -> Option<(String, String)> {
    let blocks = blocks(text);
    let length = |part: &[&str]| part.iter().map(|block| block.chars().count() + 2).sum::<usize>();
    let whole = length(&blocks);
    let mut cut = (1..blocks.len()).find(|cut| length(&blocks[..*cut]) >= (whole / 4).max(SHORT_HALF))?;
    // A heading belongs to what follows it.
    while cut > 1 && heading(blocks[cut - 1]).is_some() {
        cut -= 1;
    }
    let fits = length(&blocks[..cut]) >= SHORT_HALF && length(&blocks[cut..]) >= SHORT_HALF;
    fits.then(|| (blocks[..cut].join("\n\n"), blocks[cut..].join("\n\n")))
}

/// The passages of a text that are paraphrased one by one: its paragraphs, slight ones joined with the next.
pub fn passages(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for block in blocks(text) {
        match found.last_mut() {
            Some(open) if open.chars().count() < SHORT_PASSAGE => {
                open.push_str("\n\n");
                open.push_str(block);
            }
            _ => found.push(block.to_owned()),
        }
    }
    if found.len() > 1 && found.last().is_some_and(|last| last.chars().count() < SHORT_PASSAGE) {
        let last = found.pop().unwrap_or_default();
        if let Some(open) = found.last_mut() {
            open.push_str("\n\n");
            open.push_str(&last);
        }
    }
    found
}

/// The first `count` paragraphs, or all where there are fewer.
pub fn first_paragraphs(text: &str, count: usize) -> String {
    paragraphs(text).take(count).collect::<Vec<_>>().join("\n\n")
}

/// The first 100 characters of the first paragraph, when that paragraph has more than 20 and fewer than 200.
pub fn opening(text: &str) -> Option<String> {
    let first = paragraphs(text).next()?;
    let length = first.chars().count();
    (length > 20 && length < 200).then(|| first.chars().take(100).collect())
}

/// Paragraphs as the old recipe saw them: whatever blank lines separate.
fn paragraphs(text: &str) -> impl Iterator<Item = &str> {
    text.split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn post() -> impl Strategy<Value = String> {
        let block = prop_oneof![
            "[A-Z][a-z ]{10,400}[.]",
            "#{1,3} [A-Z][a-z]{2,20}",
            "- [a-z]{1,30}\n- [a-z]{1,30}",
            Just("```\ncode\n\nmore\n```".to_owned()),
        ];
        proptest::collection::vec(block, 1..20).prop_map(|blocks| blocks.join("\n\n"))
    }

    proptest! {
        #[test]
        fn the_parts_of_each_kind_give_the_post_back(text in post()) {
            let sections: Vec<String> = sections(&text).into_iter().map(|part| part.text).collect();
            prop_assert!(sections.is_empty() || sections.join("\n\n") == text);
            prop_assert_eq!(passages(&text).join("\n\n"), text.clone());
            if let Some((beginning, rest)) = halves(&text) {
                prop_assert_eq!(format!("{beginning}\n\n{rest}"), text);
            }
        }
    }

    #[test]
    fn sections_begin_with_their_heading_and_slight_ones_are_joined() {
        let long = "word ".repeat(60);
        let long = long.trim();
        let text = format!("{long}\n\n## One\n\n{long}\n\n### Slight\n\nBrief.\n\n## Two\n\n{long}");
        let found = sections(&text);
        let headings: Vec<Option<&str>> = found.iter().map(|part| part.heading.as_deref()).collect();
        assert_eq!(headings, [None, Some("One"), Some("Slight")]);
        assert!(found[2].text.starts_with("### Slight\n\nBrief.\n\n## Two\n\n"));
        assert!(sections(long).is_empty());
    }

    #[test]
    fn a_beginning_never_ends_in_a_heading() {
        let long = "word ".repeat(60);
        let long = long.trim();
        let (beginning, rest) = halves(&format!("{long}\n\n## Next\n\n{long}\n\n{long}")).unwrap();
        assert_eq!(beginning, long);
        assert!(rest.starts_with("## Next"));
        assert_eq!(halves("Short.\n\nToo short."), None);
    }

    #[test]
    fn the_opening_is_given_only_where_the_first_paragraph_is_neither_tiny_nor_long() {
        assert_eq!(opening(&"x".repeat(20)), None);
        assert!(opening(&"x".repeat(21)).is_some());
        assert_eq!(opening(&"é".repeat(199)).unwrap().chars().count(), 100);
        assert_eq!(opening(&"x".repeat(200)), None);
    }
}
