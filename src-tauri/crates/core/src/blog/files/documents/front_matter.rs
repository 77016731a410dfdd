//! What a text says of itself before it begins: YAML between `---`, TOML between `+++`, or a JSON object.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use crate::blog::files::dates;

/// Front matter longer than this is none, in bytes.
const LONGEST: usize = 256 * 1024;

/// What of it matters here.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Facts {
    /// The title.
    pub title: Option<String>,
    /// The line under the title.
    pub subtitle: Option<String>,
    /// What search engines are told; perhaps a subtitle, perhaps the first words again.
    pub description: Option<String>,
    /// Who wrote it.
    pub author: Option<String>,
    /// When it was published.
    pub date: Option<DateTime<Utc>>,
    /// Its address, whole or from the top of the site.
    pub address: Option<String>,
    /// The last part of its address.
    pub slug: Option<String>,
    /// Whether it is not published.
    pub draft: bool,
    /// Whether it is a page and no post.
    pub page: bool,
}

impl Facts {
    /// Whether anything was said that a text says of itself.
    pub(in crate::blog::files) fn is_known(&self) -> bool {
        *self != Self::default()
    }

    fn from_values(values: &Map<String, Value>) -> Self {
        let find = |names: &[&str]| {
            names
                .iter()
                .find_map(|name| values.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value))
        };
        let words =
            |names: &[&str]| find(names).and_then(text).map(|text| text.trim().to_owned()).filter(|t| !t.is_empty());
        let yes = |name: &str, expected: bool| {
            find(&[name]).is_some_and(|value| {
                value.as_bool() == Some(expected)
                    || text(value)
                        .is_some_and(|text| text.eq_ignore_ascii_case(if expected { "true" } else { "false" }))
            })
        };
        let status = words(&["status"]).unwrap_or_default().to_lowercase();
        let kind = words(&["layout", "type"]).unwrap_or_default().to_lowercase();
        Self {
            title: words(&["title"]),
            subtitle: words(&["subtitle", "dek", "tagline", "standfirst"]),
            description: words(&["description", "excerpt", "summary", "abstract"]),
            author: words(&["author", "authors", "by", "byline"]),
            date: words(&[
                "date",
                "pubDate",
                "publishDate",
                "published_at",
                "publishedAt",
                "date_published",
                "datePublished",
                "published",
                "created",
                "createdAt",
                "pubDatetime",
            ])
            .and_then(|date| dates::read(&date)),
            address: words(&["canonical_url", "canonicalUrl", "canonical", "permalink", "url", "link"]),
            slug: words(&["slug"]),
            draft: yes("draft", true)
                || yes("published", false)
                || yes("publish", false)
                || matches!(status.as_str(), "draft" | "private" | "unpublished"),
            page: kind == "page",
        }
    }
}

/// A value as words: of a list its first, of a person the name.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Array(list) => list.first().and_then(text),
        Value::Object(map) => map.get("name").and_then(text),
        Value::Bool(_) | Value::Null => None,
    }
}

/// The facts and the text after them; `None` when the text begins at once.
pub fn split(source: &str) -> Option<(Facts, &str)> {
    let source = source.trim_start_matches('\u{FEFF}');
    let first = source.trim_start_matches(['\n', '\r']);
    if first.starts_with('{') {
        return json(first);
    }
    for mark in ["---", "+++"] {
        let Some(rest) = after_mark(first, mark) else { continue };
        let (inside, body) = until_mark(rest, mark)?;
        let values = if mark == "+++" { toml(inside) } else { yaml(inside) };
        return Some((Facts::from_values(&values?), body));
    }
    None
}

/// What follows a line that is only this mark.
fn after_mark<'s>(source: &'s str, mark: &str) -> Option<&'s str> {
    let (line, rest) = source.split_once('\n')?;
    (line.trim_end() == mark).then_some(rest)
}

fn until_mark<'s>(source: &'s str, mark: &str) -> Option<(&'s str, &'s str)> {
    let mut at = 0;
    for line in source.split_inclusive('\n') {
        let ends = line.trim_end() == mark || (mark == "---" && line.trim_end() == "...");
        if ends {
            return Some((&source[..at], &source[at + line.len()..]));
        }
        at += line.len();
        if at > LONGEST {
            return None;
        }
    }
    None
}

fn yaml(source: &str) -> Option<Map<String, Value>> {
    if source.trim().is_empty() {
        return Some(Map::new());
    }
    match serde_saphyr::from_str::<Value>(source) {
        Ok(Value::Object(map)) => Some(map),
        // Two lines that only look like rules around a sentence.
        Ok(Value::String(_)) => None,
        _ => by_line(source),
    }
}

/// Front matter that is no sound YAML, mostly for a colon in a title, read line by line.
fn by_line(source: &str) -> Option<Map<String, Value>> {
    let mut values = Map::new();
    for line in source.lines().filter(|line| !line.starts_with([' ', '\t', '-', '#'])) {
        let Some((key, value)) = line.split_once(':') else { continue };
        if key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.')) && !key.is_empty() {
            let value = value.trim().trim_matches(['"', '\'']);
            values.insert(key.to_owned(), Value::String(value.to_owned()));
        }
    }
    (!values.is_empty()).then_some(values)
}

fn toml(source: &str) -> Option<Map<String, Value>> {
    let table: toml::Table = match toml::from_str(source) {
        Ok(table) => table,
        Err(_) => return by_line(&source.replace(" = ", ": ").replace('=', ":")),
    };
    Some(table.into_iter().map(|(key, value)| (key, from_toml(value))).collect())
}

fn from_toml(value: toml::Value) -> Value {
    match value {
        toml::Value::String(text) => Value::String(text),
        toml::Value::Integer(number) => Value::from(number),
        toml::Value::Float(number) => Value::from(number),
        toml::Value::Boolean(yes) => Value::Bool(yes),
        toml::Value::Datetime(date) => Value::String(date.to_string()),
        toml::Value::Array(list) => Value::Array(list.into_iter().map(from_toml).collect()),
        toml::Value::Table(table) => {
            Value::Object(table.into_iter().map(|(key, value)| (key, from_toml(value))).collect())
        }
    }
}

/// An object at the beginning, then the text.
fn json(source: &str) -> Option<(Facts, &str)> {
    let mut values = serde_json::Deserializer::from_str(source).into_iter::<Map<String, Value>>();
    let map = values.next()?.ok()?;
    let end = values.byte_offset();
    Some((Facts::from_values(&map), source.get(end..)?.trim_start_matches(['\n', '\r', ' '])))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn facts(source: &str) -> Facts {
        split(source).map(|(facts, _)| facts).expect("front matter")
    }

    #[test]
    fn three_ways_to_write_it_say_the_same() {
        let yaml = "---\ntitle: \"Low tide\"\ndate: 2024-05-01\ndraft: true\nauthor: [Ida Holm, B]\n---\nText";
        let toml = "+++\ntitle = \"Low tide\"\ndate = 2024-05-01\ndraft = true\nauthor = \"Ida Holm\"\n+++\nText";
        let json = "{\"title\": \"Low tide\", \"date\": \"2024-05-01\", \"draft\": true, \"author\": {\"name\": \"Ida Holm\"}}\nText";
        for source in [yaml, toml, json] {
            let (facts, body) = split(source).expect("front matter");
            assert_eq!(
                (facts.title.as_deref(), facts.author.as_deref()),
                (Some("Low tide"), Some("Ida Holm")),
                "{source}"
            );
            assert!(facts.draft && facts.date.is_some() && body == "Text", "{source}");
        }
    }

    #[test]
    fn what_is_not_sound_is_read_as_far_as_it_goes() {
        assert_eq!(facts("---\ntitle: Tides: a guide\nauthor: Ida\n---\n").title.as_deref(), Some("Tides: a guide"));
        assert_eq!(facts("---\ntitle: a\ntitle: b\n---\n").title.as_deref(), Some("b"));
        assert!(facts("---\npublished: false\n---\n").draft);
        assert_eq!(facts("---\r\ntitle: Wide\r\n---\r\ntext").title.as_deref(), Some("Wide"));
    }

    #[test]
    fn a_rule_at_the_beginning_is_no_front_matter() {
        assert_eq!(split("---\n\nJust a rule above the text.\n"), None);
        assert_eq!(split("---\nA sentence between rules.\n---\n"), None);
        assert_eq!(split("Text"), None);
    }

    #[test]
    fn names_that_stand_for_one_another_do_not_grow() {
        let mut source = String::from("---\na0: &a0 [x, x]\n");
        for level in 1..40 {
            source.push_str(&format!("a{level}: &a{level} [*a{0}, *a{0}, *a{0}, *a{0}]\n", level - 1));
        }
        source.push_str("title: Small\n---\ntext");
        assert_eq!(facts(&source).title.as_deref(), Some("Small"));
    }

    proptest! {
        #[test]
        fn nothing_written_there_is_too_odd(parts in prop::collection::vec(prop::sample::select(vec![
            "---", "+++", "{", "}", "\n", "title", ": ", " = ", "\"", "'", "[", "]", "- ", "&a ", "*a", "!!binary ", "2024-05-01",
            "é", "\u{FEFF}", "\r\n", "\t", "|", ">", "#", ",", "date", "null", "text", "<<: ",
        ]), 0..60)) {
            let source: String = parts.concat();
            if let Some((_, body)) = split(&source) {
                prop_assert!(source.ends_with(body));
            }
        }

        #[test]
        fn any_letters_can_stand_between_the_marks(inside in "\\PC{0,200}", body in "\\PC{0,50}") {
            let _ = split(&format!("---\n{inside}\n---\n{body}"));
            let _ = split(&format!("+++\n{inside}\n+++\n{body}"));
        }
    }
}
