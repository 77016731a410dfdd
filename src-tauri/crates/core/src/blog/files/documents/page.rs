//! An HTML file: a whole page with much around the post, or only the post's own HTML, perhaps with front matter.

use dom_query::Document;

use super::{Facts, Place, assemble, front_matter};
use crate::blog::extract::post_from_any_page;
use crate::blog::files::gather::Gather;
use crate::blog::files::{FilePost, Role};

pub(super) fn post(text: &str, place: &Place, gather: &Gather) -> Option<FilePost> {
    if let Some((facts, body)) = front_matter::split(text) {
        let body = super::templates::replace(body);
        let (heading, html) = without_heading(&body, facts.title.as_deref());
        return Some(assemble(&facts, heading, html, place, gather));
    }
    let lower = text.get(..text.floor_char_boundary(4096)).unwrap_or_default().to_ascii_lowercase();
    if ["<!doctype", "<html", "<head", "<title", "<body"].iter().any(|tag| lower.contains(tag)) {
        let mut post = post_from_any_page(text, "")?;
        if post.guid.is_empty() {
            post.guid = place.guid();
        }
        let (day, _) = super::super::dates::from_name(place.name());
        post.published_at = post.published_at.or(day);
        return Some(FilePost { post, role: Role::Post });
    }
    let (heading, html) = without_heading(text, None);
    (!html.trim().is_empty()).then(|| assemble(&Facts::default(), heading, html, place, gather))
}

/// The main heading, and the text without it when it is the title.
pub(super) fn without_heading(html: &str, title: Option<&str>) -> (Option<String>, String) {
    let document = Document::fragment(html);
    let first = document.select("h1").first();
    let heading = first.text().split_whitespace().collect::<Vec<_>>().join(" ");
    let stands_first = first.nodes().first().is_some_and(|node| {
        let mut before = node.prev_sibling();
        while let Some(sibling) = before {
            if !sibling.text().trim().is_empty() {
                return false;
            }
            before = sibling.prev_sibling();
        }
        true
    });
    if heading.is_empty() || !stands_first || title.is_some_and(|title| title.trim() != heading) {
        return (None, html.to_owned());
    }
    first.remove();
    (Some(heading), document.html_root().inner_html().to_string())
}
