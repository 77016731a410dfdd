//! The sample blog, for whoever wants to see the app work before showing it anything of their own.
//!
//! Its author is invented and its posts were written for Idiolect. The feed stands in the program as a blog
//! platform would send it, and goes the same way as every other feed.

/// The feed, as it would arrive.
pub const SAMPLE_FEED: &str = include_str!("../../sample/feed.xml");
/// The blog's name.
pub const SAMPLE_NAME: &str = "The Last Bus but One";
/// The blog's address. Names under `.example` belong to nobody, so nothing is ever asked there.
pub const SAMPLE_URL: &str = "https://lastbus.example";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blog::feed::parse_feed;
    use crate::blog::markdown::to_markdown;
    use crate::blog::training_view::training_text;
    use crate::blog::words::{count_words, plain_text};

    #[test]
    fn the_sample_is_a_whole_blog() {
        let feed = parse_feed(SAMPLE_FEED.as_bytes(), None).expect("the sample is a feed");
        assert_eq!(feed.title, SAMPLE_NAME);
        assert_eq!(feed.posts.len(), 10);
        assert!(feed.skipped.is_empty() && feed.posts.iter().all(|post| post.truncated.is_none()));
        assert!(feed.posts.iter().all(|post| post.subtitle.is_some() && post.published_at.is_some()));
        let all: String = feed.posts.iter().map(|post| to_markdown(&post.html, Some(&post.url)) + "\n\n").collect();
        for post in &feed.posts {
            let words = count_words(&plain_text(&to_markdown(&post.html, Some(&post.url))));
            assert!((350..=650).contains(&words), "{}: {words} words", post.title);
        }
        assert_eq!(all.matches("[^1]").count(), 2);
        assert_eq!(all.matches("![").count(), 1);
        assert!(
            all.contains("```\n19 NIGHT") && all.contains("\n### ") && all.contains("\n> ") && all.contains("\n- ")
        );
        assert!(!all.contains("Subscribe"));
    }

    #[test]
    fn a_post_of_the_sample_becomes_training_text() {
        let feed = parse_feed(SAMPLE_FEED.as_bytes(), None).expect("the sample is a feed");
        let post = feed.posts.iter().find(|post| post.url.ends_with("eleven-minutes")).expect("the post is there");
        let markdown = to_markdown(&post.html, Some(&post.url));
        insta::assert_snapshot!("eleven_minutes_markdown", markdown);
        insta::assert_snapshot!("eleven_minutes_training", training_text(&markdown));
    }
}
