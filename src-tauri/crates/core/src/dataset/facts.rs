//! Whether a paraphrase keeps the facts: every number, name, link and quotation of the original, and none of its own.
//!
//! Facts are found by how they are written, so no language needs to be known. Two things follow. German writes every noun
//! with a capital, so there nouns count as names and a paraphrase is judged strictly. And number words, "per cent" and
//! the endings of ordinals are only known in English; elsewhere "drei" for 3 is told as a difference.

mod names;
mod numbers;
mod quotations;

use serde::Serialize;
use std::collections::{BTreeMap, HashSet};
use unicode_segmentation::UnicodeSegmentation;

/// The facts of a text: each as it is compared, with how it is written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    /// Numbers without separators of thousands and with a point: "1,000" is `1000`, "5 %" is `5%`.
    pub numbers: BTreeMap<String, String>,
    /// Names, in lower case.
    pub names: BTreeMap<String, String>,
    /// Addresses on the web, without the slash at the end.
    pub links: BTreeMap<String, String>,
    /// Quoted runs of at least four words, in lower case and without marks.
    pub quotations: BTreeMap<String, String>,
}

/// What a fact is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum FactKind {
    /// Digits, or a number word.
    Number,
    /// A run of words with capitals.
    Name,
    /// An address on the web.
    Link,
    /// At least four quoted words.
    Quotation,
}

/// A fact that only one of two texts has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct Difference {
    /// What it is.
    pub kind: FactKind,
    /// The fact as its text writes it.
    pub fact: String,
    /// Whether the paraphrase has it and the original does not; otherwise it was lost.
    pub added: bool,
    /// The same in a sentence.
    pub sentence: String,
}

impl Facts {
    /// The facts of a text.
    pub fn of(text: &str) -> Facts {
        let (plain, links) = without_links(text);
        Facts {
            numbers: numbers::find(&plain).required,
            names: names::find(&plain),
            links,
            quotations: quotations::find(&plain),
        }
    }
}

/// The facts of the original that the paraphrase lacks, then those it has of its own. Empty where it keeps the facts.
///
/// A name counts as kept when its words stand anywhere in the other text, and a quotation when its words stand there in
/// the same order, quoted or not.
pub fn missing(original: &str, paraphrase: &str) -> Vec<Difference> {
    let mut found = only_in(original, paraphrase, false);
    found.extend(only_in(paraphrase, original, true));
    found
}

fn only_in(one: &str, other: &str, added: bool) -> Vec<Difference> {
    let facts = Facts::of(one);
    let (plain, links) = without_links(other);
    let numbers = numbers::find(&plain);
    let in_order: Vec<String> = plain.unicode_words().map(names::bare).collect();
    let words: HashSet<&str> = in_order.iter().map(String::as_str).collect();
    let running = format!(" {} ", in_order.join(" "));
    let mut found = Vec::new();
    let mut tell = |kind, fact: &String| found.push(difference(kind, fact, added));
    facts.numbers.iter().filter(|(key, _)| !numbers.holds(key)).for_each(|(_, fact)| tell(FactKind::Number, fact));
    let kept = |name: &String| name.split(' ').all(|word| words.contains(word));
    facts.names.iter().filter(|(key, _)| !kept(key)).for_each(|(_, fact)| tell(FactKind::Name, fact));
    facts.links.iter().filter(|(key, _)| !links.contains_key(*key)).for_each(|(_, fact)| tell(FactKind::Link, fact));
    let said = |words: &String| running.contains(&format!(" {words} "));
    facts.quotations.iter().filter(|(key, _)| !said(key)).for_each(|(_, fact)| tell(FactKind::Quotation, fact));
    found
}

fn difference(kind: FactKind, fact: &str, added: bool) -> Difference {
    let what = match kind {
        FactKind::Number => format!("the number {fact}"),
        FactKind::Name => format!("the name {fact}"),
        FactKind::Link => format!("the link {fact}"),
        FactKind::Quotation => format!("the quotation “{fact}”"),
    };
    let sentence = if added {
        format!("The paraphrase has {what}, and the original does not.")
    } else {
        format!("The original has {what}, and the paraphrase does not.")
    };
    Difference { kind, fact: fact.to_owned(), added, sentence }
}

/// The text with a space for every address on the web, and the addresses.
fn without_links(text: &str) -> (String, BTreeMap<String, String>) {
    let (mut plain, mut links) = (String::with_capacity(text.len()), BTreeMap::new());
    let mut rest = text;
    while let Some(start) = ["https://", "http://", "www."].iter().filter_map(|mark| rest.find(mark)).min() {
        plain.push_str(&rest[..start]);
        plain.push(' ');
        let ends = |c: char| c.is_whitespace() || matches!(c, '<' | '>' | ')' | ']' | '|' | '"' | '“' | '”' | '»');
        let end = rest[start..].find(ends).map_or(rest.len(), |length| start + length);
        let address = rest[start..end].trim_end_matches(['.', ',', ';', ':', '!', '?', '*', '_', '\'', '’']);
        let key = address.trim_end_matches('/').trim_start_matches("https://").trim_start_matches("http://");
        links.insert(key.to_owned(), address.to_owned());
        rest = &rest[start + address.len()..];
    }
    plain.push_str(rest);
    (plain, links)
}

#[cfg(test)]
mod tests;
