//! HTML to the Markdown everything else reads: stored, shown, searched and learned from.
//!
//! The same HTML always gives the same Markdown, because a post counts as edited when its text changes.
//! `extract` first rewrites what blog platforms write into plain HTML and a few marks of our own; this file
//! turns those into Markdown and takes out every backslash that is not needed.

mod escapes;

use htmd::element_handler::{HandlerResult, Handlers};
use htmd::options::{BrStyle, BulletListMarker, Options as HtmdOptions};
use htmd::{Element, HtmlToMarkdown};
use pulldown_cmark::{Event, Options, Parser, Tag};

use super::extract::{self, AMPERSAND, DOLLAR, TILDE};

/// The Markdown of this app: CommonMark with tables, footnotes, struck-out text and formulas.
/// Whoever reads a post's Markdown must read it with these, or footnotes and formulas come out as prose.
pub fn dialect() -> Options {
    Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_MATH
}

/// Turns a post's HTML into Markdown. `base_url` is the post's address, against which relative links are read.
pub fn to_markdown(html: &str, base_url: Option<&str>) -> String {
    let neutral = extract::neutral_html(html, base_url);
    // The converter reads from memory, so its I/O error cannot happen; an empty text would be the honest rest.
    let raw = converter().convert(&neutral).unwrap_or_default();
    let escaped = raw.replace(DOLLAR, "\\$").replace(TILDE, "\\~").replace(AMPERSAND, "\\&");
    // In a cell the converter writes a bar as an entity, which would be read as one by a model.
    let escaped = escaped.replace("&#124;", "\\|");
    escapes::drop_needless(tidy_outside_code(&escaped))
}

fn converter() -> HtmlToMarkdown {
    HtmlToMarkdown::builder()
        .options(HtmdOptions {
            br_style: BrStyle::Backslash,
            bullet_list_marker: BulletListMarker::Dash,
            ul_bullet_spacing: 1,
            ol_number_spacing: 1,
            ..HtmdOptions::default()
        })
        .add_handler(vec!["hr"], |_: &dyn Handlers, _: Element| Some(HandlerResult::from("\n\n---\n\n")))
        .add_handler(vec!["sub", "sup"], inline_html)
        .add_handler(vec!["s", "del", "strike"], struck_out)
        .add_handler(vec!["figure"], figure)
        .add_handler(vec!["figcaption"], caption)
        .add_handler(vec![extract::NOTE_REF], note_reference)
        .add_handler(vec![extract::NOTE], note_definition)
        .add_handler(vec![extract::MATH], formula)
        .build()
}

fn attribute(element: &Element, name: &str) -> String {
    let found = element.attrs.iter().find(|attr| attr.name.local.as_ref() == name);
    found.map(|attr| attr.value.to_string()).unwrap_or_default()
}

/// Markdown has no sign for lowered and raised text, so the tags stay.
fn inline_html(handlers: &dyn Handlers, element: Element) -> Option<HandlerResult> {
    let content = handlers.walk_children(element.node).content;
    if content.trim().is_empty() {
        return Some(content.into());
    }
    Some(format!("<{tag}>{content}</{tag}>", tag = element.tag).into())
}

fn struck_out(handlers: &dyn Handlers, element: Element) -> Option<HandlerResult> {
    let content = handlers.walk_children(element.node).content;
    let inner = content.trim();
    if inner.is_empty() {
        return Some(content.into());
    }
    let lead = &content[..content.len() - content.trim_start().len()];
    let trail = &content[content.trim_end().len()..];
    Some(format!("{lead}~~{inner}~~{trail}").into())
}

fn figure(handlers: &dyn Handlers, element: Element) -> Option<HandlerResult> {
    let content = handlers.walk_children(element.node).content;
    Some(format!("\n\n{}\n\n", content.trim()).into())
}

/// The caption stands in italics on the line right below its picture, in the same paragraph.
fn caption(handlers: &dyn Handlers, element: Element) -> Option<HandlerResult> {
    let content = handlers.walk_children(element.node).content;
    let words = content.split_whitespace().collect::<Vec<_>>().join(" ");
    if words.is_empty() {
        return None;
    }
    Some(format!("\n*{words}*").into())
}

fn note_reference(_: &dyn Handlers, element: Element) -> Option<HandlerResult> {
    Some(format!("[^{}]", attribute(&element, "n")).into())
}

fn note_definition(handlers: &dyn Handlers, element: Element) -> Option<HandlerResult> {
    let content = handlers.walk_children(element.node).content;
    let mut text = format!("\n\n[^{}]: ", attribute(&element, "n"));
    for (index, line) in content.trim().lines().enumerate() {
        if index > 0 {
            text.push('\n');
            // Four spaces keep later paragraphs inside the note.
            if !line.trim().is_empty() {
                text.push_str("    ");
            }
        }
        text.push_str(line);
    }
    text.push_str("\n\n");
    Some(text.into())
}

fn formula(_: &dyn Handlers, element: Element) -> Option<HandlerResult> {
    let tex = attribute(&element, "tex").split_whitespace().collect::<Vec<_>>().join(" ");
    if tex.is_empty() {
        return None;
    }
    let block = attribute(&element, "display") == "block";
    Some(if block { format!("\n\n$${tex}$$\n\n") } else { format!("${tex}$") }.into())
}

/// At most one blank line in a row and no spaces at line ends, except inside code, where they are the author's.
pub(crate) fn tidy_outside_code(markdown: &str) -> String {
    let mut codes = Parser::new_ext(markdown, dialect())
        .into_offset_iter()
        .filter_map(|(event, range)| matches!(event, Event::Start(Tag::CodeBlock(_))).then_some(range))
        .peekable();
    let mut tidy = String::with_capacity(markdown.len());
    let mut gap = 0;
    let mut at = 0;
    for line in markdown.split('\n') {
        let range = at..at + line.len();
        at = range.end + 1;
        while codes.peek().is_some_and(|code| code.end <= range.start) {
            codes.next();
        }
        // The first line of code may stand behind the mark of a list or a quotation.
        let in_code = codes.peek().is_some_and(|code| code.start <= range.end && range.start < code.end);
        let written =
            if in_code && codes.peek().is_some_and(|code| code.start <= range.start) { line } else { line.trim_end() };
        if written.trim().is_empty() && !in_code {
            gap += 1;
            continue;
        }
        if !tidy.is_empty() {
            tidy.push_str(if gap > 0 { "\n\n" } else { "\n" });
        }
        gap = 0;
        tidy.push_str(written);
    }
    tidy
}
