//! Keeping posts as they come, each as soon as it is converted, so that whatever interrupts an import loses none.

use std::collections::HashSet;

use tokio_util::sync::CancellationToken;
use url::Url;

use super::feed::{ParsedPost, Skipped, TruncationReason};
use super::fetch::FetchError;
use super::import::{ImportEvent, from_fetch};
use super::post::{self, Post, PostSeen, Role};
use super::report::Tally;
use super::{markdown, post::Arrival};
use crate::clock::stamp;
use crate::id::{PostId, SourceId};
use crate::{Core, Result};

/// A post on its way into the library.
pub(super) struct Incoming {
    /// What its source says of it.
    pub parsed: ParsedPost,
    /// What sort of text it is.
    pub role: Role,
}

impl From<ParsedPost> for Incoming {
    fn from(parsed: ParsedPost) -> Self {
        Incoming { parsed, role: Role::Post }
    }
}

/// Keeps the posts of one source and counts what came of each.
pub(super) struct Keeper<'a> {
    pub core: &'a Core,
    pub source: SourceId,
    pub stop: &'a CancellationToken,
    pub tally: Tally,
    /// The posts that arrived in this import, by whatever way.
    pub seen: HashSet<PostId>,
    on_event: &'a mut (dyn FnMut(ImportEvent) + Send),
}

impl<'a> Keeper<'a> {
    pub fn new(
        core: &'a Core,
        source: SourceId,
        stop: &'a CancellationToken,
        on_event: &'a mut (dyn FnMut(ImportEvent) + Send),
    ) -> Self {
        Keeper { core, source, stop, on_event, tally: Tally::default(), seen: HashSet::new() }
    }

    /// Saves one post; `via` names the way it came, since two ways may give two texts of the same post.
    pub async fn keep(&mut self, incoming: Incoming, via: &str) -> Result<()> {
        self.keep_all(vec![incoming], via).await
    }

    /// Saves some posts at once: from a file they come faster than the disk can confirm one by one.
    pub async fn keep_all(&mut self, incoming: Vec<Incoming>, via: &str) -> Result<()> {
        if self.stop.is_cancelled() {
            return Err(from_fetch(FetchError::Cancelled));
        }
        let seen: Vec<PostSeen> = incoming.into_iter().map(convert).collect();
        let now = self.core.clock.stamp();
        let arrival = Arrival { source: self.source, via, now: &now };
        let kept = self.core.db.write(|tx| {
            let save = |seen| {
                let (id, saved) = post::save(tx, &arrival, seen)?;
                Ok((saved, post::get(tx, id)?))
            };
            seen.iter().map(save).collect::<Result<Vec<_>>>()
        })?;
        for (saved, post) in kept {
            // The same post may come by the feed and by the archive; it counts once.
            if self.seen.insert(post.id) {
                self.tally.count(saved);
                let Post { id, title, words, state, .. } = post;
                (self.on_event)(ImportEvent::Post { id, title, words, state });
            }
        }
        // Lets a window that shares this thread breathe between posts.
        tokio::task::yield_now().await;
        Ok(())
    }

    /// So many posts of the archive are not here yet.
    pub fn still_to_come(&mut self, left: u32) {
        self.tally.waiting = left;
        (self.on_event)(ImportEvent::Archive { left, total: self.tally.site_posts });
    }

    /// The site stopped giving; what came in stays.
    pub fn interrupted_by(&mut self, reason: String) {
        self.tally.interrupted = Some(reason);
    }

    /// Items that could not be used.
    pub fn skip(&mut self, skipped: Vec<Skipped>) {
        self.tally.skipped.extend(skipped);
    }

    pub fn tell(&mut self, event: ImportEvent) {
        (self.on_event)(event);
    }
}

fn convert(incoming: Incoming) -> PostSeen {
    let Incoming { parsed, role } = incoming;
    let base = (!parsed.url.is_empty()).then_some(parsed.url.as_str());
    let reason = parsed.truncated.map(|reason| match reason {
        TruncationReason::SummaryOnly => "summary_only",
        TruncationReason::Paywall => "paywall",
        TruncationReason::ReadMore => "read_more",
    });
    PostSeen {
        key: if parsed.url.is_empty() { parsed.guid } else { key(&parsed.url).unwrap_or(parsed.guid) },
        markdown: markdown::to_markdown(&parsed.html, base),
        url: (!parsed.url.is_empty()).then_some(parsed.url),
        title: parsed.title,
        subtitle: parsed.subtitle,
        author: (!parsed.author.is_empty()).then_some(parsed.author),
        published_at: parsed.published_at.map(stamp),
        html: parsed.html,
        truncated: reason.map(str::to_owned),
        role,
    }
}

/// What makes it the same post when it arrives again by another way: its address without scheme, `www`, trackers and
/// trailing slash. `None` for what is no address.
pub(super) fn key(address: &str) -> Option<String> {
    let url = Url::parse(address).ok()?;
    let host = url.host_str()?;
    let host = host.strip_prefix("www.").unwrap_or(host);
    // Some blogs tell their posts apart by the query alone (`?p=12`); trackers add names of their own.
    let query: Vec<String> = url
        .query_pairs()
        .filter(|(name, _)| !name.starts_with("utm_") && !["ref", "source", "fbclid", "gclid"].contains(&name.as_ref()))
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let query = if query.is_empty() { String::new() } else { format!("?{}", query.join("&")) };
    Some(format!("{host}{}{query}", url.path().trim_end_matches('/')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_post_has_one_key_whatever_way_its_address_was_written() {
        let same = [
            "https://a.example/p/one",
            "http://www.a.example/p/one/",
            "https://a.example/p/one?utm_source=feed&utm_medium=rss",
            "https://a.example/p/one#comments",
        ];
        assert!(same.iter().all(|address| key(address).as_deref() == Some("a.example/p/one")), "{same:?}");
        assert_ne!(key("https://a.example/?p=12"), key("https://a.example/?p=13"));
        assert_eq!(key("no address"), None);
    }
}
