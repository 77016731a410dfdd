//! Markdown to HTML, with what blogs' Markdown has beyond the common: tables, footnotes, formulas, wiki links.

use std::borrow::Cow;

use pulldown_cmark::{CowStr, Event, LinkType, Options, Parser, Tag, TagEnd, html};

/// Renders a Markdown text.
pub(in crate::blog::files) fn render(markdown: &str) -> String {
    let options = crate::blog::markdown::dialect()
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_WIKILINKS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_DEFINITION_LIST;
    let markdown = &*without_depth(markdown);
    let mut hidden = 0_u32;
    let mut shown = Vec::new();
    let events = Parser::new_ext(markdown, options).filter_map(|event| match event {
        // A picture or another note shown here lies in the vault, where no reader could follow.
        Event::Start(Tag::Image { link_type: LinkType::WikiLink { .. }, .. }) => {
            hidden += 1;
            shown.push(false);
            None
        }
        Event::End(TagEnd::Image) if shown.pop() == Some(false) => {
            hidden -= 1;
            None
        }
        Event::Start(Tag::Image { .. }) if hidden == 0 => {
            shown.push(true);
            Some(event)
        }
        _ if hidden > 0 => None,
        // A link to another note leads nowhere outside of the vault; its words stay.
        Event::Start(Tag::Link { link_type: LinkType::WikiLink { .. }, .. }) => {
            Some(Event::InlineHtml(CowStr::Borrowed("<span>")))
        }
        Event::TaskListMarker(done) => Some(Event::Text(CowStr::Borrowed(if done { "[x] " } else { "[ ] " }))),
        other => Some(other),
    });
    let mut rendered = String::with_capacity(markdown.len() * 3 / 2);
    html::push_html(&mut rendered, events);
    rendered
}

/// A line that opens more quotations and lists inside one another than this is no writing; reading it would take time
/// that grows with the square of their number.
const MAX_DEPTH: usize = 50;

fn without_depth(markdown: &str) -> Cow<'_, str> {
    let too_deep = |line: &str| marks(line) > MAX_DEPTH;
    if !markdown.lines().any(too_deep) {
        return Cow::Borrowed(markdown);
    }
    let lines = markdown.lines().map(|line| if too_deep(line) { containers(line).1 } else { line });
    Cow::Owned(lines.collect::<Vec<_>>().join("\n"))
}

fn marks(line: &str) -> usize {
    containers(line).0
}

/// How many quotations and lists a line opens, and what stands behind their signs.
fn containers(line: &str) -> (usize, &str) {
    let mut count = 0;
    let mut rest = line;
    loop {
        let text = rest.trim_start_matches([' ', '\t']);
        let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let sign = if digits > 0 { digits + 1 } else { 1 };
        let opens = text.starts_with('>')
            || (text.starts_with(['-', '*', '+']) || (digits > 0 && text[digits..].starts_with(['.', ')'])))
                && text[sign..].starts_with([' ', '\t']);
        if !opens {
            return (count, text);
        }
        count += 1;
        rest = &text[sign..];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depth_without_end_is_cut_and_rules_stay() {
        assert_eq!(render(&format!("{}text", "> ".repeat(9_000))), "<p>text</p>\n");
        assert_eq!(render(&"-".repeat(80)), "<hr />\n");
        assert_eq!(containers("> - 1. text"), (3, "text"));
        assert_eq!(containers("-text 1.5"), (0, "-text 1.5"));
    }
}
