//! Pictures: whatever a platform builds around one (links, size variants, buttons) becomes a figure with the
//! picture's lasting address, its alternative text and its caption.

use dom_query::{Document, NodeRef, Selection};
use serde_json::Value;
use url::Url;

use super::{absolute, escape_html, replace, unwrap};

pub(super) fn rewrite(document: &Document, base: Option<&Url>) {
    galleries(document, base);
    document.select("source").remove();
    for image in document.select("img").nodes() {
        let data = image.attr("data-attrs").and_then(|json| serde_json::from_str::<Value>(&json).ok());
        if is_tracker(image) {
            image.remove_from_parent();
            continue;
        }
        let text = |key: &str| data.as_ref().and_then(|data| data.get(key)).and_then(Value::as_str).map(str::to_owned);
        let lazy = || image.attr("data-src").or_else(|| image.attr("data-lazy-src")).map(|src| src.to_string());
        let source = image.attr("src").map(|src| src.to_string()).filter(|src| !src.starts_with("data:"));
        let Some(source) = text("src").or(source).or_else(lazy).and_then(|src| lasting_address(&src, base)) else {
            remove_with_caption(image);
            continue;
        };
        let alt = image.attr("alt").map(|alt| alt.to_string()).filter(|alt| !alt.trim().is_empty());
        let alt = alt.or_else(|| text("alt")).unwrap_or_default();
        image.remove_all_attrs();
        image.set_attr("src", source.as_str());
        image.set_attr("alt", alt.trim());
        figure(image);
    }
}

/// A picture nobody could open goes, and with it the caption that says what it shows.
fn remove_with_caption(image: &NodeRef) {
    let figure = image.ancestors(Some(12)).into_iter().find(|node| node.is("figure, div.wp-caption"));
    image.remove_from_parent();
    let Some(figure) = figure else { return };
    let within = Selection::from(figure);
    if !within.select("img, iframe, video, table, pre, blockquote, p").exists() {
        figure.remove_from_parent();
    }
}

/// Lifts an image to a figure of its own. One inside running text (a smiley, say) stays there.
fn figure(image: &NodeRef) {
    let Some(outer) = ["figure", "div.captioned-image-container", "div.wp-caption"]
        .into_iter()
        .find_map(|selector| image.ancestors(Some(12)).into_iter().find(|node| node.is(selector)))
    else {
        unlink(image);
        return;
    };
    let within = Selection::from(outer);
    let pictures = within.select("img").length();
    let captions = within.select("figcaption, .wp-caption-text, .image-caption");
    let caption = captions.nodes().first().map(|caption| {
        let plain = Selection::from(*caption);
        // Captions are set in italics as a whole, so emphasis inside would end it early.
        for emphasis in plain.select("em, i").nodes() {
            unwrap(emphasis);
        }
        caption.inner_html().to_string()
    });
    if pictures > 1 {
        // A gallery: every picture for itself, the caption under the last one, when its turn comes.
        let html = format!("<figure>{}</figure>", image.html());
        unlink(image);
        outer.before_html(html);
        image.remove_from_parent();
        return;
    }
    let caption = caption.filter(|caption| !caption.trim().is_empty());
    let caption = caption.map(|caption| format!("<figcaption>{caption}</figcaption>")).unwrap_or_default();
    replace(&outer, format!("<figure>{}{caption}</figure>", image.html()));
}

/// A picture that links to itself needs no link; one that links elsewhere keeps none either, since the
/// address belongs to the platform's viewer.
fn unlink(image: &NodeRef) {
    if let Some(parent) = image.parent()
        && parent.has_name("a")
        && parent.text().trim().is_empty()
        && parent.element_children().len() == 1
    {
        unwrap(&parent);
    }
}

fn galleries(document: &Document, base: Option<&Url>) {
    for gallery in document.select(".image-gallery-embed").nodes() {
        let data = gallery.attr("data-attrs").and_then(|json| serde_json::from_str::<Value>(&json).ok());
        let Some(data) = data else { continue };
        let data = data.get("gallery").unwrap_or(&data);
        let text = |value: &Value, key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        let images = data.get("images").and_then(Value::as_array).cloned().unwrap_or_default();
        let mut html = String::new();
        for (index, image) in images.iter().enumerate() {
            let Some(source) = lasting_address(&text(image, "src"), base) else { continue };
            let caption = if index + 1 == images.len() { text(data, "caption") } else { String::new() };
            html.push_str(&format!(
                r#"<figure><img src="{}" alt="{}"><figcaption>{}</figcaption></figure>"#,
                escape_html(source.as_str()),
                escape_html(&text(data, "alt")),
                escape_html(&caption)
            ));
        }
        replace(gallery, html);
    }
}

/// The address of the picture itself. Substack serves it through an address that changes with size and
/// signature; the lasting one is written inside, and only it keeps an unchanged post unchanged.
fn lasting_address(address: &str, base: Option<&Url>) -> Option<Url> {
    let url = absolute(address, base)?;
    let resized = url.host_str().is_some_and(|host| host.ends_with("substackcdn.com") || host == "cdn.substack.com");
    if resized && let Some(inner) = url.path_segments().and_then(|mut parts| parts.next_back()) {
        let decoded = percent_decode(inner);
        if let Ok(inner) = Url::parse(&decoded) {
            return Some(inner);
        }
    }
    Some(url)
}

fn percent_decode(text: &str) -> String {
    // `url` decodes form data; a plus sign is a plus sign in a path.
    let form = format!("v={}", text.replace('+', "%2B"));
    url::form_urlencoded::parse(form.as_bytes()).next().map(|(_, value)| value.into_owned()).unwrap_or_default()
}

/// Pictures of one pixel count readers; they show nothing.
fn is_tracker(image: &NodeRef) -> bool {
    let tiny = |name: &str| image.attr(name).is_some_and(|size| matches!(size.trim(), "0" | "1" | "1px" | "0px"));
    let source = image.attr("src").unwrap_or_default();
    (tiny("width") && tiny("height"))
        || ["pixel.wp.com", "medium.com/_/stat", "feedburner.com/~", "stats.wordpress.com", "/open?token="]
            .iter()
            .any(|known| source.contains(known))
}
