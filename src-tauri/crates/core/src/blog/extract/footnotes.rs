//! Footnotes: every platform writes them differently, all of them as a link to an `id` and a note that carries
//! it. Here each becomes a numbered reference and a numbered note at the end of the post.

mod by_hand;

use dom_query::{Document, NodeRef, Selection};

use super::{NOTE, NOTE_REF};

/// Notes as Substack writes them: a box with a numbered link and the text.
const BOXED: &str = "div.footnote, div.footnote-definition";
/// Notes as items of a list: WordPress, Ghost, and whatever was made from Markdown.
const LISTED: &str = ".footnotes li[id], .wp-block-footnotes li[id], section[role=doc-endnotes] li[id], \
    .footnotes-list li[id], .footnote-list li[id]";
/// The containers that are empty once their notes are taken out.
const CONTAINERS: &str = ".footnotes, .wp-block-footnotes, section[role=doc-endnotes], .footnotes-list, .footnote-list, \
    .footnotes-sep";

struct Note {
    id: String,
    html: String,
    number: Option<usize>,
}

pub(super) fn rewrite(document: &Document) {
    let mut notes = collect(document);
    if notes.is_empty() {
        notes = by_hand::paired(document);
    }
    // Medium has no footnotes, so its authors type them. Elsewhere typed numbers are left as they are.
    if notes.is_empty() && document.select(".graf").exists() {
        notes = by_hand::typed(document);
    }
    let mut count = notes.iter().filter_map(|note| note.number).max().unwrap_or(0);
    for link in document.select("a[href]").nodes() {
        let href = link.attr("href").unwrap_or_default();
        let Some((_, target)) = href.rsplit_once('#') else { continue };
        if let Some(note) = notes.iter_mut().find(|note| note.id == target) {
            let number = *note.number.get_or_insert_with(|| {
                count += 1;
                count
            });
            outermost(link).replace_with_html(format!(r#"<{NOTE_REF} n="{number}"></{NOTE_REF}>"#));
        } else if link.has_class("footnote-anchor") {
            // The note itself was cut off with the rest of a preview; a bare number would glue to its word.
            outermost(link).remove_from_parent();
        }
    }
    // Notes nobody points at keep their text, after the others.
    for note in notes.iter_mut().filter(|note| note.number.is_none()) {
        count += 1;
        note.number = Some(count);
    }
    notes.sort_by_key(|note| note.number);
    let html: String = notes
        .iter()
        .map(|note| format!(r#"<{NOTE} n="{}">{}</{NOTE}>"#, note.number.unwrap_or_default(), note.html))
        .collect();
    if !html.is_empty() {
        document.html_root().append_html(html);
    }
}

/// Takes the notes out of the document, in their order.
fn collect(document: &Document) -> Vec<Note> {
    let mut notes = Vec::new();
    for node in document.select(BOXED).nodes() {
        let within = Selection::from(*node);
        within.select(".footnote-definition-label").remove();
        let number = within.select("a.footnote-number");
        let id = number.attr("id").or_else(|| node.attr("id")).unwrap_or_default().to_string();
        let content = within.select(".footnote-content");
        let html = if content.exists() {
            content.inner_html().to_string()
        } else {
            number.remove();
            node.inner_html().to_string()
        };
        notes.push(Note { id, html, number: None });
        node.remove_from_parent();
    }
    for node in document.select(LISTED).nodes() {
        for link in Selection::from(*node).select("a[href]").nodes() {
            if is_back_link(link) {
                link.remove_from_parent();
            }
        }
        let id = node.attr("id").unwrap_or_default().to_string();
        notes.push(Note { id, html: node.inner_html().to_string(), number: None });
        node.remove_from_parent();
    }
    if !notes.is_empty() {
        document.select(CONTAINERS).remove();
    }
    notes
}

fn is_back_link(link: &NodeRef) -> bool {
    let class = link.class().unwrap_or_default();
    let text = link.text();
    link.attr("href").is_some_and(|href| href.starts_with('#'))
        && (class.contains("back") || class.contains("reverse") || text.trim().chars().all(|c| !c.is_alphanumeric()))
}

/// A reference often stands alone in a raising or hovering wrapper, which goes with it.
fn outermost<'a>(link: &NodeRef<'a>) -> NodeRef<'a> {
    let mut node = *link;
    while let Some(parent) = node.parent() {
        let wrapper = parent.has_name("sup") || parent.has_class("footnote-hovercard-target");
        if !wrapper || parent.children().len() != 1 {
            break;
        }
        node = parent;
    }
    node
}
