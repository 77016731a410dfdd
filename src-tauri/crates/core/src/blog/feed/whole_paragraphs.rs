//! Guards against the fault that spoilt the first pipeline: paragraphs broken at every link and emphasis.
//!
//! The blocks of the HTML are read without the importer's help and compared with the blocks of the Markdown.
//! Runs on our own feeds always, and on a real feed of twenty posts where one lies beside the checkout.

use std::path::Path;

use dom_query::Document;
use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use super::*;
use crate::blog::markdown::{dialect, to_markdown};
use crate::blog::sample::SAMPLE_FEED;
use crate::blog::training_view::training_text;
use crate::blog::words::{count_words, plain_text};

fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The paragraphs, headings and items of the HTML, in order, without platform furniture.
fn blocks_of_html(html: &str) -> Vec<String> {
    let document = Document::fragment(html);
    document
        .select(
            ".footnote-anchor, .footnote-number, .subscription-widget-wrap-editor, .button-wrapper, .tweet, \
            .embedded-publication-wrap, .preformatted-block, sup[data-fn], sup[id], .footnotes, .kg-card, .sharedaddy, .wp-block-footnotes, figure",
        )
        .remove();
    // A double break is a paragraph's end as well.
    let blocks = document.select("p, h1, h2, h3, h4, h5, h6, li");
    let mut found = Vec::new();
    for block in blocks.nodes() {
        let html = block.inner_html();
        if block.has_name("li") && (html.contains("<p") || html.contains("<ul") || html.contains("<ol")) {
            continue;
        }
        // A mention's name is written in an attribute only.
        if html.contains("mention-wrap") {
            continue;
        }
        for part in html.split("<br><br>") {
            let text = flat(&Document::fragment(part.replace("<br>", " ")).text());
            if !text.is_empty() && !text.contains(" appeared first on ") && text != "Read more" {
                found.push(text);
            }
        }
    }
    found
}

/// The leaf blocks of the Markdown, in order.
fn blocks_of_markdown(markdown: &str) -> Vec<String> {
    let (mut found, mut text, mut picture) = (Vec::new(), String::new(), 0);
    for event in Parser::new_ext(markdown, dialect()) {
        match event {
            Event::Start(Tag::Image { .. }) => picture += 1,
            Event::End(TagEnd::Image) => picture -= 1,
            _ if picture > 0 => {}
            Event::Text(part) | Event::Code(part) => text.push_str(&part),
            Event::SoftBreak | Event::HardBreak => text.push(' '),
            Event::Start(Tag::Paragraph | Tag::Heading { .. } | Tag::Item | Tag::List(_) | Tag::CodeBlock(_))
            | Event::End(
                TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::Item | TagEnd::CodeBlock | TagEnd::TableCell,
            ) => {
                found.push(flat(&std::mem::take(&mut text)));
            }
            _ => {}
        }
    }
    found.retain(|block| !block.is_empty());
    found
}

/// Every block of the HTML is one whole block of the Markdown, in the same order, and no block of the Markdown
/// is a piece of one.
fn assert_whole(post: &ParsedPost) {
    let markdown = to_markdown(&post.html, Some(&post.url));
    let (expected, found) = (blocks_of_html(&post.html), blocks_of_markdown(&markdown));
    let mut at = 0;
    let mut matched = vec![false; found.len()];
    for block in &expected {
        let Some(offset) = found[at..].iter().position(|candidate| candidate == block) else {
            panic!("{}: {block:?} does not stand whole in\n{markdown}", post.title);
        };
        matched[at + offset] = true;
        at += offset + 1;
    }
    for (block, matched) in found.iter().zip(matched) {
        let piece =
            !matched && expected.iter().any(|whole| whole.len() > block.len() && whole.contains(block.as_str()));
        // An embedded post's title may well be named in a paragraph; as a whole line it is a link of its own.
        let card = markdown.lines().any(|line| line.starts_with('[') && line.contains(block.as_str()));
        assert!(!piece || card, "{}: {block:?} is a piece of a paragraph", post.title);
    }
}

#[test]
fn our_own_feeds_keep_whole_paragraphs() {
    let fixtures: [&[u8]; 4] = [
        include_bytes!("../../../tests/fixtures/feeds/substack.xml"),
        include_bytes!("../../../tests/fixtures/feeds/wordpress.xml"),
        include_bytes!("../../../tests/fixtures/feeds/atom.xml"),
        SAMPLE_FEED.as_bytes(),
    ];
    for bytes in fixtures {
        let feed = parse_feed(bytes, None).expect("a feed");
        feed.posts.iter().filter(|post| post.truncated.is_none()).for_each(assert_whole);
    }
}

/// What is counted in the Markdown of a whole feed.
#[derive(Debug, Default, PartialEq)]
struct Counts {
    references: usize,
    notes: usize,
    images: usize,
    captions: usize,
    code_blocks: usize,
    indented_code: usize,
    formulas: usize,
}

fn count(markdown: &str, counts: &mut Counts) {
    let mut after_image = false;
    let mut in_code = false;
    for event in Parser::new_ext(markdown, dialect()) {
        match event {
            Event::FootnoteReference(_) => counts.references += 1,
            Event::Start(Tag::FootnoteDefinition(_)) => counts.notes += 1,
            Event::Start(Tag::Image { .. }) => counts.images += 1,
            Event::End(TagEnd::Image) => {
                after_image = true;
                continue;
            }
            Event::SoftBreak if after_image => continue,
            Event::Start(Tag::Emphasis) if after_image => counts.captions += 1,
            Event::Start(Tag::CodeBlock(_)) => {
                counts.code_blocks += 1;
                in_code = true;
            }
            Event::Text(code) if in_code => counts.indented_code += usize::from(code.contains("\n  ")),
            Event::End(TagEnd::CodeBlock) => in_code = false,
            Event::DisplayMath(_) | Event::InlineMath(_) => counts.formulas += 1,
            _ => {}
        }
        after_image = false;
    }
}

#[test]
fn a_real_feed_comes_through_whole() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/data/blog/substack-feed.rss");
    let Ok(bytes) = std::fs::read(&path) else {
        println!("skipped: no real feed beside the checkout; our own feeds are tested by the test above");
        return;
    };
    let feed = parse_feed(&bytes, None).expect("a feed");
    assert_eq!((feed.posts.len(), feed.skipped.len()), (20, 0));
    assert!(feed.posts.iter().all(|post| post.truncated.is_none() && post.published_at.is_some()));
    let mut counts = Counts::default();
    let (mut words, mut training) = (0, 0);
    for post in &feed.posts {
        assert_whole(post);
        let markdown = to_markdown(&post.html, Some(&post.url));
        let learned = training_text(&markdown);
        count(&markdown, &mut counts);
        words += count_words(&plain_text(&markdown));
        training += count_words(&learned);
        assert!(!markdown.contains("Subscribe") && !learned.contains("](") && !learned.contains("[^"));
        assert!(!learned.contains("http") && !learned.contains("<sub>"), "{learned}");
    }
    println!("real feed: {counts:?}, {words} words in the Markdown, {training} in the training text");
    let expected = Counts {
        references: 12,
        notes: 12,
        images: 64,
        captions: 15,
        code_blocks: 5,
        indented_code: counts.indented_code,
        formulas: 1,
    };
    assert_eq!(counts, expected);
    assert!(counts.indented_code >= 3, "{counts:?}");
}
