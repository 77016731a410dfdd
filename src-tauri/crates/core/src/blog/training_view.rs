//! What a model learns from: the post's prose in Markdown, without what only a page can carry.
//!
//! A model that learns from link targets and images invents addresses; one that learns footnote numbers strews
//! them. So pictures with their captions, link targets, bare addresses, footnotes and HTML go. Headings, lists,
//! emphasis, quotations, tables and code stay as they are written.

use std::ops::Range;

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use super::markdown::{dialect, tidy_outside_code};

/// The training text of a post's Markdown. Paragraphs are separated by one blank line.
pub fn training_text(markdown: &str) -> String {
    let mut view = View { source: markdown, cuts: Vec::new(), open: Vec::new(), kept_code: Vec::new() };
    for (event, range) in Parser::new_ext(markdown, dialect()).into_offset_iter() {
        view.read(event, range);
    }
    let View { cuts, kept_code, .. } = view;
    tidy(markdown, cuts, &kept_code)
}

/// A part of the document that is open while its inside is read.
struct Part {
    range: Range<usize>,
    kind: Kind,
    /// Whether anything in it is kept; a part that loses everything goes as a whole.
    visible: bool,
    /// Whether its inside is read at all.
    skipped: bool,
    /// Where the kept inside of a link begins and ends.
    inside: Option<Range<usize>>,
    /// For paragraphs: pictures, links, and anything else among the direct children.
    pictures: u32,
    links: u32,
    emphases: u32,
    other: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Paragraph,
    Link,
    Emphasis,
    Picture,
    Cell,
    Code,
    Other,
}

struct View<'a> {
    source: &'a str,
    cuts: Vec<(Range<usize>, &'static str)>,
    open: Vec<Part>,
    kept_code: Vec<Range<usize>>,
}

impl View<'_> {
    fn read(&mut self, event: Event, range: Range<usize>) {
        if self.open.last().is_some_and(|part| part.skipped) && !matches!(event, Event::Start(_) | Event::End(_)) {
            return;
        }
        match event {
            Event::Start(tag) => self.start(&tag, range),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => {
                let in_code = self.open.last().is_some_and(|part| part.kind == Kind::Code);
                // Formulas need these escaped on a page; the author typed them plainly.
                let escaped = self.source[..range.start].ends_with('\\') && text.starts_with(['$', '~']);
                if escaped && !in_code {
                    self.cuts.push((range.start - 1..range.start, ""));
                }
                let seen = in_code || self.cut_addresses(&range) > 0;
                self.show(&range, seen && !text.trim().is_empty());
            }
            Event::Code(_) | Event::InlineMath(_) | Event::DisplayMath(_) | Event::Rule => self.show(&range, true),
            Event::FootnoteReference(_) | Event::InlineHtml(_) | Event::Html(_) => self.cuts.push((range, "")),
            Event::HardBreak => self.cuts.push((range, "\n")),
            Event::SoftBreak | Event::TaskListMarker(_) => {}
        }
    }

    fn start(&mut self, tag: &Tag, range: Range<usize>) {
        let kind = match tag {
            Tag::Paragraph => Kind::Paragraph,
            Tag::Link { .. } => Kind::Link,
            Tag::Emphasis | Tag::Strong | Tag::Strikethrough => Kind::Emphasis,
            Tag::Image { .. } => Kind::Picture,
            Tag::TableCell | Tag::TableHead | Tag::TableRow | Tag::Table(_) => Kind::Cell,
            Tag::CodeBlock(_) => Kind::Code,
            _ => Kind::Other,
        };
        if let Some(part) = self.open.last_mut() {
            match kind {
                Kind::Picture => part.pictures += 1,
                Kind::Link => part.links += 1,
                Kind::Emphasis => part.emphases += 1,
                _ => {}
            }
            if kind == Kind::Link || kind == Kind::Emphasis {
                widen(&mut part.inside, &range);
            }
        }
        if kind == Kind::Code {
            self.kept_code.push(range.clone());
        }
        let gone =
            matches!(tag, Tag::Image { .. } | Tag::FootnoteDefinition(_) | Tag::HtmlBlock | Tag::MetadataBlock(_));
        let skipped = gone || self.open.last().is_some_and(|part| part.skipped);
        self.open.push(Part {
            range,
            kind,
            visible: kind == Kind::Cell || kind == Kind::Code,
            skipped,
            inside: None,
            pictures: 0,
            links: 0,
            emphases: 0,
            other: false,
        });
    }

    fn end(&mut self, tag: TagEnd) {
        let Some(part) = self.open.pop() else { return };
        let above_skipped = self.open.last().is_some_and(|above| above.skipped);
        if above_skipped {
            return;
        }
        let top = self.open.is_empty();
        let captioned = part.pictures > 0 && part.emphases == 1 && part.links == 0 && !part.other;
        // A paragraph that is only a link is a card or a pointer, not prose.
        let card = part.links == 1 && part.pictures == 0 && part.emphases == 0 && !part.other;
        let only = part.kind == Kind::Paragraph && (captioned || (card && top));
        if part.skipped || !part.visible || only {
            self.cuts.push((part.range, ""));
            return;
        }
        if tag == TagEnd::Link {
            let inside = part.inside.unwrap_or_else(|| part.range.clone());
            self.cuts.push((part.range.start..inside.start, ""));
            self.cuts.push((inside.end..part.range.end, ""));
        }
        if let Some(above) = self.open.last_mut() {
            above.visible = true;
        }
    }

    /// Notes that something at `range` was read, and whether it is kept.
    fn show(&mut self, range: &Range<usize>, kept: bool) {
        if let Some(part) = self.open.last_mut() {
            widen(&mut part.inside, range);
            part.other |= kept;
            part.visible |= kept;
        }
    }

    /// Cuts bare addresses out of a run of text and returns how many characters of it are left. An address
    /// may run on beyond this run, since a reader splits text at marks.
    fn cut_addresses(&mut self, range: &Range<usize>) -> usize {
        let mut left = self.source[range.clone()].trim().len();
        let mut at = range.start;
        while let Some(offset) = next_address(&self.source[at..range.end]) {
            let start = at + offset;
            let rest = &self.source[start..];
            let length =
                rest.find(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | ')' | ']' | '|' | '"' | '“' | '”'));
            let address = rest[..length.unwrap_or(rest.len())]
                .trim_end_matches(['.', ',', ';', ':', '!', '?', '*', '_', '\'', '’']);
            let end = start + address.len();
            self.cuts.push((start..end, ""));
            left = left.saturating_sub(end.min(range.end) - start);
            at = end.min(range.end).max(at + 1);
            while !self.source.is_char_boundary(at) {
                at += 1;
            }
        }
        // The tail of an address that began in an earlier run is gone already.
        if self.cuts.iter().any(|(cut, _)| cut.start < range.start && cut.end >= range.end) {
            return 0;
        }
        left
    }
}

fn widen(span: &mut Option<Range<usize>>, range: &Range<usize>) {
    *span = Some(match span.take() {
        Some(known) => known.start.min(range.start)..known.end.max(range.end),
        None => range.clone(),
    });
}

fn next_address(text: &str) -> Option<usize> {
    ["https://", "http://", "www."].iter().filter_map(|start| text.find(start)).min()
}

/// Puts the text together without the cuts, and closes the gaps they leave.
fn tidy(source: &str, mut cuts: Vec<(Range<usize>, &'static str)>, code: &[Range<usize>]) -> String {
    cuts.sort_by_key(|(range, _)| (range.start, usize::MAX - range.end));
    let mut text = String::with_capacity(source.len());
    let mut at = 0;
    for (cut, instead) in cuts {
        if cut.start < at {
            at = at.max(cut.end);
            continue;
        }
        text.push_str(&source[at..cut.start]);
        text.push_str(instead);
        at = cut.end;
        if instead.is_empty() && !code.iter().any(|range| range.contains(&cut.start)) {
            at = close_gap(&mut text, source, at);
        }
    }
    text.push_str(&source[at..]);
    drop_bare_quote_marks(&tidy_outside_code(&text))
}

/// Takes away what stood around a removed piece only for its sake: its brackets, and the space before a mark.
fn close_gap(text: &mut String, source: &str, mut at: usize) -> usize {
    if text.ends_with('(') && source[at..].starts_with(')') {
        text.pop();
        at += 1;
    }
    if text.is_empty() || text.ends_with('\n') {
        at += source[at..].len() - source[at..].trim_start_matches(' ').len();
    }
    if text.ends_with(' ') && source[at..].starts_with(['.', ',', ';', ':', ' ', ')']) {
        text.pop();
    }
    at
}

/// A quotation that lost a paragraph keeps no empty lines at its edges or two in a row.
fn drop_bare_quote_marks(text: &str) -> String {
    let bare = |line: &str| line.starts_with('>') && line.trim_matches(['>', ' ']).is_empty();
    let mut kept: Vec<&str> = Vec::new();
    for line in text.lines() {
        if !line.starts_with('>') {
            while kept.last().is_some_and(|last| bare(last)) {
                kept.pop();
            }
        }
        if !(bare(line) && kept.last().is_none_or(|last| last.is_empty() || bare(last))) {
            kept.push(line);
        }
    }
    while kept.last().is_some_and(|last| bare(last)) {
        kept.pop();
    }
    tidy_outside_code(&kept.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_keep_their_words_only() {
        assert_eq!(
            training_text(
                "See [the *pier*](https://a.example/x_y) and <https://b.example>, or https://c.example/d_e_f."
            ),
            "See the *pier* and, or."
        );
        assert_eq!(training_text("It is here (https://a.example/p) and www.b.example too."), "It is here and too.");
        assert_eq!(training_text("[https://a.example](https://a.example) is gone"), "is gone");
    }

    #[test]
    fn pictures_go_with_their_captions() {
        let markdown = "Before.\n\n![alt text](i.png)\n*a caption with [a link](https://a.example)*\n\n![only](i.png)\n\nAfter ![inline](s.png) this.";
        assert_eq!(training_text(markdown), "Before.\n\nAfter this.");
    }

    #[test]
    fn footnotes_go_with_their_marks() {
        assert_eq!(
            training_text("A word[^1], and more.\n\n[^1]: The note.\n\n    Its second paragraph.\n\nThe end."),
            "A word, and more.\n\nThe end."
        );
    }

    #[test]
    fn html_goes_and_its_words_stay() {
        assert_eq!(training_text("K<sub>AB</sub> is <b>x</b>.\n\n<div>raw</div>\n\nEnd."), "KAB is x.\n\nEnd.");
    }

    #[test]
    fn structure_stays_as_written() {
        let markdown = "# Title\n\n- one\n  - two\n\n> Quoted.\n>\n> Twice.\n\n1. a\n2. b\n\n```rust\nlet url = \"https://a.example\";\n\n\n    f()\n```\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n\n$$x^2$$\n\n---\n\nf() stays, and `g()`.";
        assert_eq!(training_text(markdown), markdown);
    }

    #[test]
    fn what_loses_everything_goes_whole() {
        let markdown = "- ![x](i.png)\n- kept\n\n> ![x](i.png)\n\n> first\n>\n> https://a.example\n\n[A card](https://a.example/p)\n\nline\\\nbreak";
        assert_eq!(training_text(markdown), "- kept\n\n> first\n\nline\nbreak");
    }
}
