//! Footnotes that no platform made: a word processor's pair of links that point at one another, or numbers an author
//! typed, `[1]` or `¹`, with the notes in the last paragraphs.

use dom_query::{Document, NodeRef, Selection};

use super::{NOTE_REF, Note};
use crate::blog::extract::{escape_html, replace};

/// So many notes are looked for by their typed numbers.
const MOST: usize = 100;

/// Takes out paragraphs that begin with a link back to the link that leads to them.
pub(super) fn paired(document: &Document) -> Vec<Note> {
    let mut notes = Vec::new();
    let own_name = |link: &NodeRef| link.attr("id").or_else(|| link.attr("name")).map(|name| name.to_string());
    let target = |link: &NodeRef| link.attr("href").and_then(|href| href.strip_prefix('#').map(str::to_owned));
    let links: Vec<(NodeRef, String, String)> = document
        .select("a[href]")
        .nodes()
        .iter()
        .filter_map(|link| Some((*link, own_name(link)?, target(link)?)))
        .collect();
    if links.len() < 2 {
        return notes;
    }
    let leads: std::collections::HashSet<(&str, &str)> =
        links.iter().map(|(_, name, target)| (name.as_str(), target.as_str())).collect();
    for (link, name, target) in &links {
        // Some link has this one's target for its name, and this one's name for its target.
        if !leads.contains(&(target.as_str(), name.as_str())) {
            continue;
        }
        let Some(block) = block_begun_by(link) else { continue };
        link.remove_from_parent();
        let html = block.inner_html();
        let html = html.trim().trim_start_matches(['.', ')', ']', ':']).trim_start();
        notes.push(Note { id: name.clone(), html: html.to_owned(), number: None });
        block.remove_from_parent();
    }
    notes
}

/// The paragraph or item that begins with this link.
fn block_begun_by<'a>(link: &NodeRef<'a>) -> Option<NodeRef<'a>> {
    let mut node = *link;
    loop {
        let mut before = node.prev_sibling();
        while let Some(sibling) = before {
            if !sibling.text().trim().is_empty() {
                return None;
            }
            before = sibling.prev_sibling();
        }
        node = node.parent().filter(NodeRef::is_element)?;
        if ["p", "li", "div"].iter().any(|tag| node.has_name(tag)) {
            return Some(node);
        }
    }
}

/// Makes notes of the last paragraphs when they are numbered from one on and each number stands once in the text
/// before. Anything less sure stays as it was typed.
pub(super) fn typed(document: &Document) -> Vec<Note> {
    let paragraphs: Vec<NodeRef> = document.select("p").nodes().to_vec();
    let mut numbered: Vec<(NodeRef, usize, String)> = Vec::new();
    for paragraph in paragraphs.iter().rev().take(MOST) {
        let Some((number, mark)) = leading_mark(&paragraph.text()) else { break };
        numbered.push((*paragraph, number, mark));
    }
    numbered.reverse();
    let in_order = numbered.iter().enumerate().all(|(at, (_, number, _))| *number == at + 1);
    if numbered.is_empty() || !in_order || numbered.len() == paragraphs.len() {
        return Vec::new();
    }
    let before = &paragraphs[..paragraphs.len() - numbered.len()];
    let places: Option<Vec<Reference>> =
        numbered.iter().map(|(_, number, _)| only_reference(before, *number)).collect();
    let Some(places) = places else { return Vec::new() };
    let mut notes = Vec::new();
    for (place, (paragraph, number, mark)) in places.iter().zip(&numbered) {
        place.replace(*number);
        let html = paragraph.inner_html();
        let html = html.trim_start();
        let html = html.strip_prefix(mark.as_str()).unwrap_or(html).trim_start_matches(['.', ':', ')']).trim_start();
        notes.push(Note { id: String::new(), html: html.to_owned(), number: Some(*number) });
        paragraph.remove_from_parent();
    }
    notes
}

/// The number that a paragraph begins with, and how it is written.
fn leading_mark(text: &str) -> Option<(usize, String)> {
    let text = text.trim_start();
    if let Some((number, rest)) = text.strip_prefix('[').and_then(|text| text.split_once(']')) {
        let found = number.parse().ok().filter(|_| number.len() < 3 && !rest.trim().is_empty())?;
        return Some((found, format!("[{number}]")));
    }
    let raised: String = text.chars().take_while(|c| raised_digit(*c).is_some()).collect();
    let number = raised.chars().filter_map(raised_digit).fold(0, |number, digit| number * 10 + digit);
    (!raised.is_empty() && raised.chars().count() < 3).then_some((number, raised))
}

fn raised_digit(c: char) -> Option<usize> {
    "⁰¹²³⁴⁵⁶⁷⁸⁹".chars().position(|digit| digit == c)
}

/// Where a number stands in the text: written out in a piece of text, or as raised digits of the page.
enum Reference<'a> {
    Text(NodeRef<'a>, String),
    Raised(NodeRef<'a>),
}

impl Reference<'_> {
    fn replace(&self, number: usize) {
        let sign = format!(r#"<{NOTE_REF} n="{number}"></{NOTE_REF}>"#);
        match self {
            Self::Raised(node) => replace(node, sign),
            Self::Text(node, mark) => {
                // Earlier numbers may have cut this piece of text in two; the part that is left holds the mark.
                let text = node.text();
                if let Some((before, after)) = text.split_once(mark.as_str()) {
                    node.before_html(format!("{}{sign}", escape_html(before)));
                    node.set_text(after.to_owned());
                }
            }
        }
    }
}

fn only_reference<'a>(paragraphs: &[NodeRef<'a>], number: usize) -> Option<Reference<'a>> {
    let raised: String = number
        .to_string()
        .chars()
        .filter_map(|c| c.to_digit(10))
        .filter_map(|digit| "⁰¹²³⁴⁵⁶⁷⁸⁹".chars().nth(digit as usize))
        .collect();
    let marks = [format!("[{number}]"), raised];
    let mut found = Vec::new();
    for paragraph in paragraphs {
        for node in Selection::from(*paragraph).select("sup").nodes() {
            let text = node.text();
            if text.trim().trim_matches(['[', ']']) == number.to_string() {
                found.push(Reference::Raised(*node));
            }
        }
        for node in paragraph.descendants().into_iter().filter(NodeRef::is_text) {
            let in_sup = node.ancestors_it(None).any(|above| above.has_name("sup") || above.has_name("code"));
            let text = node.text();
            for mark in marks.iter().filter(|_| !in_sup) {
                let alone = |at: usize| {
                    !text[at + mark.len()..].starts_with(|c| raised_digit(c).is_some())
                        && !text[..at].ends_with(|c| raised_digit(c).is_some())
                };
                let hits = text.match_indices(mark.as_str()).filter(|(at, _)| alone(*at)).count();
                found.extend((0..hits).map(|_| Reference::Text(node, mark.clone())));
            }
        }
    }
    if found.len() == 1 { found.pop() } else { None }
}
