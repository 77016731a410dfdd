//! What blog platforms write, rewritten into plain HTML before it becomes Markdown.
//!
//! One pass over the document: the platform's own furniture (subscribe boxes, buttons, share bars) goes; what
//! the platform hides in attributes (formulas, embedded posts, captions) comes out into the open; the rest is
//! straightened so that no paragraph breaks at a link or an emphasis. Nothing here knows Markdown.

mod blocks;
mod code;
mod elements;
mod embeds;
mod footnotes;
mod images;
mod inline;
mod math;
mod page;

use dom_query::{Document, NodeRef};
use url::Url;

pub use page::{post_from_any_page, post_from_page};

/// Tag of our own: a reference to a footnote, its number in `n`.
pub(crate) const NOTE_REF: &str = "x-ref";
/// Tag of our own: a footnote, its number in `n`.
pub(crate) const NOTE: &str = "x-note";
/// Tag of our own: a formula, its source in `tex`; `display="block"` when it stands alone.
pub(crate) const MATH: &str = "x-math";
/// Stands for a dollar sign of the prose while formulas are written with real ones.
pub(crate) const DOLLAR: char = '\u{E001}';
/// Stands for a tilde of the prose while struck-out text is written with real ones.
pub(crate) const TILDE: char = '\u{E002}';

/// Stands for an ampersand of the prose, which might otherwise begin an entity.
pub(crate) const AMPERSAND: char = '\u{E003}';

/// Deeper nesting than this is no writing; it would only exhaust the stack of the converter.
const MAX_DEPTH: usize = 100;

/// Furniture of Substack, WordPress, Ghost and Medium: never part of what the author wrote.
const CHROME: &str = "script, style, noscript, template, svg, button, form, input, select, textarea, canvas, object, \
    .subscription-widget-wrap, .subscription-widget-wrap-editor, .subscription-widget, .subscribe-widget, \
    .button-wrapper, .captioned-button-wrap, .image-link-expand, .paywall, .paywall-jump, .paywall-title, \
    .install-substack-app-embed, .community-chat, .directMessage, .post-ufi, .share-dialog, .hide-text, \
    .sharedaddy, .jp-relatedposts, .wpcnt, .wp-block-jetpack-subscriptions, .addtoany_share_save_container, \
    .wp-block-buttons, .kg-signup-card, .kg-button-card, .kg-cta-card, .kg-product-card-button, .kg-header-card, \
    .gh-post-upgrade-cta, .gh-upgrade-cta, .kg-callout-emoji, a.more-link, a.read-more, .feedflare, .mbtTOC, .screen-reader-text, [data-component-name=SubscribeWidgetToDOM], \
    [data-component-name=ButtonCreateButton]";

/// Rewrites a post's HTML into neutral HTML. `base_url` is the post's address, for its relative links.
pub fn neutral_html(html: &str, base_url: Option<&str>) -> String {
    let base = base_url.and_then(|address| Url::parse(address).ok());
    if nests_without_end(html) {
        return escape_html(&without_tags(html));
    }
    let source = blocks::paragraphs_from_blank_lines(html);
    let document = Document::fragment(source.as_ref());
    limit_depth(&document);
    math::rewrite(&document);
    elements::rewrite(&document);
    document.select(CHROME).remove();
    embeds::rewrite(&document, base.as_ref());
    footnotes::rewrite(&document);
    images::rewrite(&document, base.as_ref());
    drop_feed_footers(&document);
    blocks::rewrite(&document);
    inline::rewrite(&document, base.as_ref());
    document.html().to_string()
}

/// Lines that platforms append to every item of a feed.
fn drop_feed_footers(document: &Document) {
    for paragraph in document.select("p, h4").nodes() {
        let text = paragraph.text();
        let text = text.trim();
        let appeared = text.starts_with("The post ") && text.contains(" appeared first on ");
        let medium = text.contains("was originally published in ") && text.contains(" on Medium, where people");
        let preview = paragraph.element_children().len() == 1
            && paragraph.first_element_child().is_some_and(|child| child.has_name("a"))
            && is_read_more(text);
        if appeared || medium || preview {
            paragraph.remove_from_parent();
        }
    }
}

/// Whether a line only invites to go on elsewhere, as previews of longer posts end.
pub(crate) fn is_read_more(text: &str) -> bool {
    let text = text.trim().trim_end_matches(['→', '»', '…', '.', '>', ' ']).to_lowercase();
    matches!(
        text.as_str(),
        "read more" | "read full story" | "continue reading" | "read the rest" | "keep reading" | "read on"
    ) || text.starts_with("continue reading ")
}

/// Whether tags are opened inside one another far beyond any writing. Such a text is a trap: a parser's time grows
/// with the square of the depth.
fn nests_without_end(html: &str) -> bool {
    let mut depth = 0_usize;
    let mut tags = html.split('<').skip(1);
    tags.any(|tag| {
        let name: String = tag.trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric).collect();
        // Only tags that people close; an open paragraph or item is closed by the next.
        if matches!(name.to_ascii_lowercase().as_str(), "p" | "li" | "br" | "img" | "hr" | "td" | "tr" | "th" | "") {
            return false;
        }
        depth = if tag.starts_with('/') { depth.saturating_sub(1) } else { depth + 1 };
        if tag.split('>').next().is_some_and(|inside| inside.ends_with('/')) || is_void(&name) {
            depth = depth.saturating_sub(1);
        }
        depth > MAX_DEPTH * 10
    })
}

/// Elements that have no end.
fn is_void(name: &str) -> bool {
    matches!(name, "source" | "input" | "meta" | "link" | "col" | "embed" | "wbr" | "area" | "base" | "param" | "track")
}

fn without_tags(html: &str) -> String {
    html.split('<').map(|piece| piece.split_once('>').map_or(piece, |(_, text)| text)).collect()
}

/// Whether a block stands inside this node, where only running text belongs.
pub(crate) fn holds_block(node: &NodeRef) -> bool {
    const BLOCKS: [&str; 18] = [
        "p",
        "div",
        "figure",
        "img",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "ul",
        "ol",
        "blockquote",
        "pre",
        "table",
        "hr",
        "section",
        NOTE,
    ];
    node.descendants().iter().any(|inner| BLOCKS.iter().any(|tag| inner.has_name(tag)))
}

fn limit_depth(document: &Document) {
    let mut level = vec![(document.root(), 0_usize)];
    while let Some((node, depth)) = level.pop() {
        if depth > MAX_DEPTH {
            let text = node.text();
            node.set_text(text);
            continue;
        }
        level.extend(node.children_it(false).filter(NodeRef::is_element).map(|child| (child, depth + 1)));
    }
}

/// Puts the children of a node in its place.
pub(crate) fn unwrap(node: &NodeRef) {
    if let Some(first) = node.first_child() {
        node.insert_siblings_before(&first);
    }
    node.remove_from_parent();
}

/// Puts parsed HTML in the place of a node; nothing at all when there is none.
pub(crate) fn replace(node: &NodeRef, html: impl Into<String>) {
    let html = html.into();
    if html.is_empty() { node.remove_from_parent() } else { node.replace_with_html(html) }
}

/// Text made safe to stand in HTML, inside an element or a quoted attribute.
pub(crate) fn escape_html(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// The absolute form of an address found in a post, if it is one a reader could follow.
pub(crate) fn absolute(address: &str, base: Option<&Url>) -> Option<Url> {
    let address = address.trim();
    let url = match (Url::parse(address), base) {
        (Ok(url), _) => url,
        (Err(_), Some(base)) => base.join(address).ok()?,
        (Err(_), None) => return None,
    };
    matches!(url.scheme(), "http" | "https" | "mailto").then_some(url)
}

#[cfg(test)]
mod tests;
