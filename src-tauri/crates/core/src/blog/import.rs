//! The journey from what the author pasted to posts in the library. Each post is saved as soon as it is converted, so
//! whatever interrupts an import, what came in stays, and importing again goes on from there.

use super::archive::{self, Crawl};
use super::discover::{self, DiscoverError, Discovered};
use super::feed::{self, FeedError, ParsedFeed};
use super::fetch::{self, FetchError, Fetcher};
use super::files::{self, FileError, FileKind, FilePost};
use super::keep::{Incoming, Keeper};
use super::post::PostState;
use super::report::ImportReport;
use super::source::{self, SourceKind, SourceSeen};
use super::{boilerplate, nearest, sample};
use crate::id::PostId;
use crate::{Code, Core, Error, Result, Topic, hosts};
use serde::Serialize;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
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
        /// Posts in its feed or file, where that can be told beforehand.
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
    /// The rest of the archive is being brought in.
    Archive {
        /// Posts still to come.
        left: u32,
        /// Posts the site says it has.
        total: Option<u32>,
    },
    /// All are.
    Done {
        /// What came of it.
        report: ImportReport,
    },
}

/// How much of a site is brought in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Extent {
    /// What its feed holds.
    FeedOnly,
    /// The feed first, then every older post that can be reached.
    #[default]
    WholeArchive,
}

/// Imports a site, a post's or feed's address, or a file.
///
/// # Errors
/// `NotAFeed`, `FeedCutShort`, `NoFeedFound`, `SiteUnreachable`, `SiteRefused`, `BadInput`, `Cancelled`; what came in
/// before stays. Stopping while the archive comes in is no error: the rest waits.
pub async fn import(
    core: &Core,
    typed: &str,
    extent: Extent,
    mut on_event: impl FnMut(ImportEvent) + Send,
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
    on_event(ImportEvent::Looking { address: typed.to_owned() });
    let path = Path::new(typed);
    if path.exists() {
        let path = std::fs::canonicalize(path)?;
        return match files::kind_of(&path).map_err(from_file_error)? {
            FileKind::Feed if path.is_file() => from_feed_file(core, &path, on_event, stop).await,
            _ => from_file(core, path, on_event, stop).await,
        };
    }
    let first = discover::complete_address(typed).map_err(from_fetch)?.remove(0);
    hosts::asked(core, first.host_str().unwrap_or_default(), "blog import")?;
    match discover::discover(typed, stop, &core.manners).await {
        Ok(found) => from_feed_address(core, found, extent, &mut on_event, stop).await,
        Err(error @ DiscoverError::NoFeed { .. }) if extent == Extent::WholeArchive => {
            without_feed(core, &first, from_discover(error), &mut on_event, stop).await
        }
        Err(error) => Err(from_discover(error)),
    }
}

/// Imports the sample blog inside the app.
///
/// # Errors
/// When the library cannot be written.
pub async fn import_sample(
    core: &Core,
    mut on_event: impl FnMut(ImportEvent) + Send,
    stop: &CancellationToken,
) -> Result<ImportReport> {
    let feed = feed::parse_feed(sample::SAMPLE_FEED.as_bytes(), None).map_err(from_feed)?;
    let seen = SourceSeen::new(SourceKind::Sample, &feed.title, sample::SAMPLE_URL);
    let title = feed.title.clone();
    let mut keeper = begin(core, &seen, count(&feed), &mut on_event, stop)?;
    keep_feed(&mut keeper, feed, "file").await?;
    finish(keeper, title)
}

/// Reads a feed's file whole, as it would come over the network.
async fn from_feed_file(
    core: &Core,
    path: &Path,
    mut on_event: impl FnMut(ImportEvent) + Send,
    stop: &CancellationToken,
) -> Result<ImportReport> {
    if std::fs::metadata(path)?.len() > fetch::LARGEST_FEED {
        return Err(Error::bad_input(format!("{} is larger than 50 MB, which no feed is.", path.display()))
            .hint("Choose the feed's own file, usually named feed.xml, rss.xml or atom.xml."));
    }
    let feed = feed::parse_feed(&std::fs::read(path)?, None).map_err(from_feed)?;
    let (title, address) = (feed.title.clone(), path.to_string_lossy().into_owned());
    let seen = SourceSeen::new(SourceKind::File, &title, &address);
    let mut keeper = begin(core, &seen, count(&feed), &mut on_event, stop)?;
    keeper.tally.set_aside = set_sample_aside(core)?;
    keep_feed(&mut keeper, feed, "file").await?;
    finish(keeper, title)
}

/// How many posts of a file are saved at once.
const BATCH: usize = 32;

/// Reads an export, a folder or a single text. It is read on a thread of its own, a few posts ahead of the library.
async fn from_file(
    core: &Core,
    path: PathBuf,
    mut on_event: impl FnMut(ImportEvent) + Send,
    stop: &CancellationToken,
) -> Result<ImportReport> {
    let address = path.to_string_lossy().into_owned();
    let name = path.file_name().map_or_else(|| address.clone(), |name| name.to_string_lossy().into_owned());
    let options = files::Options { site: only_site(core)?, ..files::Options::default() };
    let (sender, mut posts) = tokio::sync::mpsc::channel(BATCH);
    let reading = tokio::task::spawn_blocking(move || {
        let found = files::estimate(&path);
        let hand_on = &mut |post| match sender.blocking_send(Ok::<_, u32>(post)) {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        };
        let _ = sender.blocking_send(Err(found.unwrap_or(0)));
        files::read_with(&path, &options, hand_on)
    });
    let mut keeper: Option<Keeper<'_>> = None;
    let mut batch = Vec::with_capacity(BATCH);
    let mut on_event = Some(&mut on_event as &mut (dyn FnMut(ImportEvent) + Send));
    let mut expected = 0;
    while posts.recv_many(&mut batch, BATCH).await > 0 {
        let mut incoming = Vec::with_capacity(BATCH);
        for came in batch.drain(..) {
            match came {
                Err(count) => expected = count,
                Ok(FilePost { post, role }) => incoming.push(Incoming { parsed: post, role }),
            }
        }
        // Nothing is written down of a file that holds no posts.
        if let (None, Some(hear)) = (&keeper, on_event.take_if(|_| !incoming.is_empty())) {
            keeper = Some(begin(core, &SourceSeen::new(SourceKind::File, &name, &address), expected, hear, stop)?);
        }
        if let Some(keeper) = &mut keeper {
            keeper.keep_all(incoming, "file").await?;
        }
    }
    let report = reading.await.map_err(|error| {
        Error::new(Code::Internal, format!("Reading {name} was interrupted.")).hint("Do it again.").because(error)
    })?;
    let report = report.map_err(from_file_error)?;
    let Some(mut keeper) = keeper else { return Err(Error::bad_input(format!("{name} holds no posts."))) };
    core.db.write(|tx| source::rename(tx, keeper.source, &report.title))?;
    keeper.tally.set_aside = set_sample_aside(core)?;
    keeper.skip(report.skipped);
    keeper.tally.notes.extend(report.notes);
    finish(keeper, report.title)
}

/// The site of the one blog that is here, so that an export of it gets the addresses its posts have there.
fn only_site(core: &Core) -> Result<Option<String>> {
    let sources = source::list(&core.db)?;
    let mut sites =
        sources.into_iter().filter(|source| source.kind == SourceKind::Feed).filter_map(|source| source.site);
    Ok(sites.next().filter(|_| sites.next().is_none()))
}

async fn from_feed_address(
    core: &Core,
    found: Discovered,
    extent: Extent,
    on_event: &mut (dyn FnMut(ImportEvent) + Send),
    stop: &CancellationToken,
) -> Result<ImportReport> {
    let Discovered { feed_url, typed_url, fetched } = found;
    let address = Url::parse(&feed_url).map_err(|_| Error::bad_input("The feed's address cannot be read."))?;
    hosts::asked(core, address.host_str().unwrap_or_default(), "blog import")?;
    let feed = feed::parse_feed(&fetched.body, Some(&feed_url)).map_err(from_feed)?;
    let site = site_of(&feed, &address);
    let seen = SourceSeen { site: Some(site.as_str()), ..SourceSeen::new(SourceKind::Feed, &feed.title, &feed_url) };
    let mut keeper = begin(core, &seen, count(&feed), on_event, stop)?;
    keeper.tally.set_aside = set_sample_aside(core)?;
    let title = feed.title.clone();
    let (posts, head) = (feed.posts.clone(), ParsedFeed { posts: Vec::new(), ..feed.clone() });
    keep_feed(&mut keeper, ParsedFeed { posts, ..feed }, "feed").await?;
    core.db.write(|tx| source::set_validators(tx, keeper.source, &fetched.validators()))?;
    if extent == Extent::WholeArchive {
        // Only the host that the author typed may lie in the author's own network.
        let trusted = Url::parse(&typed_url).unwrap_or_else(|_| address.clone());
        let fetcher = Fetcher::new(&trusted, stop.clone(), &core.manners).map_err(from_fetch)?;
        let crawl = Crawl { fetcher: &fetcher, site: &site, feed: Some((&address, &head)), before: None };
        walk(&crawl, &mut keeper).await?;
    }
    finish(keeper, title)
}

/// A site that has no feed may still list its posts in its map.
async fn without_feed(
    core: &Core,
    site: &Url,
    refusal: Error,
    on_event: &mut (dyn FnMut(ImportEvent) + Send),
    stop: &CancellationToken,
) -> Result<ImportReport> {
    let fetcher = Fetcher::new(site, stop.clone(), &core.manners).map_err(from_fetch)?;
    if !archive::lists_posts(&fetcher, site).await {
        return Err(refusal);
    }
    let title = site.host_str().unwrap_or_default().to_owned();
    let seen = SourceSeen {
        site: Some(site.as_str()),
        has_feed: false,
        ..SourceSeen::new(SourceKind::Feed, &title, site.as_str())
    };
    let mut keeper = begin(core, &seen, 0, on_event, stop)?;
    keeper.tally.set_aside = set_sample_aside(core)?;
    walk(&Crawl { fetcher: &fetcher, site, feed: None, before: None }, &mut keeper).await?;
    finish(keeper, title)
}

/// Writes the source down and says what was found.
pub(super) fn begin<'a>(
    core: &'a Core,
    seen: &SourceSeen<'_>,
    posts: u32,
    on_event: &'a mut (dyn FnMut(ImportEvent) + Send),
    stop: &'a CancellationToken,
) -> Result<Keeper<'a>> {
    let source = core.db.write(|tx| source::save(tx, seen, &core.clock.stamp()))?;
    let mut keeper = Keeper::new(core, source, stop, on_event);
    keeper.tell(ImportEvent::Found { title: seen.title.to_owned(), posts, site_posts: None });
    Ok(keeper)
}

/// Keeps every post of a feed.
pub(super) async fn keep_feed(keeper: &mut Keeper<'_>, feed: ParsedFeed, via: &str) -> Result<()> {
    keeper.skip(feed.skipped);
    for parsed in feed.posts {
        if let Err(error) = keeper.keep(parsed.into(), via).await {
            keeper.core.changed(Topic::Posts);
            return Err(error);
        }
    }
    // The window shows them while the archive comes in.
    keeper.core.changed(Topic::Posts);
    Ok(())
}

/// Walks through the site's archive; being stopped on the way is no failure, since the rest waits.
pub(super) async fn walk(crawl: &Crawl<'_>, keeper: &mut Keeper<'_>) -> Result<()> {
    // One at a time: a check of its own accord and the author's "go on" must not ask for the same pages.
    let Ok(_turn) = keeper.core.walking.try_lock() else {
        keeper.tally.waiting = source::get(&keeper.core.db, keeper.source)?.waiting;
        keeper.tally.notes.push("Older posts are already coming in.".to_owned());
        return Ok(());
    };
    match archive::reach(crawl, keeper).await {
        Err(error) if error.code == Code::Cancelled => {}
        other => other?,
    }
    keeper.tally.waiting = source::get(&keeper.core.db, keeper.source)?.waiting;
    Ok(())
}

pub(super) fn finish(mut keeper: Keeper<'_>, title: String) -> Result<ImportReport> {
    boilerplate::find(keeper.core)?;
    nearest::index(keeper.core)?;
    let report = std::mem::take(&mut keeper.tally).report(keeper.source, title);
    keeper.core.changed(Topic::Posts);
    keeper.tell(ImportEvent::Done { report: report.clone() });
    Ok(report)
}

/// The blog's front page: as its feed names it, when that lies where the feed lies or is public anyway.
pub(super) fn site_of(feed: &ParsedFeed, address: &Url) -> Url {
    let named = feed.site_url.as_deref().and_then(|site| address.join(site).ok());
    named.filter(|site| matches!(site.scheme(), "http" | "https")).unwrap_or_else(|| address.clone())
}

pub(super) fn count(feed: &ParsedFeed) -> u32 {
    u32::try_from(feed.posts.len()).unwrap_or(u32::MAX)
}

/// When the author's own blog comes in, the sample's posts are left out: two voices in one training set help nobody.
fn set_sample_aside(core: &Core) -> Result<u32> {
    let sql = "UPDATE post SET included = 0 WHERE included IS NULL
        AND source_id IN (SELECT id FROM source WHERE kind = 'sample')";
    let rows = core.db.write(|tx| Ok(tx.execute(sql, [])?))?;
    Ok(u32::try_from(rows).unwrap_or(u32::MAX))
}

pub(super) fn from_fetch(error: FetchError) -> Error {
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

pub(super) fn from_feed(error: FeedError) -> Error {
    let code = match &error {
        FeedError::CutShort { .. } => Code::FeedCutShort,
        _ => Code::NotAFeed,
    };
    in_two(code, &error.to_string())
}

fn from_file_error(error: FileError) -> Error {
    let code = match &error {
        FileError::Damaged { .. } => Code::FeedCutShort,
        FileError::Unknown { .. } => Code::NotAFeed,
        _ => Code::BadInput,
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
