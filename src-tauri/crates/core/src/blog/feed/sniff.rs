//! Telling a feed from anything else, and a whole one from one that was cut off, before it is parsed.

/// What a body of bytes is.
pub(super) enum Shape {
    /// A feed with its end.
    Whole,
    /// A feed that stops before its end.
    Cut,
    /// Something else, as a phrase a person can read.
    Other(&'static str),
}

const ROOTS: [(&str, &str); 3] = [("<rss", "</rss>"), ("<feed", "</feed>"), ("<rdf:RDF", "</rdf:RDF>")];

pub(super) fn shape(bytes: &[u8]) -> Shape {
    let text = text_of(bytes);
    let trimmed = text.trim_start_matches('\u{FEFF}').trim();
    if trimmed.is_empty() {
        return Shape::Other("an empty answer");
    }
    if trimmed.starts_with('{') {
        return json_shape(trimmed);
    }
    let Some((_, close)) = ROOTS.iter().find(|(open, _)| root_starts_with(trimmed, open)) else {
        let start: String = trimmed.chars().take(2000).collect::<String>().to_ascii_lowercase();
        return Shape::Other(if start.contains("<html") || start.contains("<!doctype html") {
            "a web page"
        } else if start.contains("<urlset") || start.contains("<sitemapindex") {
            "a sitemap"
        } else if trimmed.starts_with('<') {
            "another kind of file"
        } else {
            "plain text"
        });
    };
    // Some servers add a comment or a script after the end.
    if trimmed.contains(close) { Shape::Whole } else { Shape::Cut }
}

fn json_shape(text: &str) -> Shape {
    let feedlike = text.contains("jsonfeed.org/version");
    match serde_json::from_str::<serde_json::Value>(text) {
        Ok(value) if value.get("items").is_some_and(serde_json::Value::is_array) => Shape::Whole,
        Err(error) if error.is_eof() && feedlike => Shape::Cut,
        _ => Shape::Other("data of another kind"),
    }
}

/// Whether the first element, after declaration and comments, is this one.
fn root_starts_with(text: &str, open: &str) -> bool {
    let mut rest = text;
    while let Some(after) = rest.strip_prefix("<?").or_else(|| rest.strip_prefix("<!")) {
        let end =
            if after.starts_with("--") { after.find("-->").map(|at| at + 3) } else { after.find('>').map(|at| at + 1) };
        let Some(end) = end else { return false };
        rest = after[end..].trim_start();
    }
    rest.get(..open.len()).is_some_and(|start| start.eq_ignore_ascii_case(open))
}

/// The bytes as text, good enough to recognise tags in whatever encoding they are.
fn text_of(bytes: &[u8]) -> String {
    let wide = |bytes: &[u8], join: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| join([pair[0], pair[1]])).collect();
        String::from_utf16_lossy(&units)
    };
    match bytes {
        [0xFF, 0xFE, ..] => wide(bytes, u16::from_le_bytes),
        [0xFE, 0xFF, ..] => wide(bytes, u16::from_be_bytes),
        _ => String::from_utf8_lossy(bytes).into_owned(),
    }
}

/// Whether this body is a feed, whole or not: for deciding what an address leads to.
pub fn looks_like_feed(bytes: &[u8]) -> bool {
    !matches!(shape(bytes), Shape::Other(_))
}
