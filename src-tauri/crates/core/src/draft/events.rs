//! Markdown, bounded and without surprises, before it becomes HTML.
//!
//! A draft may hold anything, an imported post even more so. Nesting is cut off, raw HTML is closed where it was
//! opened (or shown as the text it is), and a text that would unfold into millions of elements ends early: whatever
//! comes in, the sanitiser gets something small enough to be quick about.

use super::clipboard::formula;
use super::preview::{Images, clean};
use ammonia::clean_text;
use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd};
use std::ops::Range;

/// Deeper nesting is shown on the last level; nobody writes it, and some programs cannot close it again.
const DEEPEST: usize = 48;
/// About what a book needs; a table of 300 by 300 needs as much.
const MOST_EVENTS: usize = 200_000;
/// Tags in one block of raw HTML. A badly nested block can grow with the square of this.
const MOST_TAGS_IN_BLOCK: usize = 400;
/// Tags in all blocks of raw HTML together.
const MOST_TAGS: usize = 4_000;
/// Raw HTML within a line that is kept when it is closed again: plain marks without attributes.
const SIMPLE: [&str; 17] = [
    "b", "i", "em", "strong", "u", "s", "del", "ins", "sub", "sup", "mark", "small", "kbd", "q", "cite", "code", "abbr",
];
const VOID: [&str; 2] = ["br", "wbr"];

/// What is understood: CommonMark with what blogs use beside it. No smart punctuation: the author's marks are the voice.
pub(super) fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_MATH
}

/// The events of a text, ready for HTML, and whether the text was too much and ends early.
pub(super) fn bounded(markdown: &str, images: Images) -> (Vec<Event<'_>>, bool) {
    let mut out = Bounded { images, tags_left: MOST_TAGS, ..Bounded::default() };
    for (event, range) in Parser::new_ext(markdown, options()).into_offset_iter() {
        if out.events.len() >= MOST_EVENTS {
            return (out.events, true);
        }
        out.take(event, markdown, range);
    }
    (out.events, false)
}

#[derive(Default)]
struct Bounded<'a> {
    events: Vec<Event<'a>>,
    images: Images,
    /// For every open element, whether it was kept.
    open: Vec<bool>,
    /// Raw marks that are open, each with how many elements were open around it.
    marks: Vec<(usize, &'static str)>,
    /// The block of raw HTML being collected.
    block: Option<String>,
    /// The image whose alternative text is being collected.
    image: Option<Image>,
    tags_left: usize,
}

struct Image {
    address: String,
    alt: String,
    depth: usize,
}

impl<'a> Bounded<'a> {
    fn take(&mut self, event: Event<'a>, source: &str, range: Range<usize>) {
        if self.image.is_some() {
            return self.within_image(event);
        }
        match event {
            Event::Start(Tag::Image { dest_url, .. }) if self.images == Images::Named => {
                self.image = Some(Image { address: dest_url.into_string(), alt: String::new(), depth: 0 });
            }
            Event::Start(Tag::HtmlBlock) => self.block = Some(String::new()),
            Event::Html(html) => match &mut self.block {
                Some(block) => block.push_str(&html),
                None => self.events.push(Event::Text(html)),
            },
            Event::End(TagEnd::HtmlBlock) => self.end_block(),
            Event::Start(tag) => {
                let kept = self.open.len() < DEEPEST || !nests(&tag);
                self.open.push(kept);
                if kept {
                    self.events.push(Event::Start(tag));
                }
            }
            Event::End(tag) => {
                self.close_marks();
                if self.open.pop().unwrap_or(true) {
                    self.events.push(Event::End(tag));
                }
            }
            Event::InlineHtml(html) => self.inline_html(html),
            Event::InlineMath(math) if source[range.end..].starts_with(|next: char| next.is_ascii_digit()) => {
                // "$5-$10" are two sums of money, not a formula.
                self.events.push(Event::Text(format!("${math}$").into()));
            }
            Event::InlineMath(math) if self.images == Images::Kept => self.events.extend(formula(math, false)),
            Event::DisplayMath(math) if self.images == Images::Kept => self.events.extend(formula(math, true)),
            Event::InlineMath(math) | Event::DisplayMath(math) => {
                self.raw("<code class=\"math\">");
                self.events.push(Event::Text(math));
                self.raw("</code>");
            }
            Event::TaskListMarker(done) => {
                self.raw(if done { "<span class=\"task\">☑</span> " } else { "<span class=\"task\">☐</span> " });
            }
            other => self.events.push(other),
        }
    }

    fn within_image(&mut self, event: Event<'a>) {
        let Some(image) = &mut self.image else { return };
        match event {
            Event::Start(_) => image.depth += 1,
            Event::End(_) if image.depth > 0 => image.depth -= 1,
            Event::End(_) => {
                let html = placeholder(&image.address, &image.alt);
                self.image = None;
                self.events.push(Event::InlineHtml(html.into()));
            }
            Event::Text(text) | Event::Code(text) | Event::InlineMath(text) => image.alt.push_str(&text),
            Event::SoftBreak | Event::HardBreak => image.alt.push(' '),
            _ => {}
        }
    }

    /// A block of raw HTML is made whole by itself, so that it cannot swallow what comes after it.
    fn end_block(&mut self) {
        let Some(block) = self.block.take() else { return };
        let tags = block.matches('<').count();
        if tags > MOST_TAGS_IN_BLOCK || tags > self.tags_left {
            return self.events.push(Event::Text(block.into()));
        }
        self.tags_left -= tags;
        let block = if self.images == Images::Named { name_images(&block) } else { block };
        self.events.push(Event::Html(clean(&block, self.images).into()));
    }

    fn inline_html(&mut self, html: CowStr<'a>) {
        let inner = html.trim_start_matches('<').trim_end_matches('>').trim();
        let (closes, name) = match inner.strip_prefix('/') {
            Some(name) => (true, name.trim()),
            None => (false, inner.trim_end_matches('/').trim()),
        };
        let same = |known: &&&str| known.eq_ignore_ascii_case(name);
        if let Some(name) = SIMPLE.iter().find(same) {
            let around = self.open.len();
            if closes && self.marks.last() == Some(&(around, name)) {
                self.marks.pop();
                return self.events.push(Event::InlineHtml(format!("</{name}>").into()));
            }
            if !closes && self.marks.len() < DEEPEST {
                self.marks.push((around, name));
                return self.events.push(Event::InlineHtml(format!("<{name}>").into()));
            }
        } else if let Some(name) = VOID.iter().find(same) {
            return self.events.push(Event::InlineHtml(format!("<{name}>").into()));
        } else if html.starts_with("<!--") {
            return;
        }
        // "a <b3 and c> d" is no HTML to whoever wrote it; nothing that was typed disappears.
        self.events.push(Event::Text(html));
    }

    /// Marks left open end with the element they are in, as anyone would expect who forgot to close one.
    fn close_marks(&mut self) {
        while let Some(&(around, name)) = self.marks.last() {
            if around < self.open.len() {
                break;
            }
            self.marks.pop();
            self.events.push(Event::InlineHtml(format!("</{name}>").into()));
        }
    }

    fn raw(&mut self, html: &'static str) {
        self.events.push(Event::InlineHtml(html.into()));
    }
}

fn nests(tag: &Tag<'_>) -> bool {
    matches!(
        tag,
        Tag::BlockQuote(_)
            | Tag::List(_)
            | Tag::Item
            | Tag::FootnoteDefinition(_)
            | Tag::Emphasis
            | Tag::Strong
            | Tag::Strikethrough
            | Tag::Link { .. }
    )
}

/// Stands where an image is: the preview loads nothing from anywhere.
fn placeholder(address: &str, alt: &str) -> String {
    let alt = if alt.trim().is_empty() { "Image" } else { alt.trim() };
    let (address, alt) = (clean_text(address), clean_text(alt));
    format!(r#"<span class="remote-image" role="img" aria-label="{alt}" data-address="{address}">{alt}</span>"#)
}

fn name_images(block: &str) -> String {
    if !block.to_ascii_lowercase().contains("<img") {
        return block.to_owned();
    }
    let document = dom_query::Document::fragment(block);
    for image in document.select("img").iter() {
        image.replace_with_html(placeholder(&image.attr_or("src", ""), &image.attr_or("alt", "")));
    }
    document.html_root().inner_html().to_string()
}
