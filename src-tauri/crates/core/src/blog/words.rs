//! Counting and plain reading of text, so that every place in the app means the same by "word".

use pulldown_cmark::{Event, Parser, Tag, TagEnd};
use unicode_segmentation::UnicodeSegmentation;

use super::markdown::dialect;

/// How many words a text has: runs of letters and digits by Unicode's rules, so that "don’t" is one word
/// and marks are none.
pub fn count_words(text: &str) -> u32 {
    u32::try_from(text.unicode_words().count()).unwrap_or(u32::MAX)
}

/// What a reader sees of a Markdown text, for search and for counting: no markup, no link targets, no image
/// addresses. Blocks stand on lines of their own, separated by a blank line; cells by a tab.
pub fn plain_text(markdown: &str) -> String {
    let mut plain = String::with_capacity(markdown.len());
    let mut images = 0_u32;
    for event in Parser::new_ext(markdown, dialect()) {
        match event {
            Event::Start(Tag::Image { .. }) => images += 1,
            Event::End(TagEnd::Image) => images = images.saturating_sub(1),
            // The words that stand for a picture are not words of the post.
            _ if images > 0 => {}
            Event::Text(text) | Event::Code(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                plain.push_str(&text);
            }
            Event::SoftBreak | Event::HardBreak => plain.push('\n'),
            Event::End(TagEnd::TableCell) => plain.push('\t'),
            Event::Start(Tag::Item | Tag::List(_)) => break_line(&mut plain),
            Event::End(TagEnd::Item | TagEnd::TableRow | TagEnd::TableHead) => break_line(&mut plain),
            Event::End(TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::CodeBlock | TagEnd::List(_)) => {
                break_line(&mut plain);
                plain.push('\n');
            }
            _ => {}
        }
    }
    tidy_blank_lines(&plain)
}

/// The beginning of a text, at most `max_chars` characters, cut between words and closed with an ellipsis if
/// something was left out.
pub fn excerpt(text: &str, max_chars: usize) -> String {
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if flat.chars().count() <= max_chars {
        return flat;
    }
    let mut kept = String::new();
    for word in flat.split(' ') {
        // One character is reserved for the ellipsis.
        if kept.chars().count() + word.chars().count() + 2 > max_chars {
            break;
        }
        if !kept.is_empty() {
            kept.push(' ');
        }
        kept.push_str(word);
    }
    if kept.is_empty() {
        kept = flat.chars().take(max_chars.saturating_sub(1)).collect();
    }
    let kept = kept.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | ':' | '–' | '—'));
    format!("{kept}…")
}

fn break_line(text: &mut String) {
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
}

/// At most one blank line in a row, no spaces at the ends of lines, none around the text.
pub(crate) fn tidy_blank_lines(text: &str) -> String {
    let mut tidy = String::with_capacity(text.len());
    let mut blank = 0;
    for line in text.lines() {
        let line = line.trim_end();
        if line.is_empty() {
            blank += 1;
            continue;
        }
        if !tidy.is_empty() {
            tidy.push_str(if blank > 0 { "\n\n" } else { "\n" });
        }
        blank = 0;
        tidy.push_str(line);
    }
    tidy
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_counted_by_unicode_rules() {
        assert_eq!(count_words("I don’t — really, don't — count 3.5 marks…"), 7);
        assert_eq!(count_words("Straße naïve \u{1F600} 你好"), 4);
        assert_eq!(count_words(""), 0);
    }

    #[test]
    fn plain_text_leaves_markup_out() {
        let markdown = "# Title\n\nA [link](https://a.example) and `code`, *soft*[^1].\n\n- one\n- two\n  - three\n\n![alt](x.png)\n*cap*\n\n[^1]: A note.\n";
        assert_eq!(plain_text(markdown), "Title\n\nA link and code, soft.\n\none\ntwo\nthree\n\ncap\n\nA note.");
    }

    #[test]
    fn an_excerpt_ends_between_words() {
        assert_eq!(excerpt("short", 20), "short");
        assert_eq!(excerpt("one two,  three four", 13), "one two…");
        assert_eq!(excerpt("unbreakablelongword", 8), "unbreak…");
    }
}
