//! What the author copies for the blog comes back the same when the post is imported again.

use idiolect_core::blog::feed::parse_feed;
use idiolect_core::blog::markdown::to_markdown;
use idiolect_core::draft::preview::rich_html;
use std::path::{Path, PathBuf};

/// Feeds whose posts make the round; the real one too where it lies beside the project.
fn feeds() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut feeds = vec![root.join("sample/feed.xml")];
    for file in std::fs::read_dir(root.join("tests/fixtures/feeds")).unwrap() {
        feeds.push(file.unwrap().path());
    }
    let real = root.join("../../../../shared/data/blog/substack-feed.rss");
    feeds.extend(real.exists().then_some(real));
    feeds
}

#[test]
fn what_is_copied_for_the_blog_comes_back_the_same() {
    let mut changed = Vec::new();
    let mut posts = 0;
    for path in feeds() {
        let Ok(feed) = parse_feed(&std::fs::read(&path).unwrap(), None) else { continue };
        for post in feed.posts {
            let markdown = to_markdown(&post.html, Some(&post.url));
            let again = to_markdown(&rich_html(&markdown), None);
            posts += 1;
            if again != markdown {
                let at = markdown.lines().zip(again.lines()).position(|(one, other)| one != other).unwrap_or(0);
                let near = |text: &str| text.lines().skip(at.saturating_sub(1)).take(3).collect::<Vec<_>>().join("\n");
                changed.push(format!("{}\n--- was\n{}\n--- is\n{}", post.title, near(&markdown), near(&again)));
            }
        }
    }
    assert!(posts > 20, "only {posts} posts made the round");
    assert!(changed.is_empty(), "{} of {posts} came back changed:\n{}", changed.len(), changed.join("\n"));
}
