//! The journey from what the author pasted to posts in the library. Each post is saved as soon as it is converted, so
//! whatever interrupts an import, what came in stays, and importing again goes on from there.

use super::discover::{self, DiscoverError, Discovered};
use super::feed::{self, FeedError, ParsedFeed, ParsedPost, Skipped, TruncationReason};
use super::fetch::{FetchError, Fetcher};
use super::post::{self, PostSeen, PostState, Saved};
use super::source::{self, SourceKind, SourceSeen};
use super::{markdown, sample};
use crate::clock::stamp;
use crate::id::{PostId, SourceId};
use crate::{Code, Core, Error, Result, Topic, hosts};
use serde::Serialize;
use std::path::Path;
use tokio_util::sync::CancellationToken;
use url::Url;

/// How an import goes on.
#[derive(Debug, Clone, Serialize, specta::Type)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum ImportEvent {
    /// A place is being asked.
    Looking {
        /// The place.
        address: String,
    },
    /// A blog was found.
    Found {
        /// Its name.
        title: String,
        /// Posts in its feed.
        posts: u32,
        /// Posts the site says it has.
        site_posts: Option<u32>,
    },
    /// A post is in the library.
    Post {
        /// Its number.
        id: PostId,
        /// Its title.
        title: String,
        /// Words in its text.
        words: u32,
        /// Whether it is used.
        state: PostState,
    },
    /// All are.
    Done {
        /// What came of it.
        report: ImportReport,
    },
}

/// What came of an import.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct ImportReport {
    /// The source.
    pub source: SourceId,
    /// The blog's name.
    pub title: String,
    /// Posts in the feed.
    pub posts: u32,
    /// Posts that were not here before.
    pub new: u32,
    /// Posts whose text changed.
    pub changed: u32,
    /// Posts that were here and are the same.
    pub unchanged: u32,
    /// Items that could not be used, and why.
    pub skipped: Vec<Skipped>,
    /// Posts the site says it has.
    pub site_posts: Option<u32>,
    /// The same in a sentence or two.
    pub message: String,
}

/// A feed as it arrived, from wherever.
struct Arrived {
    kind: SourceKind,
    address: String,
    bytes: Vec<u8>,
    etag: Option<String>,
    last_modified: Option<String>,
    /// The site to ask how many posts it has.
    site: Option<Url>,
}

/// Imports a site, a post's or feed's address, or a feed file.
///
/// # Errors
/// `NotAFeed`, `FeedCutShort`, `NoFeedFound`, `SiteUnreachable`, `SiteRefused`, `BadInput`, `Cancelled`; what came in
/// before stays.
pub async fn import(
    core: &Core,
    typed: &str,
    on_event: impl FnMut(ImportEvent) + Send,
    stop: &CancellationToken,
) -> Result<ImportReport> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Err(
            Error::bad_input("There is no address yet.").hint("Paste your blog's address, or choose a feed file.")
        );
    }
    if typed == sample::SAMPLE_URL || typed == "sample" {
        return import_sample(core, on_event, stop).await;
    }
    let mut on_event = on_event;
    on_event(ImportEvent::Looking { address: typed.to_owned() });
    let path = Path::new(typed);
    let arrived = if path.is_file() { from_file(path)? } else { from_site(core, typed, stop).await? };
    keep(core, arrived, on_event, stop).await
}

/// Imports the sample blog inside the app.
///
/// # Errors
/// When the library cannot be written.
pub async fn import_sample(
    core: &Core,
    on_event: impl FnMut(ImportEvent) + Send,
    stop: &CancellationToken,
) -> Result<ImportReport> {
    let arrived = Arrived {
        kind: SourceKind::Sample,
        address: sample::SAMPLE_URL.to_owned(),
        bytes: sample::SAMPLE_FEED.as_bytes().to_vec(),
        etag: None,
        last_modified: None,
        site: None,
    };
    keep(core, arrived, on_event, stop).await
}

/// Asks a source again for new and edited posts.
///
/// # Errors
/// As [`import`].
pub async fn refresh(
    core: &Core,
    id: SourceId,
    on_event: impl FnMut(ImportEvent) + Send,
    stop: &CancellationToken,
) -> Result<ImportReport> {
    let source = source::get(&core.db, id)?;
    match source.kind {
        SourceKind::Sample => import_sample(core, on_event, stop).await,
        _ => import(core, &source.address, on_event, stop).await,
    }
}

/// A feed is at most this large, in bytes; the same as over the network.
const LARGEST_FILE: u64 = 50_000_000;

fn from_file(path: &Path) -> Result<Arrived> {
    if std::fs::metadata(path)?.len() > LARGEST_FILE {
        return Err(Error::bad_input(format!("{} is larger than 50 MB, which no feed is.", path.display()))
            .hint("Choose the feed's own file, usually named feed.xml, rss.xml or atom.xml."));
    }
    let address = std::fs::canonicalize(path)?.to_string_lossy().into_owned();
    let bytes = std::fs::read(path)?;
    Ok(Arrived { kind: SourceKind::File, address, bytes, etag: None, last_modified: None, site: None })
}

async fn from_site(core: &Core, typed: &str, stop: &CancellationToken) -> Result<Arrived> {
    for url in discover::complete_address(typed).map_err(from_fetch)?.iter().take(1) {
        hosts::asked(core, url.host_str().unwrap_or_default(), "blog import")?;
    }
    let Discovered { feed_url, fetched, .. } = discover::discover(typed, stop).await.map_err(from_discover)?;
    let site = Url::parse(&feed_url).ok();
    if let Some(host) = site.as_ref().and_then(Url::host_str) {
        hosts::asked(core, host, "blog import")?;
    }
    Ok(Arrived {
        kind: SourceKind::Feed,
        address: feed_url,
        etag: fetched.etag,
        last_modified: fetched.last_modified,
        bytes: fetched.body,
        site,
    })
}

/// Converts and saves every post of a feed.
async fn keep(
    core: &Core,
    arrived: Arrived,
    mut on_event: impl FnMut(ImportEvent) + Send,
    stop: &CancellationToken,
) -> Result<ImportReport> {
    let base = (arrived.kind == SourceKind::Feed).then_some(arrived.address.as_str());
    let feed = feed::parse_feed(&arrived.bytes, base).map_err(from_feed)?;
    let count = u32::try_from(feed.posts.len()).unwrap_or(u32::MAX);
    on_event(ImportEvent::Found { title: feed.title.clone(), posts: count, site_posts: None });
    let seen = SourceSeen {
        kind: arrived.kind,
        title: &feed.title,
        address: &arrived.address,
        site_posts: None,
        etag: arrived.etag.as_deref(),
        last_modified: arrived.last_modified.as_deref(),
    };
    let source = core.db.write(|tx| source::save(tx, &seen, &core.clock.stamp()))?;
    let set_aside = if arrived.kind == SourceKind::Sample { 0 } else { set_sample_aside(core)? };
    let ParsedFeed { title, posts, skipped, .. } = feed;
    let mut tally = Tally::default();
    for parsed in posts {
        if stop.is_cancelled() {
            core.changed(Topic::Posts);
            return Err(from_fetch(FetchError::Cancelled));
        }
        let seen = convert(parsed);
        let now = core.clock.stamp();
        let (saved, kept) = core.db.write(|tx| {
            let (id, saved) = post::save(tx, source, &seen, &now)?;
            Ok((saved, post::get(tx, id)?))
        })?;
        tally.count(saved);
        on_event(ImportEvent::Post { id: kept.id, title: kept.title, words: kept.words, state: kept.state });
        // Lets a window that shares this thread breathe between posts.
        tokio::task::yield_now().await;
    }
    let site_posts = count_site(core, source, arrived.site.as_ref(), count, stop).await?;
    let message = tally.sentence(site_posts, set_aside, skipped.len());
    let Tally { new, changed, unchanged } = tally;
    let report = ImportReport { source, title, posts: count, new, changed, unchanged, skipped, site_posts, message };
    core.changed(Topic::Posts);
    on_event(ImportEvent::Done { report: report.clone() });
    Ok(report)
}

/// How many posts the site has, when it has more than its feed holds. Asked last: the posts that are here come first.
async fn count_site(
    core: &Core,
    source: SourceId,
    site: Option<&Url>,
    in_feed: u32,
    stop: &CancellationToken,
) -> Result<Option<u32>> {
    let Some(site) = site else { return Ok(None) };
    let fetcher = Fetcher::new(site, stop.clone()).map_err(from_fetch)?;
    let count = discover::count_site_posts(&fetcher, site).await.filter(|count| *count > in_feed);
    if let Some(count) = count {
        core.db.write(|tx| source::set_site_posts(tx, source, count))?;
    }
    Ok(count)
}

#[derive(Default)]
struct Tally {
    new: u32,
    changed: u32,
    unchanged: u32,
}

impl Tally {
    fn count(&mut self, saved: Saved) {
        match saved {
            Saved::New => self.new += 1,
            Saved::Changed => self.changed += 1,
            Saved::Unchanged => self.unchanged += 1,
        }
    }

    fn sentence(&self, site_posts: Option<u32>, set_aside: u32, skipped: usize) -> String {
        let all = self.new + self.changed + self.unchanged;
        let posts = |n: u32| if n == 1 { "1 post".to_owned() } else { format!("{n} posts") };
        let mut text = match (self.new, self.changed) {
            (0, 0) if all == 0 => "The feed holds no posts yet.".to_owned(),
            (0, 0) => format!("Nothing new: all {} were here already, unchanged.", posts(all)),
            (new, 0) => format!("{} imported.", posts(new)),
            (0, changed) => format!("{} changed.", posts(changed)),
            (new, changed) => format!("{} imported, {changed} changed.", posts(new)),
        };
        if let Some(site) = site_posts {
            text.push_str(&format!(
                " The feed holds the newest {all} of {site} posts on the site; older ones come in with a feed file that holds them."
            ));
        }
        if skipped > 0 {
            text.push_str(&format!(" {skipped} could not be used."));
        }
        if set_aside > 0 {
            text.push_str(&format!(
                " The {set_aside} sample posts were set aside, so that they do not mix with yours."
            ));
        }
        text
    }
}

/// When the author's own blog comes in, the sample's posts are left out: two voices in one training set help nobody.
fn set_sample_aside(core: &Core) -> Result<u32> {
    let sql = "UPDATE post SET included = 0 WHERE included IS NULL
        AND source_id IN (SELECT id FROM source WHERE kind = 'sample')";
    let rows = core.db.write(|tx| Ok(tx.execute(sql, [])?))?;
    Ok(u32::try_from(rows).unwrap_or(u32::MAX))
}

fn convert(parsed: ParsedPost) -> PostSeen {
    let base = (!parsed.url.is_empty()).then_some(parsed.url.as_str());
    let reason = parsed.truncated.map(|reason| match reason {
        TruncationReason::SummaryOnly => "summary_only",
        TruncationReason::Paywall => "paywall",
        TruncationReason::ReadMore => "read_more",
    });
    PostSeen {
        key: key(&parsed),
        markdown: markdown::to_markdown(&parsed.html, base),
        url: (!parsed.url.is_empty()).then_some(parsed.url),
        title: parsed.title,
        subtitle: parsed.subtitle,
        author: (!parsed.author.is_empty()).then_some(parsed.author),
        published_at: parsed.published_at.map(stamp),
        html: parsed.html,
        truncated: reason.map(str::to_owned),
    }
}

/// What makes it the same post when it arrives again by another way: its address without scheme, `www`, query and
/// trailing slash; its guid where it has no address.
fn key(parsed: &ParsedPost) -> String {
    let Ok(url) = Url::parse(&parsed.url) else { return parsed.guid.clone() };
    let host = url.host_str().unwrap_or_default();
    let host = host.strip_prefix("www.").unwrap_or(host);
    // Some blogs tell their posts apart by the query alone (`?p=12`); trackers add names of their own.
    let query: Vec<String> = url
        .query_pairs()
        .filter(|(name, _)| !name.starts_with("utm_") && !["ref", "source", "fbclid", "gclid"].contains(&name.as_ref()))
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let query = if query.is_empty() { String::new() } else { format!("?{}", query.join("&")) };
    format!("{host}{}{query}", url.path().trim_end_matches('/'))
}

fn from_fetch(error: FetchError) -> Error {
    let code = match &error {
        FetchError::BadAddress { .. } => Code::BadInput,
        FetchError::NoAnswer { .. } => Code::SiteUnreachable,
        FetchError::Cancelled => Code::Cancelled,
        _ => Code::SiteRefused,
    };
    in_two(code, &error.to_string())
}

fn from_discover(error: DiscoverError) -> Error {
    match error {
        DiscoverError::Fetch(error) => from_fetch(error),
        other => in_two(Code::NoFeedFound, &other.to_string()),
    }
}

fn from_feed(error: FeedError) -> Error {
    let code = match &error {
        FeedError::CutShort { .. } => Code::FeedCutShort,
        _ => Code::NotAFeed,
    };
    in_two(code, &error.to_string())
}

/// The slice's own errors say what happened in their first sentence and what to do in the rest.
fn in_two(code: Code, sentences: &str) -> Error {
    match sentences.split_once(". ") {
        Some((what, hint)) => Error::new(code, format!("{what}.")).hint(hint),
        None => Error::new(code, sentences),
    }
}
