//! Blogger's export: an Atom file in which posts, pages, comments, templates and settings stand side by side, told
//! apart by a category (until 2018) or an element of Blogger's own (since).

use std::ops::ControlFlow;

use super::gather::Gather;
use super::tree::Tree;
use super::xml::{Broken, Field, Piece, Pieces};
use super::{FileError, Role, dates};
use crate::blog::feed::ParsedPost;

pub(super) fn read(tree: &mut Tree, at: usize, gather: &mut Gather) -> Result<ControlFlow<()>, FileError> {
    let (name, limit, page) = (tree.name.clone(), tree.limits.archive, tree.limits.page);
    let raw = tree.reader(at, limit).map_err(|unread| super::refused_name(&name, unread, limit))?;
    let damaged = || FileError::Damaged { name: name.clone() };
    let mut pieces = Pieces::new(raw, "entry", page).map_err(|_| damaged())?;
    loop {
        let flow = match pieces.next() {
            Ok(None) => return Ok(ControlFlow::Continue(())),
            Ok(Some(Piece::Outside(field))) => {
                if field.name == "title" && gather.title.is_empty() {
                    gather.title = field.text.trim().to_owned();
                }
                ControlFlow::Continue(())
            }
            Ok(Some(Piece::Item(fields))) => entry(&fields, gather),
            Ok(Some(Piece::TooLarge(fields))) => super::skip_large(value(&fields, "title"), page, gather),
            Err(broken) => return stopped(broken, gather, &name),
        };
        if flow.is_break() {
            return Ok(flow);
        }
    }
}

/// A file that breaks off: what came before stays, and the author is told.
pub(super) fn stopped(broken: Broken, gather: &mut Gather, name: &str) -> Result<ControlFlow<()>, FileError> {
    if gather.posts == 0 && gather.skipped.is_empty() {
        return Err(FileError::Damaged { name: name.to_owned() });
    }
    let posts = if gather.posts == 1 { "1 post".to_owned() } else { format!("{} posts", gather.posts) };
    gather.note(match broken {
        Broken::Damaged => {
            format!("{name} is damaged or stops partway; {posts} before that came in. Download it again for the rest.")
        }
        Broken::TooLarge => format!("{name} holds an item without end; {posts} before it came in."),
    });
    Ok(ControlFlow::Continue(()))
}

fn value<'f>(fields: &'f [Field], name: &str) -> &'f str {
    fields.iter().find(|field| field.name == name && field.parent == "entry").map_or("", |field| field.text.trim())
}

enum Kind {
    Post,
    Page,
    Other,
}

/// What an entry is; a comment, a template or a setting is nothing of ours.
fn kind(fields: &[Field]) -> Kind {
    let named = value(fields, "blogger:type").to_ascii_uppercase();
    let category = fields.iter().filter(|field| field.name == "category").find_map(|field| {
        field.attribute("term").and_then(|term| term.split_once("kind#")).map(|(_, kind)| kind.to_ascii_uppercase())
    });
    match category.as_deref().unwrap_or(&named) {
        // A feed saved from the blog names no kinds; all its entries are posts.
        "POST" | "" => Kind::Post,
        "PAGE" => Kind::Page,
        _ => Kind::Other,
    }
}

fn entry(fields: &[Field], gather: &mut Gather) -> ControlFlow<()> {
    let role = match kind(fields) {
        Kind::Other => return ControlFlow::Continue(()),
        Kind::Page => Role::Page,
        Kind::Post => Role::Post,
    };
    let status = value(fields, "blogger:status").to_ascii_uppercase();
    let trashed = status.contains("TRASH") || !value(fields, "blogger:trashed").is_empty();
    if trashed {
        return ControlFlow::Continue(());
    }
    let draft = fields.iter().any(|field| field.name == "app:draft" && field.text.trim() == "yes");
    let published = !draft && matches!(status.as_str(), "" | "LIVE" | "PUBLISHED");
    let title = value(fields, "title").to_owned();
    let link = fields
        .iter()
        .find(|field| field.name == "link" && field.attribute("rel") == Some("alternate") && field.parent == "entry");
    let url = link.and_then(|link| link.attribute("href")).map(str::to_owned);
    let path = value(fields, "blogger:filename");
    let url = url.unwrap_or_else(|| if path.is_empty() { String::new() } else { gather.page(path) });
    let content = value(fields, "content");
    let html = if content.is_empty() { value(fields, "summary") } else { content };
    let author = fields.iter().find(|field| field.name == "name" && field.parent == "author");
    let date = dates::read(value(fields, "published")).or_else(|| dates::read(value(fields, "blogger:created")));
    let id = value(fields, "id");
    let post = ParsedPost {
        guid: if id.is_empty() { format!("blogger:{url}{path}{title}") } else { id.to_owned() },
        url,
        title,
        subtitle: None,
        author: author.map(|field| field.text.trim().to_owned()).unwrap_or_default(),
        published_at: date,
        html: html.to_owned(),
        truncated: None,
    };
    gather.post(post, if published { role } else { Role::Draft })
}
