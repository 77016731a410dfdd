//! The place that a search found, in its surroundings. Made here and not by the index: the index would search once more
//! for every row.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use unicode_segmentation::UnicodeSegmentation;

/// So many words are shown.
const WORDS: usize = 24;
/// So many of them stand before the hit.
const BEFORE: usize = 6;

/// The words that were searched for, folded as the index folds them; the last may be unfinished.
pub(super) struct Sought {
    whole: Vec<String>,
    begun: Option<String>,
}

impl Sought {
    /// What was typed.
    pub fn new(typed: &str) -> Self {
        let mut whole: Vec<String> = typed.unicode_words().map(fold).collect();
        let begun = whole.pop();
        Sought { whole, begun }
    }

    fn is_hit(&self, word: &str) -> bool {
        let word = fold(word);
        self.whole.contains(&word) || self.begun.as_ref().is_some_and(|begun| word.starts_with(begun.as_str()))
    }

    /// The first hit in its surroundings, as HTML that holds nothing but text and `<mark>`; nothing where there is none.
    pub fn snippet(&self, text: &str) -> Option<String> {
        let words: Vec<(usize, &str)> = text.unicode_word_indices().collect();
        let hit = words.iter().position(|(_, word)| self.is_hit(word))?;
        let first = hit.saturating_sub(BEFORE);
        let last = (first + WORDS).min(words.len()) - 1;
        let mut html = if first > 0 { "…".to_owned() } else { String::new() };
        let mut at = words[first].0;
        for (start, word) in &words[first..=last] {
            push(&mut html, &text[at..*start]);
            at = start + word.len();
            if self.is_hit(word) {
                html.push_str("<mark>");
                push(&mut html, word);
                html.push_str("</mark>");
            } else {
                push(&mut html, word);
            }
        }
        if last + 1 < words.len() {
            html.push('…');
        }
        Some(html)
    }
}

fn fold(word: &str) -> String {
    word.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect()
}

/// Appends text as HTML, its lines in one.
fn push(html: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            c if c.is_whitespace() => html.push(' '),
            c => html.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hit_is_marked_in_its_surroundings() {
        let text =
            "One two three four five six seven eight <b> the Café\nwas & is open. ".to_owned() + &"more ".repeat(40);
        let found = Sought::new("cafe op").snippet(&text).expect("a hit");
        assert!(
            found.starts_with(
                "…five six seven eight &lt;b&gt; the <mark>Café</mark> was &amp; is <mark>open</mark>. more"
            ),
            "{found}"
        );
        assert!(found.ends_with("more…"), "{found}");
        assert_eq!(Sought::new("nothing").snippet(&text), None);
        assert_eq!(Sought::new("").snippet(""), None);
        assert_eq!(Sought::new("one").snippet("One").as_deref(), Some("<mark>One</mark>"));
    }
}
