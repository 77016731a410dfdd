//! Medium's export: one page per text in `posts/`. Drafts begin with `draft_`; answers to other people's posts lie
//! among the posts and are told from them by having no title of their own.

use std::ops::ControlFlow;

use dom_query::Document;

use super::gather::Gather;
use super::kind::{file_name, stem};
use super::tree::Tree;
use super::{Role, dates};
use crate::blog::feed::{ParsedPost, subtitle_of};
use crate::blog::words::count_words;

/// Without a title, a text shorter than this is an answer, in words.
const SHORTEST_POST: u32 = 300;

pub(super) fn read(tree: &mut Tree, at: usize, gather: &mut Gather) -> ControlFlow<()> {
    let path = tree.files[at].path.clone();
    match tree.text(at) {
        Err(unread) => gather.skip(file_name(&path), unread.sentence(&tree.limits)),
        Ok(html) => page(&html, &path, gather),
    }
}

fn page(html: &str, path: &str, gather: &mut Gather) -> ControlFlow<()> {
    let document = Document::from(html);
    let text = |selector: &str| document.select(selector).first().text().trim().to_owned();
    let attribute = |selector: &str, name: &str| document.select(selector).attr(name).map(|value| value.to_string());
    let name = stem(path);
    let draft = name.starts_with("draft_");
    let title = text("h1.p-name");
    let title = if title.is_empty() { text("title") } else { title };
    let body = document.select("section.e-content, [data-field=body]").first();
    let own_title = body.select(".graf--title").exists() || body.select("h3.graf--leading, h2.graf--leading").exists();
    if !own_title && !draft && count_words(&body.text()) < SHORTEST_POST && begins_with(&body.text(), &title) {
        return gather.skip(&title, "It is an answer to somebody else's post, so it was left out.");
    }
    let subtitle = text("section.p-summary, [data-field=subtitle]");
    let subtitle = if subtitle.is_empty() { text(".e-content .graf--subtitle") } else { subtitle };
    tidy(&document, &title, &subtitle);
    let (day, slug) = dates::from_name(name);
    let url = attribute("a.p-canonical", "href").filter(|url| url.starts_with("http"));
    let date = attribute("time.dt-published", "datetime").and_then(|date| dates::read(&date)).or(day);
    let id = slug.rsplit(['-', '_']).next().unwrap_or(slug);
    let post = ParsedPost {
        // The name the feed has for it.
        guid: format!("https://medium.com/p/{id}"),
        url: url.unwrap_or_default(),
        title,
        subtitle: subtitle_of(&subtitle, &body.inner_html()),
        author: text("a.p-author"),
        published_at: date,
        html: body.inner_html().to_string(),
        truncated: None,
    };
    gather.post(post, if draft { Role::Draft } else { Role::Post })
}

/// Whether a text begins as its title does. Medium names an untitled text by its first words, cut off with dots.
fn begins_with(text: &str, title: &str) -> bool {
    let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).take(60).collect::<String>();
    letters(text).starts_with(&letters(title))
}

/// The body without what stands above it already: title, subtitle and the line that opens every section.
fn tidy(document: &Document, title: &str, subtitle: &str) {
    let body = document.select("section.e-content, [data-field=body]").first();
    let heading = body.select(".graf--title, h3.graf--leading").first();
    if heading.text().trim() == title {
        heading.remove();
    }
    let under = body.select(".graf--subtitle").first();
    if begins_with(&under.text(), subtitle.trim_end_matches('…')) {
        under.remove();
    }
    // Every section begins with a line; the first one's is not seen on the page.
    body.select(".section--first .section-divider").remove();
    // A sketch of the linked page; the link with its title stands beside it.
    body.select("a.mixtapeImage, a.js-mixtapeImage").remove();
}
