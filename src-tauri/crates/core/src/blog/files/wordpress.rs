//! WordPress' export: RSS with the site's database in it. Posts and pages are read; menus, attachments, revisions and
//! what plugins keep there are not.

mod autop;
mod shortcodes;

use std::collections::HashMap;
use std::ops::ControlFlow;

use super::gather::Gather;
use super::tree::Tree;
use super::xml::{Field, Piece, Pieces};
use super::{FileError, Role, blogger, dates};
use crate::blog::extract::escape_html;
use crate::blog::feed::{ParsedPost, subtitle_of};
use autop::paragraphs;

pub(super) fn read(tree: &mut Tree, at: usize, gather: &mut Gather) -> Result<ControlFlow<()>, FileError> {
    let (name, limit, page) = (tree.name.clone(), tree.limits.archive, tree.limits.page);
    let raw = tree.reader(at, limit).map_err(|unread| super::refused_name(&name, unread, limit))?;
    let mut pieces = Pieces::new(raw, "item", page).map_err(|_| FileError::Damaged { name: name.clone() })?;
    // Posts name their author by login; the names stand before them.
    let mut authors: HashMap<String, String> = HashMap::new();
    let mut login = String::new();
    loop {
        let flow = match pieces.next() {
            Ok(None) => return Ok(ControlFlow::Continue(())),
            Ok(Some(Piece::Outside(field))) => {
                match field.name.as_str() {
                    "title" if field.parent == "channel" => gather.title = field.text.trim().to_owned(),
                    // Exports made for WordPress by others have addresses without their site.
                    "link" | "wp:base_blog_url" if field.parent == "channel" => gather.lives_at(field.text.trim()),
                    "wp:author_login" => login = field.text.trim().to_owned(),
                    "wp:author_display_name" => {
                        authors.insert(std::mem::take(&mut login), field.text.trim().to_owned());
                    }
                    _ => {}
                }
                ControlFlow::Continue(())
            }
            Ok(Some(Piece::Item(fields))) => item(&fields, &authors, gather),
            Ok(Some(Piece::TooLarge(fields))) => super::skip_large(value(&fields, "title"), page, gather),
            Err(broken) => return blogger::stopped(broken, gather, &name),
        };
        if flow.is_break() {
            return Ok(flow);
        }
    }
}

fn value<'f>(fields: &'f [Field], name: &str) -> &'f str {
    fields.iter().find(|field| field.name == name && field.parent == "item").map_or("", |field| field.text.trim())
}

fn item(fields: &[Field], authors: &HashMap<String, String>, gather: &mut Gather) -> ControlFlow<()> {
    let page = match value(fields, "wp:post_type") {
        "post" | "" => false,
        "page" => true,
        // Own kinds of posts, as shops and portfolios have, are no part of a blog.
        _ => return ControlFlow::Continue(()),
    };
    let locked = !value(fields, "wp:post_password").is_empty();
    let role = match value(fields, "wp:status") {
        "trash" | "auto-draft" | "inherit" => return ControlFlow::Continue(()),
        "publish" | "" if !locked => {
            if page {
                Role::Page
            } else {
                Role::Post
            }
        }
        _ => Role::Draft,
    };
    let title = value(fields, "title");
    let html = html(fields);
    if html.trim().is_empty() && role == Role::Draft {
        return ControlFlow::Continue(());
    }
    let excerpt = value(fields, "excerpt:encoded");
    let creator = value(fields, "dc:creator");
    let link = value(fields, "link");
    let guid = value(fields, "guid");
    let date = dates::read(value(fields, "wp:post_date_gmt"))
        .or_else(|| dates::read(value(fields, "pubDate")))
        .or_else(|| dates::read(value(fields, "wp:post_date")));
    let post = ParsedPost {
        guid: if guid.is_empty() {
            format!("wordpress:{link}{}", value(fields, "wp:post_id"))
        } else {
            guid.to_owned()
        },
        url: if link.starts_with("http") || link.is_empty() { link.to_owned() } else { gather.page(link) },
        title: super::documents::words_in(title),
        subtitle: if excerpt.is_empty() { None } else { subtitle_of(excerpt, &html) },
        author: authors.get(creator).filter(|name| !name.is_empty()).map_or(creator, String::as_str).to_owned(),
        published_at: date,
        html,
        truncated: None,
    };
    gather.post(post, role)
}

/// The text of a post as its page shows it: shortcodes and blank lines made into HTML, notes put back in their place.
fn html(fields: &[Field]) -> String {
    let stored = value(fields, "content:encoded").replace("\r\n", "\n");
    let (text, notes) = shortcodes::replace(&stored);
    let mut html = if text.contains("<!-- wp:") { outside_blocks(&text) } else { paragraphs(&text) };
    html.push_str(&notes);
    html.push_str(&block_notes(fields));
    html
}

/// Texts of the block editor have their paragraphs; only what stands between blocks was written the old way.
fn outside_blocks(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    let mut depth = 0_usize;
    let mut rest = text;
    while let Some(at) = rest.find("<!-- ") {
        let (before, comment) = rest.split_at(at);
        let end = comment.find("-->").map_or(comment.len(), |end| end + 3);
        html.push_str(&if depth == 0 { paragraphs(before) } else { before.to_owned() });
        let inside = comment[5..end.max(5)].trim_start();
        if inside.starts_with("wp:") && !comment[..end].ends_with("/-->") {
            depth += 1;
        } else if inside.starts_with("/wp:") {
            depth = depth.saturating_sub(1);
        }
        html.push('\n');
        rest = &comment[end..];
    }
    html.push_str(&if depth == 0 { paragraphs(rest) } else { rest.to_owned() });
    html
}

/// The block editor keeps footnotes beside the text, as JSON.
fn block_notes(fields: &[Field]) -> String {
    let keys = fields.iter().position(|field| field.name == "wp:meta_key" && field.text.trim() == "footnotes");
    let Some(stored) = keys.and_then(|at| fields[at..].iter().find(|field| field.name == "wp:meta_value")) else {
        return String::new();
    };
    let notes: Vec<serde_json::Value> = serde_json::from_str(stored.text.trim()).unwrap_or_default();
    let text = |note: &serde_json::Value, key: &str| {
        note.get(key).and_then(serde_json::Value::as_str).unwrap_or_default().to_owned()
    };
    let items: String = notes
        .iter()
        .map(|note| format!(r#"<li id="{}">{}</li>"#, escape_html(&text(note, "id")), text(note, "content")))
        .collect();
    if items.is_empty() { items } else { format!(r#"<ol class="wp-block-footnotes">{items}</ol>"#) }
}
