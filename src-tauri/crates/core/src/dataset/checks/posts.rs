//! What is the matter with each post.

use super::{Flag, FlagCode, copies, make_up, personal, recurring, voices};
use crate::dataset::grams::{Grams, union};
use crate::dataset::near::{NearPair, RUN};
use std::collections::HashSet;

/// What the checks of posts are decided from.
#[derive(Debug, Clone, Copy)]
pub struct PostFacts<'a> {
    /// Its title.
    pub title: &'a str,
    /// The name it carries.
    pub author: Option<&'a str>,
    /// Its text as published, as Markdown.
    pub markdown: &'a str,
    /// The text a model learns from: paragraphs separated by blank lines.
    pub text: &'a str,
    /// Whether only a preview of it is public.
    pub truncated: bool,
}

/// What is known beside the posts.
#[derive(Debug, Clone, Copy, Default)]
pub struct Known<'a> {
    /// Texts the app's model wrote.
    pub drafted: &'a [&'a str],
    /// Paragraphs that recur across posts and are still in the texts.
    pub recurring: &'a [&'a str],
    /// Which of the posts are much alike, where that is known already.
    pub near: Option<&'a [NearPair]>,
}

/// The flags of each post, in the same order, each list in the order of [`FlagCode::ALL`].
///
/// Of two posts that share a text the flag goes to one: of equal ones to the later in the list, otherwise to the one
/// with less of its own, so that dropping all flagged posts keeps every sentence once.
pub fn of_posts(posts: &[PostFacts<'_>], known: &Known<'_>) -> Vec<Vec<Flag>> {
    let grams: Vec<Grams> = posts.iter().map(|post| Grams::of(post.text, RUN)).collect();
    let make_up: Vec<make_up::MakeUp> = posts.iter().map(|post| make_up::of(post.text)).collect();
    let prose: Vec<(&str, usize)> =
        make_up.iter().zip(&grams).map(|(made, grams)| (made.prose.as_str(), grams.words())).collect();
    let copies = copies::find(posts, &grams, known.near);
    let languages = voices::languages(&prose);
    let names = voices::Names::of(posts.iter().map(|post| post.author));
    let drafted = union(known.drafted, voices::DRAFTED_RUN);
    let recurring: HashSet<String> = recurring::folded(known.recurring);
    let mut flags = Vec::with_capacity(posts.len());
    for (((post, copy), made), language) in posts.iter().zip(copies).zip(&make_up).zip(languages) {
        let found = [
            copy,
            make_up::mostly_quotation(made),
            make_up::mostly_list(made),
            make_up::mostly_links(post.markdown),
            language,
            truncated(post),
            names.guest(post.author),
            recurring::boilerplate(post.text, &recurring),
            voices::drafted_here(post.text, &drafted),
            personal::personal_data(post.text),
        ];
        flags.push(found.into_iter().flatten().collect());
    }
    flags
}

fn truncated(post: &PostFacts<'_>) -> Option<Flag> {
    let reason = "Only a preview of this post is public; its text breaks off.";
    post.truncated.then(|| Flag::new(FlagCode::Truncated, reason))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A post of which only the text matters.
    pub(in crate::dataset::checks) fn post(text: &str) -> PostFacts<'_> {
        PostFacts { title: "A day out", author: None, markdown: text, text, truncated: false }
    }

    pub(in crate::dataset::checks) fn codes(flags: &[Flag]) -> Vec<FlagCode> {
        flags.iter().map(|flag| flag.code).collect()
    }

    #[test]
    fn a_preview_is_flagged_and_a_whole_post_is_not() {
        let preview = PostFacts { truncated: true, ..post("It begins.") };
        let found = of_posts(&[preview, post("It begins and ends.")], &Known::default());
        assert_eq!(codes(&found[0]), [FlagCode::Truncated]);
        assert_eq!(found[1], []);
    }

    #[test]
    fn flags_come_in_the_order_of_the_list() {
        let text = "> quoted words at length, and more of them\n\nMail me: ann@example.org";
        let found = of_posts(&[PostFacts { truncated: true, ..post(text) }], &Known::default());
        assert_eq!(codes(&found[0]), [FlagCode::MostlyQuotation, FlagCode::Truncated, FlagCode::PersonalData]);
        assert!(found[0].is_sorted_by_key(|flag| flag.code));
        assert_eq!(of_posts(&[], &Known::default()), Vec::<Vec<Flag>>::new());
    }
}
