//! What is quoted word for word.

use super::names::bare;
use std::collections::BTreeMap;
use unicode_segmentation::UnicodeSegmentation;

/// Fewer quoted words are a title or a word used with distance.
const FEWEST_WORDS: usize = 4;
/// Opening marks, and the marks that may close what they open.
const MARKS: [(char, &[char]); 6] =
    [('“', &['”', '“']), ('„', &['“', '”']), ('«', &['»']), ('»', &['«', '»']), ('「', &['」']), ('"', &['"'])];

/// The quoted runs of at least four words, as they are compared, with how they are written. A quotation ends with its
/// paragraph at the latest, so that one forgotten mark does not turn the text inside out.
pub(super) fn find(text: &str) -> BTreeMap<String, String> {
    let mut quotations = BTreeMap::new();
    for paragraph in text.split("\n\n") {
        let mut rest = paragraph;
        while let Some((inside, after)) = next(rest) {
            let words: Vec<String> = inside.unicode_words().map(bare).collect();
            if words.len() >= FEWEST_WORDS {
                quotations.insert(words.join(" "), inside.trim().to_owned());
            }
            rest = after;
        }
    }
    quotations
}

/// The next quotation, and what comes after it.
fn next(text: &str) -> Option<(&str, &str)> {
    let (start, open) = text.char_indices().find(|(_, c)| MARKS.iter().any(|(open, _)| open == c))?;
    let closing = MARKS.iter().find(|(mark, _)| *mark == open).map(|(_, closing)| *closing)?;
    let inside = &text[start + open.len_utf8()..];
    match inside.find(closing) {
        Some(end) => {
            let after = &inside[end..];
            Some((&inside[..end], &after[after.chars().next().map_or(0, char::len_utf8)..]))
        }
        // Never closed: what follows may still hold another sort of quotation.
        None => Some(("", inside)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_runs_of_four_words_are_found() {
        let text = "She said “we will not go there”, then \"only if it rains\", „morgen ist auch ein Tag“ and «on ne sait \
                    jamais rien».";
        let found: Vec<String> = find(text).into_values().collect();
        assert_eq!(
            found,
            ["morgen ist auch ein Tag", "on ne sait jamais rien", "only if it rains", "we will not go there"]
        );
    }

    #[test]
    fn fewer_words_or_an_open_mark_are_none() {
        assert!(find("A “word of three” and \"this never ends\n\nbut a new paragraph begins\"").is_empty());
    }
}
