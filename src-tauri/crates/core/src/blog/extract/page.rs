//! A post from its own page, for the posts a feed no longer holds.

use chrono::{DateTime, Utc};
use dom_query::{Document, Selection};
use serde_json::Value;

use crate::blog::feed::{ParsedPost, TruncationReason};

/// Where platforms put the body of a post, from the most to the least particular.
const BODIES: [&str; 12] = [
    "div.available-content .body",
    "div.available-content",
    ".gh-content",
    ".post-full-content .post-content",
    "[itemprop=articleBody]",
    ".entry-content",
    ".post-content",
    ".post-body",
    ".e-content",
    "article",
    "main",
    "[role=main]",
];

/// A page of more elements is no post, and searching it would take too long.
const MAX_ELEMENTS: usize = 50_000;

/// Reads the post that a page shows. `None` when the page shows no post: an archive, an error, a front page.
pub fn post_from_page(html: &str, address: &str) -> Option<ParsedPost> {
    let document = Document::from(html);
    if lists_posts(&document) {
        return None;
    }
    let data = linked_data(&document);
    let text = |key: &str| data.as_ref().and_then(|data| data.get(key)).and_then(Value::as_str).map(str::to_owned);
    let meta = |name: &str| {
        let selector = format!(r#"meta[property="{name}"], meta[name="{name}"]"#);
        document.select(&selector).attr("content").map(|content| content.to_string())
    };
    let title = text("headline")
        .or_else(|| meta("og:title"))
        .or_else(|| Some(document.select("h1").first().text().to_string()))
        .filter(|title| !title.trim().is_empty())?;
    let body = BODIES.iter().map(|selector| document.select(selector).first()).find(Selection::exists)?;
    let cut = document.select(".paywall, .paywall-title, .gh-post-upgrade-cta, .gh-upgrade-cta").exists();
    body.select("h1.post-title, h3.subtitle, .post-header, .comments, #comments, .post-footer, nav, aside").remove();
    if body.text().trim().is_empty() {
        return None;
    }
    let author = data.as_ref().and_then(author_name).or_else(|| meta("author"));
    let published = text("datePublished")
        .or_else(|| meta("article:published_time"))
        .or_else(|| document.select("time[datetime]").attr("datetime").map(|date| date.to_string()));
    let url = document.select("link[rel=canonical]").attr("href").map(|href| href.to_string());
    let url = url.filter(|href| href.starts_with("http")).unwrap_or_else(|| address.to_owned());
    Some(ParsedPost {
        guid: url.clone(),
        url,
        title: title.trim().to_owned(),
        subtitle: subtitle(&document),
        author: author.unwrap_or_default(),
        published_at: published.and_then(|date| read_date(&date)),
        html: body.inner_html().to_string(),
        truncated: cut.then_some(TruncationReason::Paywall),
    })
}

/// As [`post_from_page`], and where a page is built in none of the known ways, finds the article on it by how its text
/// lies. `address` may be empty for a page from a file.
pub fn post_from_any_page(html: &str, address: &str) -> Option<ParsedPost> {
    if super::nests_without_end(html) {
        return None;
    }
    if lists_posts(&Document::from(html)) {
        return None;
    }
    post_from_page(html, address).or_else(|| by_how_it_lies(html, address))
}

fn by_how_it_lies(html: &str, address: &str) -> Option<ParsedPost> {
    let config = dom_smoothie::Config { max_elements_to_parse: MAX_ELEMENTS, ..dom_smoothie::Config::default() };
    let base = Some(address).filter(|address| address.starts_with("http"));
    let article = dom_smoothie::Readability::new(html, base, Some(config)).ok()?.parse().ok()?;
    let text = article.text_content.trim();
    if text.is_empty() || article.title.trim().is_empty() {
        return None;
    }
    let url = article.url.filter(|url| url.starts_with("http")).unwrap_or_else(|| address.to_owned());
    Some(ParsedPost {
        guid: url.clone(),
        url,
        title: shorter_title(html, article.title.trim()),
        subtitle: None,
        author: article.byline.unwrap_or_default().trim().to_owned(),
        published_at: article.published_time.and_then(|date| read_date(&date)),
        html: article.content.to_string(),
        truncated: None,
    })
}

/// The page's main heading where the title is only that with the site's name behind it.
fn shorter_title(html: &str, title: &str) -> String {
    let document = Document::from(html);
    let heading = document.select("h1").first().text().split_whitespace().collect::<Vec<_>>().join(" ");
    if !heading.is_empty() && title.starts_with(&heading) { heading } else { title.to_owned() }
}

/// Whether a page lists posts instead of showing one: each stands in a box of its own, under a heading that is a link.
fn lists_posts(document: &Document) -> bool {
    let linked = document.select("article h1 a, article h2 a, article h3 a, .h-entry h2 a, .hentry h2 a");
    let boxes = document.select("article, .hentry").length();
    boxes >= 3 && linked.length() >= 3 && linked.length() + 1 >= boxes
}

/// The description of the article that many pages carry for search engines.
fn linked_data(document: &Document) -> Option<Value> {
    document.select(r#"script[type="application/ld+json"]"#).nodes().iter().find_map(|script| {
        let value: Value = serde_json::from_str(&script.text()).ok()?;
        let listed = value.get("@graph").and_then(Value::as_array).cloned();
        let mut candidates = listed.unwrap_or_else(|| vec![value]).into_iter();
        candidates.find(|item| {
            let kind = item.get("@type").and_then(Value::as_str).unwrap_or_default();
            matches!(kind, "Article" | "NewsArticle" | "BlogPosting")
        })
    })
}

fn author_name(data: &Value) -> Option<String> {
    let author = data.get("author")?;
    let first = author.as_array().and_then(|list| list.first()).unwrap_or(author);
    first.get("name").and_then(Value::as_str).or_else(|| first.as_str()).map(str::to_owned)
}

fn subtitle(document: &Document) -> Option<String> {
    let found = document.select("h3.subtitle, .post-subtitle, .gh-article-excerpt").first().text();
    Some(found.trim().to_owned()).filter(|subtitle| !subtitle.is_empty())
}

fn read_date(text: &str) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc3339(text.trim()).ok().map(|date| date.with_timezone(&Utc))
}
