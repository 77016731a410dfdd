//! What Ghost's editor stored from 2017 to 2023, as HTML: lists of numbers that point into lists of marks and cards.

use serde_json::Value;

use super::card;
use crate::blog::extract::escape_html;

/// The document as HTML; `None` when it is none.
pub(super) fn html(document: &Value) -> Option<String> {
    let sections = document.get("sections")?.as_array()?;
    Some(sections.iter().map(|section| one(section, document)).collect())
}

fn list(value: Option<&Value>) -> &[Value] {
    value.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

fn place(value: Option<&Value>) -> usize {
    value.and_then(Value::as_u64).and_then(|at| usize::try_from(at).ok()).unwrap_or(usize::MAX)
}

fn one(section: &Value, document: &Value) -> String {
    let part = |at: usize| section.get(at);
    match part(0).and_then(Value::as_u64) {
        Some(1) => {
            let tag = tag(part(1));
            format!("<{tag}>{}</{tag}>", line(list(part(2)), document))
        }
        Some(2) => super::picture(part(1).and_then(Value::as_str).unwrap_or_default(), "", ""),
        Some(3) => {
            let tag = if part(1).and_then(Value::as_str) == Some("ol") { "ol" } else { "ul" };
            let items = list(part(2)).iter().map(|item| format!("<li>{}</li>", line(list(Some(item)), document)));
            format!("<{tag}>{}</{tag}>", items.collect::<String>())
        }
        Some(10) => {
            let found = list(document.get("cards")).get(place(part(1)));
            let kind = found.and_then(|found| found.get(0)).and_then(Value::as_str).unwrap_or_default();
            card(kind, found.and_then(|found| found.get(1)).unwrap_or(&Value::Null))
        }
        _ => String::new(),
    }
}

/// The tag of a paragraph, if it is one of those the editor writes.
fn tag(name: Option<&Value>) -> &str {
    match name.and_then(Value::as_str) {
        Some(tag @ ("p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "blockquote")) => tag,
        Some("aside" | "pull-quote") => "blockquote",
        _ => "p",
    }
}

/// A line's pieces: each says which marks open before it, and how many close after.
fn line(pieces: &[Value], document: &Value) -> String {
    let mut html = String::new();
    let mut open: Vec<&str> = Vec::new();
    for piece in pieces {
        for mark in list(piece.get(1)) {
            let mark = list(document.get("markups")).get(place(Some(mark)));
            let name = mark.and_then(|mark| mark.get(0)).and_then(Value::as_str).unwrap_or("span");
            let name = if name.bytes().all(|byte| byte.is_ascii_alphanumeric()) { name } else { "span" };
            let attributes = list(mark.and_then(|mark| mark.get(1)));
            let target = attributes.iter().position(|key| key == "href").and_then(|at| attributes.get(at + 1));
            match target.and_then(Value::as_str).filter(|_| name == "a") {
                Some(target) => html.push_str(&format!(r#"<a href="{}">"#, escape_html(target))),
                None => html.push_str(&format!("<{name}>")),
            }
            open.push(name);
        }
        let text = piece.get(3);
        if piece.get(0).and_then(Value::as_u64) == Some(1) {
            // The only thing between the letters is a line break.
            html.push_str("<br>");
        } else {
            html.push_str(&escape_html(text.and_then(Value::as_str).unwrap_or_default()));
        }
        for _ in 0..piece.get(2).and_then(Value::as_u64).unwrap_or_default().min(open.len() as u64) {
            let name = open.pop().unwrap_or("span");
            html.push_str(&format!("</{name}>"));
        }
    }
    html
}
