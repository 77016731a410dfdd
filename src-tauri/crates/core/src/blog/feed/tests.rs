use super::*;
use crate::blog::markdown::to_markdown;
use crate::blog::training_view::training_text;

/// A feed as a person would check it: its posts with their Markdown, then what was skipped.
fn shown(bytes: &[u8]) -> String {
    let feed = parse_feed(bytes, None).expect("the fixture is a feed");
    let mut text = format!("{} | {:?} | {}\n", feed.title, feed.site_url, feed.author);
    for post in &feed.posts {
        let markdown = to_markdown(&post.html, Some(&post.url));
        text.push_str(&format!(
            "\n==== {} | {} | {}\nsubtitle {:?}, author {}, published {:?}, truncated {:?}\n---- Markdown\n{}\n---- training text\n{}\n",
            post.title,
            post.guid,
            post.url,
            post.subtitle,
            post.author,
            post.published_at.map(|date| date.to_rfc3339()),
            post.truncated,
            markdown,
            training_text(&markdown),
        ));
    }
    for skipped in &feed.skipped {
        text.push_str(&format!("\n==== skipped: {}. {}\n", skipped.title, skipped.reason));
    }
    text
}

const SUBSTACK: &[u8] = include_bytes!("../../../tests/fixtures/feeds/substack.xml");
const WORDPRESS: &[u8] = include_bytes!("../../../tests/fixtures/feeds/wordpress.xml");
const GHOST: &[u8] = include_bytes!("../../../tests/fixtures/feeds/ghost.xml");
const ATOM: &[u8] = include_bytes!("../../../tests/fixtures/feeds/atom.xml");
const JSON: &[u8] = include_bytes!("../../../tests/fixtures/feeds/feed.json");
const DAMAGED: &[u8] = include_bytes!("../../../tests/fixtures/feeds/damaged.xml");

#[test]
fn feeds_of_every_kind_become_posts() {
    insta::assert_snapshot!("substack", shown(SUBSTACK));
    insta::assert_snapshot!("wordpress", shown(WORDPRESS));
    insta::assert_snapshot!("ghost", shown(GHOST));
    insta::assert_snapshot!("atom", shown(ATOM));
    insta::assert_snapshot!("json", shown(JSON));
}

#[test]
fn a_damaged_item_costs_only_itself() {
    insta::assert_snapshot!("damaged", shown(DAMAGED));
}

#[test]
fn a_feed_cut_anywhere_is_never_taken_for_a_whole_one() {
    for feed in [SUBSTACK, WORDPRESS, GHOST, ATOM, JSON] {
        for part in [30, 50, 70, 99] {
            let cut = &feed[..feed.len() * part / 100];
            match parse_feed(cut, None) {
                Err(FeedError::CutShort { .. }) => {}
                other => panic!("cut at {part} %: {other:?}"),
            }
        }
    }
    let after_first = WORDPRESS.windows(7).position(|window| window == b"</item>").expect("an item") + 20;
    assert_eq!(parse_feed(&WORDPRESS[..after_first], None), Err(FeedError::CutShort { complete_posts: 1 }));
}

#[test]
fn what_is_no_feed_is_named() {
    let found = |text: &str| parse_feed(text.as_bytes(), None).expect_err("no feed").to_string();
    insta::assert_snapshot!(
        "not_a_feed",
        [
            found("<!DOCTYPE html><html><head><title>A blog</title></head></html>"),
            found(""),
            found("just some words"),
            found("{\"posts\": []}"),
            found("<?xml version=\"1.0\"?><urlset></urlset>"),
            FeedError::CutShort { complete_posts: 12 }.to_string(),
        ]
        .join("\n")
    );
}

#[test]
fn an_empty_feed_is_a_feed() {
    let feed = parse_feed(b"<rss version=\"2.0\"><channel><title>New</title></channel></rss>", None);
    assert_eq!(feed.map(|feed| (feed.title, feed.posts.len())), Ok(("New".to_owned(), 0)));
}

/// A mutated fixture once made the reader slice backwards.
#[test]
fn an_item_that_closes_before_it_opens_is_survived() {
    let feed = b"<feed xmlns='http://www.w3.org/2005/Atom'></entry><title>T</title x=<entry><id>1</id></feed>";
    assert!(parse_feed(feed, None).map_or(true, |feed| feed.posts.is_empty()));
}
