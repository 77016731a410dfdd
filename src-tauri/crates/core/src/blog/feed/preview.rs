//! Telling a whole post from a preview of one, and a subtitle from an excerpt.

use super::TruncationReason;
use crate::blog::extract::is_read_more;

/// Phrases with which platforms end what non-paying readers get.
const PAYWALL: [&str; 6] = [
    "this post is for paid subscribers",
    "this post is for paying subscribers",
    "this post is for subscribers only",
    "this content is for members only",
    "subscribe to keep reading",
    "become a paid subscriber to keep reading",
];
/// Classes of the same.
const PAYWALL_MARKUP: [&str; 4] = ["class=\"paywall", "paywall-jump", "gh-post-upgrade-cta", "gh-upgrade-cta"];

/// A description shorter than this is a summary, not a post.
const SHORTEST_POST_CHARS: usize = 1000;

/// The words of some HTML, one space between them.
pub(super) fn plain(html: &str) -> String {
    super::words_of(html).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Why this text is not the whole post, if it is not.
pub(super) fn truncation(html: &str, text: &str, has_content: bool) -> Option<TruncationReason> {
    let tail: String = last_chars(html, 1500).to_lowercase();
    if PAYWALL_MARKUP.iter().any(|mark| html.contains(mark)) || PAYWALL.iter().any(|phrase| tail.contains(phrase)) {
        return Some(TruncationReason::Paywall);
    }
    if ends_with_read_more(html) {
        return Some(TruncationReason::ReadMore);
    }
    let elided = ["[…]", "[...]", "[&#8230;]", "[&hellip;]"]
        .iter()
        .any(|mark| tail.trim_end().trim_end_matches("</p>").ends_with(mark));
    if has_content {
        return elided.then_some(TruncationReason::ReadMore);
    }
    // Older blogs put the whole post where newer ones put the summary.
    let whole = html.contains("<p") && text.chars().count() >= SHORTEST_POST_CHARS;
    (!whole || elided).then_some(TruncationReason::SummaryOnly)
}

/// Whether the last thing in the text is a link that invites to go on at the blog.
fn ends_with_read_more(html: &str) -> bool {
    let Some(at) = html.rfind("<a ") else { return false };
    let last = dom_query::Document::fragment(&html[at..]);
    let link = last.select("a").first();
    let after =
        last.text().trim().chars().count() - link.text().trim().chars().count().min(last.text().trim().chars().count());
    after <= 2 && is_read_more(&link.text())
}

/// The feed's description as a subtitle, unless it only repeats how the post begins.
pub(super) fn subtitle(summary: &str, text: &str) -> Option<String> {
    let words = plain(summary);
    if words.is_empty() || words.chars().count() > 300 {
        return None;
    }
    let start = words.trim_end_matches(['…', '.', ']', '[', ' ', '→']);
    let bare = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase();
    let cut_off = words.ends_with('…') || words.ends_with("...") || words.ends_with("[…]");
    (!cut_off && !bare(text).starts_with(&bare(start))).then_some(words)
}

fn last_chars(text: &str, count: usize) -> &str {
    let start = text.char_indices().rev().nth(count).map_or(0, |(at, _)| at);
    &text[start..]
}
