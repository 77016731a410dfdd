//! Blocks straightened: paragraphs written as blank lines or double breaks, lists whose items are paragraphs, tables
//! without a heading row.

use std::borrow::Cow;

use dom_query::{Document, NodeRef, Selection};

use super::{code, escape_html, replace, unwrap};

const BLOCK_TAGS: [&str; 16] = [
    "<p",
    "<div",
    "<h1",
    "<h2",
    "<h3",
    "<h4",
    "<ul",
    "<ol",
    "<blockquote",
    "<pre",
    "<table",
    "<figure",
    "<section",
    "<article",
    "<br",
    "<hr",
];

/// Classic editors store no paragraph tags at all: a blank line is a paragraph, a line end a break.
pub(super) fn paragraphs_from_blank_lines(html: &str) -> Cow<'_, str> {
    let lower = html.to_ascii_lowercase();
    if BLOCK_TAGS.iter().any(|tag| lower.contains(tag)) || !html.trim().contains('\n') {
        return Cow::Borrowed(html);
    }
    let unix = html.replace("\r\n", "\n");
    let paragraphs = unix.split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty());
    Cow::Owned(paragraphs.map(|paragraph| format!("<p>{}</p>", paragraph.replace('\n', "<br>"))).collect())
}

pub(super) fn rewrite(document: &Document) {
    code::rewrite(document);
    poems(document);
    breaks(document);
    join_lists(document);
    lists(document);
    captions(document);
    tables(document);
}

/// Text whose line ends are the author's: verses and Substack's "preformatted" block.
fn poems(document: &Document) {
    for block in document.select("pre.text, pre.wp-block-verse").nodes() {
        let html = block.inner_html().trim().replace("\r\n", "\n");
        let stanzas = html.split("\n\n").filter(|stanza| !stanza.trim().is_empty());
        let html: String =
            stanzas.map(|stanza| format!("<p>{}</p>", stanza.trim_matches('\n').replace('\n', "<br>"))).collect();
        replace(block, html);
    }
}

/// Editors leave a list in pieces after it was moved about; in Markdown two lists in a row are one.
fn join_lists(document: &Document) {
    for list in document.select("ul, ol").nodes() {
        let before = std::iter::successors(list.prev_sibling(), NodeRef::prev_sibling)
            .find(|node| node.is_element() || !node.text().trim().is_empty());
        let Some(before) = before.filter(|before| before.node_name() == list.node_name()) else { continue };
        for item in list.children() {
            before.append_child(&item);
        }
        list.remove_from_parent();
    }
}

/// Two breaks in a row are a paragraph; breaks at the edges of a block are nothing.
fn breaks(document: &Document) {
    for parent in document.select("p, div, blockquote, li, section, article").nodes() {
        split_at_double_breaks(parent);
    }
    split_at_double_breaks(&document.html_root());
    for line_break in document.select("br").nodes() {
        let edge = !has_words_beside(line_break, true) || !has_words_beside(line_break, false);
        let repeated = line_break.next_element_sibling().is_some_and(|next| {
            next.has_name("br") && !line_break.next_sibling().is_some_and(|node| node.is_nonempty_text())
        });
        if edge || repeated {
            replace(line_break, " ");
        } else if let Some(next) = line_break.next_sibling().filter(NodeRef::is_text) {
            // A line does not begin with the space that a file's line end leaves.
            next.set_text(next.text().trim_start().to_owned());
        }
    }
}

/// Whether anything is written before (or after) this node inside its block.
fn has_words_beside(node: &NodeRef, before: bool) -> bool {
    let mut at = *node;
    loop {
        let mut sibling = if before { at.prev_sibling() } else { at.next_sibling() };
        // Breaks without end stand beside no words; looking past all of them for each one would take hours.
        let mut steps = 0;
        while let Some(next) = sibling {
            steps += 1;
            if is_block(&next) || steps > 100 {
                return false;
            }
            if !next.text().trim().is_empty() || next.has_name("img") || has_image(&next) {
                return true;
            }
            sibling = if before { next.prev_sibling() } else { next.next_sibling() };
        }
        match at.parent() {
            Some(parent) if parent.is_element() && !is_block(&parent) => at = parent,
            _ => return false,
        }
    }
}

fn has_image(node: &NodeRef) -> bool {
    node.is_element() && Selection::from(*node).select("img").exists()
}

fn is_block(node: &NodeRef) -> bool {
    node.node_name().is_some_and(|name| {
        matches!(
            name.as_ref(),
            "p" | "div"
                | "h1"
                | "h2"
                | "h3"
                | "h4"
                | "h5"
                | "h6"
                | "ul"
                | "ol"
                | "li"
                | "blockquote"
                | "pre"
                | "table"
                | "thead"
                | "tbody"
                | "tr"
                | "td"
                | "th"
                | "figure"
                | "figcaption"
                | "hr"
                | "section"
                | "article"
                | "body"
                | "html"
                | "dl"
                | "dt"
                | "dd"
                | "details"
                | "summary"
                | "aside"
                | "header"
                | "footer"
                | "main"
                | "nav"
                | super::NOTE
        )
    })
}

fn split_at_double_breaks(parent: &NodeRef) {
    let children = parent.children();
    let mut groups: Vec<String> = vec![String::new()];
    let mut run = 0;
    let mut doubled = false;
    let mut pending = String::new();
    for child in &children {
        if child.has_name("br") {
            run += 1;
            pending.push_str("<br>");
            continue;
        }
        if child.is_text() && child.text().trim().is_empty() && run > 0 {
            continue;
        }
        let last = groups.len() - 1;
        if is_block(child) {
            groups.push(format!("\0{}", child.html()));
            groups.push(String::new());
        } else if run >= 2 {
            doubled = true;
            groups.push(child.html().to_string());
        } else {
            let html = if child.is_text() { escape_html(&child.text()) } else { child.html().to_string() };
            groups[last].push_str(&pending);
            groups[last].push_str(&html);
            pending.clear();
            run = 0;
            continue;
        }
        pending.clear();
        run = 0;
    }
    if !doubled {
        return;
    }
    let html: String = groups
        .iter()
        .filter(|group| !group.trim().is_empty())
        .map(|group| match group.strip_prefix('\0') {
            Some(block) => block.to_owned(),
            None => format!("<p>{}</p>", group.trim()),
        })
        .collect();
    if parent.has_name("p") {
        replace(parent, html);
    } else {
        parent.set_html(html);
    }
}

/// An item that is one paragraph, perhaps with a list below, is written without the paragraph: otherwise every
/// list would be spread out with blank lines.
fn lists(document: &Document) {
    for list in document.select("ul > ul, ul > ol, ol > ul, ol > ol").nodes() {
        // A list directly inside a list belongs to the item before it.
        if let Some(item) = list.prev_element_sibling().filter(|node| node.has_name("li")) {
            list.remove_from_parent();
            item.append_child(list);
        }
    }
    for item in document.select("li").nodes() {
        let parts: Vec<NodeRef> =
            item.children().into_iter().filter(|node| node.is_element() || node.is_nonempty_text()).collect();
        let paragraphs = parts.iter().filter(|node| node.has_name("p")).count();
        let others =
            parts.iter().filter(|node| !matches!(node.node_name().as_deref(), Some("p" | "ul" | "ol"))).count();
        if paragraphs == 1 && others == 0 && parts.first().is_some_and(|first| first.has_name("p")) {
            unwrap(&parts[0]);
        }
        if item.text().trim().is_empty() && !has_image(item) {
            item.remove_from_parent();
        }
    }
}

/// A caption under a table or code is a paragraph: right below it would be one more row.
fn captions(document: &Document) {
    for caption in document.select("figure figcaption, table caption").nodes() {
        let Some(figure) = caption.ancestors(Some(4)).into_iter().find(|above| above.is("figure, table")) else {
            continue;
        };
        if figure.has_name("table") {
            let words = format!("<p><em>{}</em></p>", caption.inner_html().trim());
            caption.remove_from_parent();
            figure.after_html(words);
        } else if Selection::from(figure).select("table, pre, blockquote, p").exists() && !has_image(&figure) {
            for emphasis in Selection::from(*caption).select("em, i").nodes() {
                unwrap(emphasis);
            }
            replace(caption, format!("<p><em>{}</em></p>", caption.inner_html().trim()));
        }
    }
}

/// A Markdown table needs a heading row, and cells of one line.
fn tables(document: &Document) {
    for table in document.select("table").nodes() {
        let within = Selection::from(*table);
        if within.select("td, th").length() <= 1 {
            // A table of one cell is layout.
            let html = within.select("td, th").inner_html();
            replace(table, html);
            continue;
        }
        for paragraph in within.select("td p, th p, td div, th div, td br, th br").nodes() {
            if paragraph.has_name("br") {
                replace(paragraph, " ");
            } else {
                paragraph.append_html(" ");
                unwrap(paragraph);
            }
        }
        if !within.select("th").exists()
            && let Some(first) = within.select("tr").nodes().first()
        {
            for cell in first.element_children() {
                cell.rename("th");
            }
        }
    }
}
