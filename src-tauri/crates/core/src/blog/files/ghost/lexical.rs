//! What Ghost's present editor stores, as HTML: a tree of nodes, each with its type.

use serde_json::Value;

use super::card;
use crate::blog::extract::escape_html;

/// Nodes inside one another beyond this are no writing.
const MAX_DEPTH: usize = 60;

/// Each sign of a text's format, as the editor counts them, with its tag.
const FORMATS: [(u64, &str); 6] = [(1, "strong"), (2, "em"), (4, "s"), (16, "code"), (32, "sub"), (64, "sup")];

/// The document as HTML; `None` when it is none.
pub(super) fn html(document: &Value) -> Option<String> {
    Some(children(document.get("root")?, 0))
}

fn children(node: &Value, depth: usize) -> String {
    if depth > MAX_DEPTH {
        return String::new();
    }
    let list = node.get("children").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    list.iter().map(|child| one(child, depth + 1)).collect()
}

fn one(node: &Value, depth: usize) -> String {
    let text = |key: &str| node.get(key).and_then(Value::as_str).unwrap_or_default();
    let inside = |tag: &str| format!("<{tag}>{}</{tag}>", children(node, depth));
    match text("type") {
        "paragraph" => inside("p"),
        "heading" | "extended-heading" => match text("tag") {
            tag @ ("h1" | "h2" | "h3" | "h4" | "h5" | "h6") => inside(tag),
            _ => inside("h2"),
        },
        "quote" | "extended-quote" | "aside" => inside("blockquote"),
        "list" => inside(if text("listType") == "number" || text("tag") == "ol" { "ol" } else { "ul" }),
        "listitem" => inside("li"),
        "link" | "autolink" => format!(r#"<a href="{}">{}</a>"#, escape_html(text("url")), children(node, depth)),
        "linebreak" => "<br>".to_owned(),
        "text" | "extended-text" | "code-highlight" => words(node),
        "tab" => " ".to_owned(),
        kind if node.get("children").is_some() && card(kind, node).is_empty() => children(node, depth),
        kind => card(kind, node),
    }
}

fn words(node: &Value) -> String {
    let text = node.get("text").and_then(Value::as_str).unwrap_or_default();
    let format = node.get("format").and_then(Value::as_u64).unwrap_or_default();
    let set = FORMATS.iter().filter(|(sign, _)| format & sign != 0);
    set.fold(escape_html(text), |inner, (_, tag)| format!("<{tag}>{inner}</{tag}>"))
}
