//! Plain text: the first line is the title, blank lines end paragraphs. Lines that a program broke at its margin are
//! joined again; lines that the author broke stay.

use super::Place;
use crate::blog::extract::escape_html;
use crate::blog::feed::ParsedPost;
use crate::blog::files::{FilePost, Role, dates};

/// A first line longer than this is the beginning of the text, in characters.
const LONGEST_TITLE: usize = 120;

pub(super) fn post(text: &str, place: &Place) -> FilePost {
    let text = text.trim_matches(['\u{FEFF}', '\n', ' ']);
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    let titled = first.trim().chars().count() <= LONGEST_TITLE && !rest.trim().is_empty() && ends_there(first, rest);
    let body = if titled { rest } else { text };
    let (day, name) = dates::from_name(place.name());
    let title = if titled { first.trim().to_owned() } else { super::title_from_name(name) };
    let post = ParsedPost {
        guid: place.guid(),
        url: String::new(),
        title,
        subtitle: None,
        author: String::new(),
        published_at: day,
        html: html(body),
        truncated: None,
    };
    FilePost { post, role: Role::Post }
}

/// Whether a first line stands alone, or the text below it is no continuation of its sentence.
fn ends_there(first: &str, rest: &str) -> bool {
    let next = rest.lines().next().unwrap_or_default().trim();
    let underlined = !next.is_empty() && next.chars().all(|c| matches!(c, '=' | '-' | '~' | '*'));
    next.is_empty() || underlined || first.trim().chars().count() < 50
}

/// The paragraphs of a text.
fn html(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    let has_blank_lines = text.trim().lines().any(|line| line.trim().is_empty());
    let margin = is_broken_at_a_margin(&lines);
    let mut paragraphs: Vec<Vec<&str>> = vec![Vec::new()];
    for line in lines {
        let line = line.trim();
        let rule = line.len() > 2 && line.chars().all(|c| matches!(c, '=' | '-' | '~' | '*' | '_'));
        if line.is_empty() || rule {
            paragraphs.push(Vec::new());
        } else {
            if !has_blank_lines && !margin {
                paragraphs.push(Vec::new());
            }
            if let Some(paragraph) = paragraphs.last_mut() {
                paragraph.push(line);
            }
        }
    }
    let join = if margin { " " } else { "<br>" };
    paragraphs.retain(|paragraph| !paragraph.is_empty());
    let shown = paragraphs.iter().map(|paragraph| {
        let lines: Vec<String> = paragraph.iter().map(|line| escape_html(line)).collect();
        format!("<p>{}</p>", lines.join(join))
    });
    shown.collect()
}

/// Whether most lines that are followed by another fill the same width: then a program broke them.
fn is_broken_at_a_margin(lines: &[&str]) -> bool {
    let inner: Vec<usize> = lines
        .windows(2)
        .filter(|pair| !pair[0].trim().is_empty() && !pair[1].trim().is_empty())
        .map(|pair| pair[0].chars().count())
        .collect();
    let widest = inner.iter().copied().max().unwrap_or(0);
    let full = inner.iter().filter(|width| **width + 18 >= widest).count();
    (50..=110).contains(&widest) && full * 10 >= inner.len() * 7
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_broken_at_a_margin_are_joined() {
        let text = "The tide comes twice a day, and nobody on the pier has ever\nasked it to. We keep the ropes long for that reason, and the\nladder too.\n\nSecond.";
        assert_eq!(
            html(text),
            "<p>The tide comes twice a day, and nobody on the pier has ever asked it to. We keep the ropes long for that reason, and the ladder too.</p><p>Second.</p>"
        );
    }

    #[test]
    fn short_lines_are_the_authors() {
        assert_eq!(html("Rope,\nsalt,\nlight.\n\nEnd."), "<p>Rope,<br>salt,<br>light.</p><p>End.</p>");
        assert_eq!(html("One long paragraph.\nAnother."), "<p>One long paragraph.</p><p>Another.</p>");
    }
}
