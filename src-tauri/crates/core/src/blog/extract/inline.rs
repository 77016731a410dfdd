//! What runs inside a paragraph: letters in one form, links that lead somewhere, emphasis that can close.

use dom_query::{Document, NodeRef, Selection};
use unicode_normalization::UnicodeNormalization;
use url::Url;

use super::{AMPERSAND, DOLLAR, TILDE, absolute, escape_html, holds_block, replace, unwrap};

pub(super) fn rewrite(document: &Document, base: Option<&Url>) {
    texts(document);
    links(document, base);
    emphasis(document);
    for heading in document.select("h1, h2, h3, h4, h5, h6").nodes() {
        if heading.text().trim().is_empty() {
            heading.remove_from_parent();
            continue;
        }
        for inner in Selection::from(*heading).select("p, div, h1, h2, h3, h4, h5, h6").nodes() {
            unwrap(inner);
        }
        if holds_block(heading) {
            // A list or code is no heading, whatever it was pasted into.
            heading.rename("div");
            continue;
        }
        // A heading is one line.
        for line_break in Selection::from(*heading).select("br").nodes() {
            replace(line_break, " ");
        }
    }
}

/// Composed letters, ordinary spaces, no invisible marks; dollars and tildes set aside until the formulas and
/// struck-out words are written.
fn texts(document: &Document) {
    for node in document.root().descendants().into_iter().filter(NodeRef::is_text) {
        let text = node.text();
        let in_code = node.ancestors_it(None).any(|above| above.has_name("code") || above.has_name("pre"));
        let clean: String = text
            .nfc()
            .filter_map(|c| match c {
                '\u{200B}' | '\u{2060}' | '\u{FEFF}' | '\u{00AD}' | '\u{E000}'..='\u{E00F}' => None,
                '\u{00A0}' | '\u{2007}' | '\u{202F}' => Some(' '),
                '\u{2028}' | '\u{2029}' => Some('\n'),
                '$' if !in_code => Some(DOLLAR),
                '&' if !in_code => Some(AMPERSAND),
                '~' if !in_code => Some(TILDE),
                _ => Some(c),
            })
            .collect();
        let clean = if in_code { clean } else { without_endless_runs(clean) };
        if clean != *text {
            node.set_text(clean);
        }
    }
}

/// A sign repeated more often than this is no writing; Markdown takes time that grows with the square of it.
const LONGEST_RUN: usize = 200;

fn without_endless_runs(text: String) -> String {
    if text.len() <= LONGEST_RUN {
        return text;
    }
    let mut last = None;
    let mut run = 0;
    let mut short = text.clone();
    short.retain(|c| {
        run = if last == Some(c) && is_mark(c) { run + 1 } else { 0 };
        last = Some(c);
        run < LONGEST_RUN
    });
    short
}

fn links(document: &Document, base: Option<&Url>) {
    for link in document.select("a").nodes() {
        let text = link.text();
        let empty = text.trim().is_empty();
        let target = link
            .attr("href")
            .filter(|href| !href.is_empty() && !href.starts_with('#'))
            .and_then(|href| absolute(&href, base));
        let has_block = holds_block(link);
        match target {
            Some(url) if !empty && !has_block => {
                link.remove_all_attrs();
                link.set_attr("href", url.as_str());
                hoist_leading_space(link, &text);
            }
            // A link around a block would break the paragraph; one without words or target is none.
            _ => unwrap(link),
        }
    }
}

/// A link that begins with a space would swallow it, and the words would run together.
fn hoist_leading_space(node: &NodeRef, text: &str) {
    if text.starts_with(char::is_whitespace) {
        node.before_html(" ");
    }
}

/// Markdown closes emphasis only between the right characters: `**Note:**then` stays open. A mark at the edge
/// that touches a letter outside is therefore moved out; where that does not help, the emphasis is let go.
fn emphasis(document: &Document) {
    for node in document.select("em, i, strong, b").nodes() {
        let text = node.text().to_string();
        if text.trim().is_empty() || holds_block(node) {
            unwrap(node);
            continue;
        }
        let before = neighbour(node, true).is_some_and(char::is_alphanumeric);
        let after = neighbour(node, false).is_some_and(char::is_alphanumeric);
        if before && text.starts_with(is_mark) && !move_edge_out(node, true) {
            unwrap(node);
            continue;
        }
        if after && text.ends_with(is_mark) && !move_edge_out(node, false) {
            unwrap(node);
        }
    }
}

fn is_mark(c: char) -> bool {
    !c.is_alphanumeric() && !c.is_whitespace()
}

/// The character that touches a node from outside, if text touches it.
fn neighbour(node: &NodeRef, before: bool) -> Option<char> {
    let sibling = if before { node.prev_sibling() } else { node.next_sibling() }?;
    let text = sibling.text();
    if before { text.chars().next_back() } else { text.chars().next() }
}

/// Moves the marks at one edge of an emphasis out of it. Only possible while they stand in its own text.
fn move_edge_out(node: &NodeRef, leading: bool) -> bool {
    let edge = if leading { node.first_child() } else { node.last_child() };
    let Some(edge) = edge.filter(NodeRef::is_text) else { return false };
    let text = edge.text().to_string();
    if leading {
        let rest = text.trim_start_matches(is_mark);
        if rest.trim().is_empty() {
            return false;
        }
        node.before_html(escape_html(&text[..text.len() - rest.len()]));
        edge.set_text(rest.to_owned());
    } else {
        let rest = text.trim_end_matches(is_mark);
        if rest.trim().is_empty() {
            return false;
        }
        node.after_html(escape_html(&text[rest.len()..]));
        edge.set_text(rest.to_owned());
    }
    true
}
