//! A draft as HTML: for the window, where nothing may run and nothing may be fetched, and for the clipboard.

use super::clipboard::for_blogs;
use super::events::{bounded, options};
use ammonia::{Builder, UrlRelative};
use pulldown_cmark::{Event, Parser, TagEnd, html};
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// More than a long book; the rest of a longer text is left out of the preview.
const LONGEST: usize = 1_000_000;

const CUT: &str = "<p><em>The preview ends here; the text itself is whole.</em></p>\n";

/// What becomes of images.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Images {
    /// Named where they stand, never loaded.
    #[default]
    Named,
    /// Kept as they are, for another program to load.
    Kept,
}

/// Markdown as HTML that is safe in the window: no scripts, styles, frames or forms; images only named
/// (`span.remote-image[data-address]`); every link carries `data-link`, and leads to a web page, a mail address or a
/// place in the same text (`#…`).
pub fn render(markdown: &str) -> String {
    to_html(markdown, Images::Named)
}

/// Markdown as HTML for a blog's editor: the same, with images and plain links, none of the window's marks, and
/// footnotes, captions and formulas as importers read them.
pub fn rich_html(markdown: &str) -> String {
    to_html(markdown, Images::Kept)
}

/// The words a reader would read, without Markdown's marks.
pub(super) fn plain(markdown: &str) -> String {
    let mut text = String::new();
    for event in Parser::new_ext(markdown, options()) {
        match event {
            Event::Text(part) | Event::Code(part) | Event::InlineMath(part) | Event::DisplayMath(part) => {
                text.push_str(&part);
            }
            Event::SoftBreak | Event::HardBreak | Event::Rule => text.push(' '),
            Event::End(TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link) => {}
            Event::End(_) => text.push(' '),
            _ => {}
        }
    }
    text
}

/// Leaves of any HTML what may be shown.
pub(super) fn clean(html: &str, images: Images) -> String {
    match images {
        Images::Named => WINDOW.clean(html),
        Images::Kept => CLIPBOARD.clean(html),
    }
    .to_string()
}

fn to_html(markdown: &str, images: Images) -> String {
    let shown = &markdown[..markdown.floor_char_boundary(LONGEST)];
    let (events, cut) = bounded(shown, images);
    let events = if images == Images::Kept { for_blogs(events) } else { events };
    let mut raw = String::with_capacity(shown.len() * 2);
    html::push_html(&mut raw, events.into_iter());
    let mut safe = clean(&raw, images);
    if cut || shown.len() < markdown.len() {
        safe.push_str(CUT);
    }
    safe
}

static WINDOW: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = text_only();
    builder
        .link_rel(Some("noopener noreferrer"))
        .add_tag_attributes("span", ["role", "aria-label", "data-address"])
        .add_tag_attributes("div", ["id"])
        .set_tag_attribute_value("a", "data-link", "")
        .id_prefix(Some(IN_TEXT))
        .url_relative(UrlRelative::Custom(Box::new(place_in_text)))
        .attribute_filter(only_web_addresses)
        .allowed_classes(HashMap::from([
            ("code", HashSet::from(["math"])),
            ("div", HashSet::from(["footnote-definition"])),
            ("span", HashSet::from(["remote-image", "task"])),
            ("sup", HashSet::from(["footnote-reference", "footnote-definition-label"])),
        ]));
    builder
});

static CLIPBOARD: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = text_only();
    builder
        .add_tags(["img", "section"])
        .add_tag_attributes("img", ["src", "alt", "title"])
        .add_tag_attributes("a", ["id"])
        .url_relative(UrlRelative::Custom(Box::new(only_footnotes)))
        .add_tag_attributes("li", ["id"])
        .add_tag_attributes("code", ["class"])
        .attribute_filter(only_languages)
        .allowed_classes(HashMap::from([
            ("section", HashSet::from(["footnotes"])),
            ("span", HashSet::from(["math", "inline", "display"])),
        ]))
        .link_rel(None);
    builder
});

/// Of a code's classes only the one that names its language stays.
fn only_languages<'a>(element: &str, attribute: &str, value: &'a str) -> Option<Cow<'a, str>> {
    let foreign = element == "code" && attribute == "class" && !value.starts_with("language-");
    (!foreign).then_some(Cow::Borrowed(value))
}

/// A link to a footnote stays; any other relative one leads nowhere from another program.
fn only_footnotes(address: &str) -> Option<Cow<'_, str>> {
    let number = address.strip_prefix("#fn")?;
    number.bytes().all(|c| c.is_ascii_digit()).then_some(Cow::Borrowed(address))
}

/// Elements of running text and nothing else; anything that could run, load, style or submit is not in the list.
fn text_only() -> Builder<'static> {
    let mut builder = Builder::empty();
    builder
        .tags(HashSet::from([
            "a",
            "abbr",
            "b",
            "blockquote",
            "br",
            "caption",
            "cite",
            "code",
            "dd",
            "del",
            "details",
            "div",
            "dl",
            "dt",
            "em",
            "figcaption",
            "figure",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "hr",
            "i",
            "ins",
            "kbd",
            "li",
            "mark",
            "ol",
            "p",
            "pre",
            "q",
            "s",
            "small",
            "span",
            "strong",
            "sub",
            "summary",
            "sup",
            "table",
            "tbody",
            "td",
            "tfoot",
            "th",
            "thead",
            "tr",
            "u",
            "ul",
            "wbr",
        ]))
        .clean_content_tags(HashSet::from([
            "script", "style", "template", "noscript", "iframe", "object", "svg", "math",
        ]))
        .generic_attributes(HashSet::from(["title"]))
        .tag_attributes(HashMap::from([("a", HashSet::from(["href"])), ("ol", HashSet::from(["start"]))]))
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        .url_relative(UrlRelative::Deny);
    builder
}

/// Ids get this in front, so that no text can take the name of something in the window.
const IN_TEXT: &str = "text-";

/// A link without a scheme can only be one to a footnote: everything else would lead into the app itself.
fn place_in_text(address: &str) -> Option<Cow<'_, str>> {
    address.strip_prefix('#').map(|place| Cow::Owned(format!("#{IN_TEXT}{place}")))
}

fn only_web_addresses<'a>(_element: &str, attribute: &str, value: &'a str) -> Option<Cow<'a, str>> {
    let wanted = attribute != "data-address" || value.starts_with("https://") || value.starts_with("http://");
    wanted.then_some(Cow::Borrowed(value))
}

#[cfg(test)]
mod tests;
