//! A Markdown file as a post.

use super::{Facts, Place, assemble, front_matter, page, render, templates, vault};
use crate::blog::files::FilePost;
use crate::blog::files::gather::Gather;
use crate::blog::files::kind::ending;

pub(super) fn post(text: &str, place: &Place, gather: &Gather) -> Option<FilePost> {
    let (facts, body) = front_matter::split(text).unwrap_or((Facts::default(), text));
    if body.trim().is_empty() {
        return None;
    }
    let body = if ending(place.path) == "mdx" {
        templates::outside_code(&without_modules(body), |text| without_components(&text))
    } else {
        body.to_owned()
    };
    let body = vault::replace(&templates::replace(&body));
    let html = render(&body);
    let (heading, html) = page::without_heading(&html, facts.title.as_deref());
    Some(assemble(&facts, heading, html, place, gather))
}

/// Elements of MDX are named with a capital and drawn by the blog's program; what stands in them is the author's.
fn without_components(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        let (before, tag) = rest.split_at(at);
        out.push_str(before);
        let named = tag[1..].strip_prefix('/').unwrap_or(&tag[1..]).starts_with(|c: char| c.is_ascii_uppercase());
        let end = tag.find('>').filter(|_| named);
        out.push_str(if end.is_some() { "" } else { "<" });
        rest = &tag[end.map_or(1, |end| end + 1)..];
    }
    out + rest
}

/// MDX begins with lines of a program and may hold its comments.
fn without_modules(body: &str) -> String {
    let mut text = String::with_capacity(body.len());
    let mut fenced = false;
    let mut in_statement = false;
    for line in body.lines() {
        fenced ^= line.trim_start().starts_with("```");
        let begins = !fenced && (line.starts_with("import ") || line.starts_with("export "));
        if begins || in_statement {
            // A statement over several lines ends at a blank one.
            in_statement = !line.trim().is_empty() && !line.trim_end().ends_with([';', '\'', '"', '}']);
            continue;
        }
        let comment = !fenced && line.trim_start().starts_with("{/*") && line.trim_end().ends_with("*/}");
        if !comment {
            text.push_str(line);
        }
        text.push('\n');
    }
    text
}
