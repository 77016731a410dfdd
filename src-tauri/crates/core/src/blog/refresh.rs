//! Asking a source again: what is new, what was edited, what is no longer there.

use super::archive::Crawl;
use super::feed::{self, ParsedFeed};
use super::fetch::{Answer, FetchError, Fetcher, Kind, Validators};
use super::import::{
    Extent, ImportEvent, begin, count, finish, from_feed, from_fetch, import, import_sample, keep_feed, site_of, walk,
};
use super::keep::Keeper;
use super::report::ImportReport;
use super::source::{self, Source, SourceKind, SourceSeen};
use crate::clock::stamp;
use crate::id::{PostId, SourceId};
use crate::settings::{self, CheckBlogs};
use crate::{Core, Result, hosts};
use chrono::TimeDelta;
use rusqlite::params;
use tokio_util::sync::CancellationToken;
use url::Url;

/// More posts than this do not vanish between two looks; asking after each would be no courtesy.
const MOST_VANISHED: usize = 20;

/// Asks a source again for new, edited and unpublished posts, and goes on with what is still to come.
///
/// # Errors
/// As [`import`].
pub async fn refresh(
    core: &Core,
    id: SourceId,
    extent: Extent,
    mut on_event: impl FnMut(ImportEvent) + Send,
    stop: &CancellationToken,
) -> Result<ImportReport> {
    let source = source::get(&core.db, id)?;
    match source.kind {
        SourceKind::Sample => import_sample(core, on_event, stop).await,
        SourceKind::File => import(core, &source.address, extent, on_event, stop).await,
        SourceKind::Feed => match Url::parse(&source.address) {
            Ok(address) => refresh_feed(core, &source, &address, extent, &mut on_event, stop).await,
            Err(_) => import(core, &source.address, extent, on_event, stop).await,
        },
    }
}

/// The blogs that were last asked longer ago than the author wants.
///
/// # Errors
/// When the library cannot be read.
pub fn due(core: &Core) -> Result<Vec<Source>> {
    let interval = match settings::load(&core.db)?.check_blogs {
        CheckBlogs::Off => return Ok(Vec::new()),
        CheckBlogs::Daily => TimeDelta::days(1),
        CheckBlogs::Weekly => TimeDelta::weeks(1),
    };
    let before = stamp(core.clock.now() - interval);
    let mut sources = source::list(&core.db)?;
    sources.retain(|source| {
        source.kind == SourceKind::Feed && source.checked_at.as_deref().is_none_or(|checked| checked <= before.as_str())
    });
    Ok(sources)
}

async fn refresh_feed(
    core: &Core,
    source: &Source,
    address: &Url,
    extent: Extent,
    on_event: &mut (dyn FnMut(ImportEvent) + Send),
    stop: &CancellationToken,
) -> Result<ImportReport> {
    on_event(ImportEvent::Looking { address: source.address.clone() });
    hosts::asked(core, address.host_str().unwrap_or_default(), "blog import")?;
    let fetcher = Fetcher::new(address, stop.clone(), &core.manners).map_err(from_fetch)?;
    let came = if source.has_feed { ask(source, &fetcher, address).await? } else { None };
    let known = Validators { etag: source.etag.clone(), last_modified: source.last_modified.clone() };
    let (feed, validators) = came.map_or((None, known), |(feed, validators)| (Some(feed), validators));
    let title = feed.as_ref().map_or_else(|| source.title.clone(), |feed| feed.title.clone());
    let site = feed.as_ref().map(|feed| site_of(feed, address));
    let site = site.or_else(|| Url::parse(source.site.as_deref()?).ok()).unwrap_or_else(|| address.clone());
    let seen = SourceSeen {
        site: Some(site.as_str()),
        has_feed: source.has_feed,
        ..SourceSeen::new(SourceKind::Feed, &title, &source.address)
    };
    let mut keeper = begin(core, &seen, feed.as_ref().map_or(0, count), on_event, stop)?;
    let mut head = None;
    if let Some(feed) = feed {
        head = Some(ParsedFeed { posts: Vec::new(), ..feed.clone() });
        let oldest = feed.posts.iter().filter_map(|post| post.published_at).min();
        keep_feed(&mut keeper, feed, "feed").await?;
        if let Some(oldest) = oldest {
            notice_unpublished(&fetcher, &stamp(oldest), &mut keeper).await?;
        }
    }
    core.db.write(|tx| source::set_validators(tx, source.id, &validators))?;
    if extent == Extent::WholeArchive {
        // Nothing in the feed was known: posts between it and what is here may be missing.
        let gap = keeper.tally.unchanged + keeper.tally.changed == 0 && keeper.tally.new > 0;
        let feed = head.as_ref().map(|feed| (address, feed));
        let before = source.walked_at.as_deref().zip(source.way.as_deref());
        let crawl = Crawl { fetcher: &fetcher, site: &site, feed, before: before.filter(|_| !gap) };
        walk(&crawl, &mut keeper).await?;
    } else {
        keeper.tally.waiting = source::get(&core.db, source.id)?.waiting;
    }
    finish(keeper, title)
}

/// The feed, unless the server says that it is the one we have.
async fn ask(source: &Source, fetcher: &Fetcher, address: &Url) -> Result<Option<(ParsedFeed, Validators)>> {
    let known = Validators { etag: source.etag.clone(), last_modified: source.last_modified.clone() };
    match fetcher.get_if_changed(address, Kind::Feed, &known).await.map_err(from_fetch)? {
        Answer::NotModified => Ok(None),
        Answer::Fetched(fetched) => {
            let feed = feed::parse_feed(&fetched.body, Some(&source.address)).map_err(from_feed)?;
            Ok(Some((feed, fetched.validators())))
        }
    }
}

/// Posts that the feed should hold by their date and does not: they are asked for by their address, and only the
/// answer that there is no such page counts.
async fn notice_unpublished(fetcher: &Fetcher, oldest: &str, keeper: &mut Keeper<'_>) -> Result<()> {
    let sql = "SELECT post.id, url FROM post JOIN post_arrival ON post_id = post.id AND via = 'feed'
        WHERE post_arrival.source_id = ?1 AND published_at > ?2 AND gone_at IS NULL AND url IS NOT NULL";
    let expected: Vec<(PostId, String)> = keeper.core.db.read(|c| {
        let mut statement = c.prepare(sql)?;
        let found = statement.query_map(params![keeper.source, oldest], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(found.collect::<rusqlite::Result<_>>()?)
    })?;
    let missing = expected.into_iter().filter(|(id, _)| !keeper.seen.contains(id)).take(MOST_VANISHED);
    for (id, address) in missing.collect::<Vec<_>>() {
        let Ok(url) = Url::parse(&address) else { continue };
        if let Err(FetchError::Status { status: 404 | 410, .. }) = fetcher.get_in_time(&url, Kind::Page).await {
            let now = keeper.core.clock.stamp();
            keeper
                .core
                .db
                .write(|tx| Ok(tx.execute("UPDATE post SET gone_at = ?2 WHERE id = ?1", params![id, now])?))?;
            keeper.tally.unpublished += 1;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::FixedClock;
    use crate::library::tests::library;
    use chrono::Utc;
    use std::sync::Arc;

    #[test]
    fn blogs_are_due_as_often_as_the_author_wants() {
        let (_folder, mut core) = library();
        let feed = SourceSeen::new(SourceKind::Feed, "Paths", "https://paths.example/feed");
        let file = SourceSeen::new(SourceKind::File, "Paths", "/tmp/paths.xml");
        let asked = stamp(Utc::now());
        core.db.write(|tx| source::save(tx, &feed, &asked).and(source::save(tx, &file, &asked))).unwrap();
        let mut due_after = |days: i64, check_blogs: CheckBlogs| {
            let settings = settings::Settings { check_blogs, ..settings::load(&core.db).unwrap() };
            settings::save(&core, settings).unwrap();
            core.clock = Arc::new(FixedClock(Utc::now() + TimeDelta::days(days)));
            due(&core).unwrap().into_iter().map(|source| source.address).collect::<Vec<_>>()
        };
        assert!(due_after(30, CheckBlogs::Off).is_empty());
        assert!(due_after(0, CheckBlogs::Daily).is_empty());
        assert_eq!(due_after(1, CheckBlogs::Daily), ["https://paths.example/feed"]);
        assert!(due_after(6, CheckBlogs::Weekly).is_empty());
        assert_eq!(due_after(7, CheckBlogs::Weekly), ["https://paths.example/feed"]);
    }
}
