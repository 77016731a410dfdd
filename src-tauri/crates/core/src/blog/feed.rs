//! A feed's bytes to posts. Lenient, since feeds in the wild are not what the standards say: one bad item costs
//! that item, and says so; only a text that is no feed, or one cut off halfway, is refused.

mod items;
mod preview;
mod sniff;

use chrono::{DateTime, Utc};
use feed_rs::model::{Entry, Feed, Text};
use serde::Serialize;
use specta::Type;

use super::words::{excerpt, plain_text};
pub use sniff::looks_like_feed;

/// What a feed holds.
#[derive(Debug, Clone, PartialEq)]
pub struct ParsedFeed {
    /// The blog's name.
    pub title: String,
    /// The blog's own address, if the feed tells it.
    pub site_url: Option<String>,
    /// The program that wrote the feed; empty when it does not say.
    pub generator: String,
    /// Where the feed goes on (RFC 5005).
    pub next_url: Option<String>,
    /// The author the feed names for the whole blog; empty when it names none.
    pub author: String,
    /// The posts, in the feed's order.
    pub posts: Vec<ParsedPost>,
    /// The items that could not be used, each with the reason.
    pub skipped: Vec<Skipped>,
}

/// One post as its feed or page gives it.
#[derive(Debug, Clone, PartialEq)]
pub struct ParsedPost {
    /// What the blog calls this post for good; it stays when title and text change.
    pub guid: String,
    /// The address of the post's page.
    pub url: String,
    /// Its title; the first words when it has none.
    pub title: String,
    /// The line under the title.
    pub subtitle: Option<String>,
    /// Its author; empty when unknown.
    pub author: String,
    /// When it was published.
    pub published_at: Option<DateTime<Utc>>,
    /// Its text as HTML.
    pub html: String,
    /// Why the text is not whole, if it is not.
    pub truncated: Option<TruncationReason>,
}

/// Why only a part of a post arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum TruncationReason {
    /// The feed holds a summary only.
    SummaryOnly,
    /// The rest is for paying readers.
    Paywall,
    /// The text ends with an invitation to read on at the blog.
    ReadMore,
}

/// An item that could not be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct Skipped {
    /// Its title, or a stand-in when it has none.
    pub title: String,
    /// A sentence that says why.
    pub reason: String,
}

/// Why a feed gave no posts at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FeedError {
    /// The text is something else.
    #[error(
        "What came back is not a feed but {found}. Paste the blog's own address, or the address of its RSS or Atom feed."
    )]
    NotAFeed {
        /// What it looks like, as a phrase: "a web page".
        found: &'static str,
    },
    /// The text begins as a feed and stops before its end.
    #[error(
        "The feed stopped partway, after {complete_posts} complete posts. Try again in a few minutes; nothing was imported."
    )]
    CutShort {
        /// How many posts had arrived whole.
        complete_posts: u32,
    },
}

/// Reads a feed: RSS, Atom or JSON Feed. `address` is where it came from, for its relative links.
pub fn parse_feed(bytes: &[u8], address: Option<&str>) -> Result<ParsedFeed, FeedError> {
    match sniff::shape(bytes) {
        sniff::Shape::Other(found) => return Err(FeedError::NotAFeed { found }),
        sniff::Shape::Cut => return Err(FeedError::CutShort { complete_posts: items::count_complete(bytes) }),
        sniff::Shape::Whole => {}
    }
    let mut skipped = Vec::new();
    let feed = match read(bytes, address) {
        Ok(feed) => feed,
        Err(_) => items::read_one_by_one(bytes, address, &mut skipped)
            .ok_or(FeedError::NotAFeed { found: "a text that only begins like one" })?,
    };
    Ok(convert(feed, skipped))
}

/// Reads a whole feed with the library, keeping the markup as it is and naming posts without id by their address.
fn read(bytes: &[u8], address: Option<&str>) -> Result<Feed, feed_rs::parser::ParseFeedError> {
    feed_rs::parser::Builder::new()
        .base_uri(address)
        .sanitize_content(false)
        .id_generator(|links, title, _| {
            // Never a random name: the same item must be the same post at the next refresh.
            let link = links.first().map(|link| link.href.clone());
            link.or_else(|| title.as_ref().map(|title| title.content.clone())).unwrap_or_default()
        })
        .build()
        .parse(bytes)
}

fn convert(feed: Feed, mut skipped: Vec<Skipped>) -> ParsedFeed {
    let title = feed.title.as_ref().map(heading).unwrap_or_default();
    let author = feed.authors.iter().find_map(person_name).unwrap_or_default();
    let generator =
        feed.generator.as_ref().map(|by| [by.content.as_str(), by.uri.as_deref().unwrap_or_default()].join(" "));
    let next_url = feed.links.iter().find(|link| link.rel.as_deref() == Some("next")).map(|link| link.href.clone());
    let site_url = feed.links.iter().find(|link| is_page(link)).map(|link| link.href.clone());
    let mut posts: Vec<ParsedPost> = Vec::with_capacity(feed.entries.len());
    for entry in feed.entries {
        let named = entry.title.as_ref().map(heading).unwrap_or_default();
        match post(entry, &author) {
            Err(reason) => skipped.push(Skipped { title: or_untitled(named), reason: reason.to_owned() }),
            Ok(post) if posts.iter().any(|known| known.guid == post.guid) => skipped.push(Skipped {
                title: or_untitled(named),
                reason: "It stands in the feed twice; the first one was taken.".to_owned(),
            }),
            Ok(post) => posts.push(post),
        }
    }
    ParsedFeed { title, site_url, generator: generator.unwrap_or_default(), next_url, author, posts, skipped }
}

fn person_name(person: &feed_rs::model::Person) -> Option<String> {
    person.name.as_deref().map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned)
}

fn or_untitled(title: String) -> String {
    if title.is_empty() { "Untitled item".to_owned() } else { title }
}

fn is_page(link: &feed_rs::model::Link) -> bool {
    let media = link.media_type.as_deref().unwrap_or("text/html");
    link.rel.as_deref().is_none_or(|rel| rel == "alternate") && media.contains("html")
}

fn post(entry: Entry, feed_author: &str) -> Result<ParsedPost, &'static str> {
    let body = entry.content.as_ref().and_then(|content| content.body.clone()).unwrap_or_default();
    let summary = entry.summary.as_ref().map(|summary| summary.content.trim().to_owned()).unwrap_or_default();
    let page = entry.links.iter().find(|link| is_page(link)).or(entry.links.first());
    let url = page.map(|link| link.href.clone()).unwrap_or_default();
    let guid = if entry.id.is_empty() { url.clone() } else { entry.id.clone() };
    let has_content = !body.trim().is_empty();
    let html = if has_content { body } else { summary.clone() };
    let text = preview::plain(&html);
    if text.is_empty() && !html.contains("<img") {
        return Err("It holds no text.");
    }
    if guid.is_empty() {
        return Err("It has neither an address nor a name, so it could not be told from others.");
    }
    let truncated = preview::truncation(&html, &text, has_content);
    let subtitle = has_content.then(|| preview::subtitle(&summary, &text)).flatten();
    let title = entry.title.as_ref().map(heading).filter(|title| !title.is_empty());
    let author = entry.authors.iter().find_map(person_name);
    Ok(ParsedPost {
        guid,
        url,
        title: title.unwrap_or_else(|| excerpt(&text, 60)),
        subtitle,
        author: author.unwrap_or_else(|| feed_author.to_owned()),
        published_at: entry.published.or(entry.updated),
        html,
        truncated,
    })
}

/// A title as plain words. Titles are often encoded twice, and seldom meant as markup.
fn heading(text: &Text) -> String {
    let markup = text.content_type.subty().as_str().contains("html");
    let source = if markup { text.content.clone() } else { text.content.replace('<', "&lt;") };
    let words = dom_query::Document::fragment(source).text();
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A description as a subtitle, unless it only repeats how the post begins, or is cut off.
pub(crate) fn subtitle_of(description: &str, html: &str) -> Option<String> {
    preview::subtitle(description, &preview::plain(html))
}

/// The Markdown of a post's HTML read as plain words: what a reader would see.
pub(crate) fn words_of(html: &str) -> String {
    plain_text(&super::markdown::to_markdown(html, None))
}

#[cfg(test)]
mod whole_paragraphs;

#[cfg(test)]
mod tests;
