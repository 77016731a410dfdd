//! Cards, players and widgets: what they show lives in attributes, so it is written out as a link with its
//! title, as quoted text with its source, or as a formula.

use dom_query::{Document, NodeRef};
use serde_json::Value;
use url::Url;

use super::{MATH, absolute, escape_html, replace};

pub(super) fn rewrite(document: &Document, base: Option<&Url>) {
    for node in document.select("[data-attrs]").nodes() {
        // Images carry data as well; they have a file of their own.
        if node.has_name("img") || node.has_name("a") || node.has_class("image-gallery-embed") {
            continue;
        }
        let data = node.attr("data-attrs").and_then(|json| serde_json::from_str::<Value>(&json).ok());
        if let Some(html) = data.and_then(|data| replacement(node, &data, base)) {
            replace(node, html);
        }
    }
    for node in document.select("blockquote.twitter-tweet, blockquote.instagram-media").nodes() {
        node.remove_attr("class");
    }
    for node in document.select(".kg-bookmark-card").nodes() {
        let link = node.select_one("a.kg-bookmark-container");
        let title = node.select_one(".kg-bookmark-title").map(|title| title.text().to_string());
        let html = link.and_then(|link| link.attr("href")).and_then(|href| link_line(title.as_deref(), &href, base));
        replace(node, html.unwrap_or_default());
    }
    for node in document.select(".file-embed-wrapper").nodes() {
        let title = node.select_one(".file-embed-details-h1").map(|title| title.text().to_string());
        let href = node.select_one("a.file-embed-button").and_then(|link| link.attr("href"));
        replace(node, href.and_then(|href| link_line(title.as_deref(), &href, base)).unwrap_or_default());
    }
    for node in document.select(".kg-file-card, .mixtapeEmbed, .graf--mixtapeEmbed").nodes() {
        let title = node.select_one(".kg-file-card-title, strong").map(|title| title.text().to_string());
        let href = node.select_one("a[href]").and_then(|link| link.attr("href"));
        replace(node, href.and_then(|href| link_line(title.as_deref(), &href, base)).unwrap_or_default());
    }
    frames(document, base);
    addresses(document, base);
    for node in document.select(".pullquote, .callout-block, .kg-callout-card").nodes() {
        node.rename("blockquote");
    }
}

/// A small convenience the library lacks on nodes.
trait SelectOne<'a> {
    fn select_one(&self, selector: &str) -> Option<NodeRef<'a>>;
}

impl<'a> SelectOne<'a> for NodeRef<'a> {
    fn select_one(&self, selector: &str) -> Option<NodeRef<'a>> {
        dom_query::Selection::from(*self).select(selector).nodes().first().copied()
    }
}

/// What stands in place of one element with data. `None` leaves it as it is.
fn replacement(node: &NodeRef, data: &Value, base: Option<&Url>) -> Option<String> {
    let text = |key: &str| data.get(key).and_then(Value::as_str).filter(|text| !text.trim().is_empty());
    if let Some(tex) = text("persistentExpression") {
        let block = if node.has_name("span") { "inline" } else { "block" };
        return Some(format!(r#"<{MATH} display="{block}" tex="{}"></{MATH}>"#, escape_html(tex)));
    }
    if node.has_class("mention-wrap") {
        return text("name").map(escape_html);
    }
    if node.has_class("tweet") {
        return Some(quotation(
            text("full_text").unwrap_or_default(),
            text("name"),
            text("username"),
            text("url"),
            base,
        ));
    }
    if node.has_class("comment") {
        return comment(data, base);
    }
    if node.has_class("poll-embed") || node.has_class("native-video-embed") || node.has_class("native-audio-embed") {
        let kind = if node.has_class("poll-embed") { "Poll" } else { "Recording" };
        return Some(base.and_then(|base| link_line(Some(kind), base.as_str(), None)).unwrap_or_default());
    }
    if let Some(address) = text("videoId").and_then(|id| video_address(node, id)) {
        return link_line(Some("Video"), &address, None);
    }
    if let Some(id) = text("instagram_id") {
        let title = text("title").or(text("author_name")).unwrap_or("Instagram post");
        return link_line(Some(title), &format!("https://www.instagram.com/p/{id}"), None);
    }
    let address = ["canonical_url", "base_url", "targetUrl", "url"].into_iter().find_map(text);
    let title = ["title", "name"].into_iter().find_map(text);
    if node.has_class("prediction-market-wrap") {
        let address = address?.replace("/embed/", "/");
        return link_line(Some(&title_from_address("Prediction market", &address)), &address, base);
    }
    let embed = node.class().is_some_and(|class| class.contains("embed") || class.contains("-wrap"))
        || node.text().trim().is_empty();
    if embed { link_line(title, address?, base) } else { None }
}

fn video_address(node: &NodeRef, id: &str) -> Option<String> {
    if node.has_class("youtube-wrap") {
        return Some(format!("https://www.youtube.com/watch?v={id}"));
    }
    node.has_class("vimeo-wrap").then(|| format!("https://vimeo.com/{id}"))
}

/// A paragraph of its own that is only a link. Marketing parameters are left out, since they change by themselves.
fn link_line(title: Option<&str>, address: &str, base: Option<&Url>) -> Option<String> {
    let mut url = absolute(address, base)?;
    let kept: Vec<(String, String)> = url
        .query_pairs()
        .filter(|(key, _)| !key.starts_with("utm_"))
        .map(|(key, value)| (key.into_owned(), value.into_owned()))
        .collect();
    if kept.is_empty() {
        url.set_query(None);
    } else {
        url.query_pairs_mut().clear().extend_pairs(kept);
    }
    let host = url.host_str().unwrap_or_default().to_owned();
    let title = title.map(str::trim).filter(|title| !title.is_empty()).unwrap_or(&host);
    Some(format!(r#"<p><a href="{}">{}</a></p>"#, escape_html(url.as_str()), escape_html(title)))
}

fn quotation(
    text: &str,
    name: Option<&str>,
    handle: Option<&str>,
    address: Option<&str>,
    base: Option<&Url>,
) -> String {
    let mut html = String::from("<blockquote>");
    for paragraph in text.split("\n\n").filter(|paragraph| !paragraph.trim().is_empty()) {
        html.push_str(&format!("<p>{}</p>", escape_html(paragraph.trim()).replace('\n', "<br>")));
    }
    let source = match (name, handle) {
        (Some(name), Some(handle)) => format!("{name} (@{handle})"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => String::new(),
    };
    if let Some(line) = address
        .and_then(|address| link_line(Some(&source).filter(|s| !s.is_empty()).map(String::as_str), address, base))
    {
        html.push_str(&line.replacen("<p>", "<p>— ", 1));
    } else if !source.is_empty() {
        html.push_str(&format!("<p>— {}</p>", escape_html(&source)));
    }
    html.push_str("</blockquote>");
    html
}

fn comment(data: &Value, base: Option<&Url>) -> Option<String> {
    let inner = data.get("comment").unwrap_or(data);
    let body = inner.get("body").and_then(Value::as_str)?;
    let name = inner.get("name").and_then(Value::as_str);
    Some(quotation(body, name, None, data.get("url").and_then(Value::as_str), base))
}

/// "Prediction market: will it rain" from the last part of an address, when nothing better is known.
fn title_from_address(kind: &str, address: &str) -> String {
    let slug = address.trim_end_matches('/').rsplit('/').next().unwrap_or_default().replace(['-', '_'], " ");
    if slug.is_empty() { kind.to_owned() } else { format!("{kind}: {slug}") }
}

/// An address alone in a paragraph or in WordPress' box for players, for the platform to draw what it shows.
fn addresses(document: &Document, base: Option<&Url>) {
    for node in document.select("p, .wp-block-embed").nodes() {
        let caption = node.select_one("figcaption").map(|caption| caption.text().trim().to_owned());
        let text = match node.select_one(".wp-block-embed__wrapper") {
            Some(wrapper) => wrapper.text().trim().to_owned(),
            None => node.text().trim().to_owned(),
        };
        let alone = text.starts_with("http") && !text.contains(char::is_whitespace);
        if !alone || (node.has_name("p") && node.first_element_child().is_some()) {
            continue;
        }
        let player = ["youtube.com", "youtu.be", "vimeo.com"].iter().any(|host| text.contains(host));
        let title = caption.filter(|caption| !caption.is_empty()).or_else(|| player.then(|| "Video".to_owned()));
        if let Some(line) = link_line(title.as_deref(), &text, base) {
            replace(node, line);
        }
    }
}

/// Frames and players that no rule above has named: a link to what they show.
fn frames(document: &Document, base: Option<&Url>) {
    for node in document.select("iframe, video, audio, embed").nodes() {
        let source = node
            .attr("src")
            .or_else(|| node.select_one("source").and_then(|source| source.attr("src")))
            .and_then(|source| absolute(&source, base));
        let html = source.and_then(|source| {
            let title = node.attr("title").map(|title| title.to_string()).filter(|title| !title.trim().is_empty());
            let path = source.path().to_owned();
            let watch = match source.host_str() {
                Some("www.youtube.com" | "youtube.com" | "www.youtube-nocookie.com") if path.starts_with("/embed/") => {
                    format!("https://www.youtube.com/watch?v={}", path.trim_start_matches("/embed/"))
                }
                Some("player.vimeo.com") => format!("https://vimeo.com/{}", path.trim_start_matches("/video/")),
                _ => source.to_string(),
            };
            let title = title.or_else(|| (watch != source.as_str()).then(|| "Video".to_owned()));
            link_line(title.as_deref(), &watch, None)
        });
        replace(node, html.unwrap_or_default());
    }
}
