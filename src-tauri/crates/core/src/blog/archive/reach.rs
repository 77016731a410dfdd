//! Listing a site's posts, then fetching those that are not here yet, one at a time and politely.

use tokio_util::sync::CancellationToken;
use url::Url;

use super::robots::Wishes;
use super::{Part, Way, count_waiting, paged_feed, pages, substack, waiting, wordpress};
use crate::blog::feed::ParsedFeed;
use crate::blog::fetch::{FetchError, Fetcher};
use crate::blog::import::from_fetch;
use crate::blog::keep::Keeper;
use crate::blog::source;
use crate::{Result, hosts};

/// More pages of a feed than this lead nowhere new.
const MOST_PAGES: usize = 500;

/// A site to be walked through.
pub(in crate::blog) struct Crawl<'a> {
    /// Asks it.
    pub fetcher: &'a Fetcher,
    /// The site.
    pub site: &'a Url,
    /// The feed's address and what stood in it; none where a site has no feed.
    pub feed: Option<(&'a Url, &'a ParsedFeed)>,
    /// When the site was last gone through (RFC 3339) and how; nothing where posts may be missing since.
    pub before: Option<(&'a str, &'a str)>,
}

/// Whether a site without a feed lists its posts at all.
pub(in crate::blog) async fn lists_posts(fetcher: &Fetcher, site: &Url) -> bool {
    pages::list(fetcher, site).await.is_some()
}

/// Brings in the posts that the feed does not hold. What came in stays when it is stopped, and the rest waits.
pub(in crate::blog) async fn reach(crawl: &Crawl<'_>, keeper: &mut Keeper<'_>) -> Result<()> {
    let wishes = match Wishes::of(crawl.fetcher, crawl.site).await {
        Ok(wishes) => wishes,
        Err(error) => return later(keeper, &error),
    };
    let began = keeper.core.clock.stamp();
    let way = match list(crawl, keeper).await? {
        Ok(way) => way,
        Err(error) => return later(keeper, &error),
    };
    keeper.core.db.write(|tx| source::walked(tx, keeper.source, way.map(Way::name), &began))?;
    fetch_waiting(crawl.fetcher, &wishes, keeper).await
}

/// A site's answer; its errors are kept apart from the library's.
type Answered<T> = std::result::Result<T, FetchError>;

/// Asks the site for its list, in the way of its platform, and tells which way that was.
async fn list(crawl: &Crawl<'_>, keeper: &mut Keeper<'_>) -> Result<Answered<Option<Way>>> {
    if let Some((since, way)) = crawl.before {
        return edited(crawl, since, Way::from_name(way), keeper).await;
    }
    let generator = crawl.feed.map(|(_, feed)| feed.generator.to_lowercase()).unwrap_or_default();
    let host = crawl.site.host_str().unwrap_or_default();
    if generator.contains("substack") || host.ends_with(".substack.com") {
        match substack::list(crawl.fetcher, crawl.site).await {
            Err(error) => return Ok(Err(error)),
            Ok(Some(part)) => return take(keeper, Way::Substack, part).await.map(|()| Ok(Some(Way::Substack))),
            Ok(None) => {}
        }
    }
    if generator.is_empty() || generator.contains("wordpress") {
        match wordpress_pages(crawl, None, keeper).await? {
            Ok(false) => {}
            gave => return Ok(gave.map(|_| Some(Way::WordPress))),
        }
    }
    if let Some((address, feed)) = crawl.feed
        && let Some(next) = paged_feed::next(feed, address)
    {
        match feed_pages(crawl.fetcher, next, keeper).await? {
            Ok(false) => {}
            gave => return Ok(gave.map(|_| Some(Way::PagedFeed))),
        }
    }
    site_map(crawl, keeper).await.map(Ok)
}

/// What a site that was gone through before lists as edited since. Substack's list and a feed's pages do not tell.
async fn edited(crawl: &Crawl<'_>, since: &str, way: Way, keeper: &mut Keeper<'_>) -> Result<Answered<Option<Way>>> {
    match way {
        Way::Substack | Way::PagedFeed => Ok(Ok(Some(way))),
        Way::WordPress => Ok(wordpress_pages(crawl, Some(since), keeper).await?.map(|_| Some(way))),
        Way::Pages => site_map(crawl, keeper).await.map(Ok),
    }
}

async fn site_map(crawl: &Crawl<'_>, keeper: &mut Keeper<'_>) -> Result<Option<Way>> {
    let Some(part) = pages::list(crawl.fetcher, crawl.site).await else { return Ok(None) };
    take(keeper, Way::Pages, part).await.map(|()| Some(Way::Pages))
}

/// Whether the site gave posts by WordPress' interface.
async fn wordpress_pages(crawl: &Crawl<'_>, since: Option<&str>, keeper: &mut Keeper<'_>) -> Result<Answered<bool>> {
    let mut any = false;
    for number in 1..=MOST_PAGES {
        match wordpress::page(crawl.fetcher, crawl.site, number, since).await {
            Err(error) => return Ok(Err(error)),
            Ok(None) => break,
            Ok(Some(part)) => {
                any = true;
                // Of a list of edited posts the total says nothing about the site.
                let part = if since.is_some() { Part { total: None, ..part } } else { part };
                take(keeper, Way::WordPress, part).await?;
            }
        }
    }
    Ok(Ok(any))
}

/// Whether the further pages of the feed brought posts.
async fn feed_pages(fetcher: &Fetcher, first: Url, keeper: &mut Keeper<'_>) -> Result<Answered<bool>> {
    let mut next = Some(first);
    let mut any = false;
    for _ in 0..MOST_PAGES {
        let Some(address) = next else { break };
        match paged_feed::page(fetcher, &address).await {
            Err(error) => return Ok(Err(error)),
            Ok(None) => break,
            Ok(Some((part, after))) => {
                let before = keeper.seen.len();
                take(keeper, Way::PagedFeed, part).await?;
                // A server that ignores the page's number sends the first page for ever.
                let fresh = keeper.seen.len() > before;
                any |= fresh;
                next = after.filter(|_| fresh);
            }
        }
    }
    Ok(Ok(any))
}

/// Keeps what came whole and writes down what is still to be fetched.
async fn take(keeper: &mut Keeper<'_>, way: Way, part: Part) -> Result<()> {
    if let Some(total) = part.total {
        keeper.core.db.write(|tx| source::set_site_posts(tx, keeper.source, total))?;
        keeper.tally.site_posts = Some(total);
    }
    for post in part.whole {
        keeper.keep(post.into(), way.name()).await?;
    }
    let (source, listed) = (keeper.source, part.listed);
    keeper.core.db.write(|tx| waiting::write_down(tx, source, way, &listed))?;
    let seen = u32::try_from(keeper.seen.len()).unwrap_or(u32::MAX);
    let left = match (way, keeper.tally.site_posts) {
        // Here the list is the posts themselves; elsewhere what waits is written down.
        (Way::WordPress, Some(total)) => total.saturating_sub(seen),
        _ => count_waiting(&keeper.core.db, source)?,
    };
    keeper.still_to_come(left);
    Ok(())
}

/// Fetches what is still to come, newest first.
async fn fetch_waiting(fetcher: &Fetcher, wishes: &Wishes, keeper: &mut Keeper<'_>) -> Result<()> {
    let source = keeper.source;
    while let Some((address, way)) = waiting::next(&keeper.core.db, source)? {
        keeper.still_to_come(count_waiting(&keeper.core.db, source)?);
        let Ok(url) = Url::parse(&address) else {
            settle(keeper, &address, Some("Its address cannot be read."))?;
            continue;
        };
        if !wishes.allow(&url) {
            settle(keeper, &address, Some("The site asks programs not to read this page (robots.txt)."))?;
            continue;
        }
        if let Some(delay) = wishes.delay() {
            pause(delay, keeper.stop).await;
        }
        hosts::asked(keeper.core, url.host_str().unwrap_or_default(), "blog import")?;
        let fetched = match way {
            Way::Substack => substack::fetch(fetcher, &url).await,
            _ => pages::fetch(fetcher, &url).await,
        };
        match fetched {
            Ok(Some(post)) => {
                keeper.keep(post.into(), way.name()).await?;
                settle(keeper, &address, None)?;
            }
            Ok(None) => settle(keeper, &address, Some("The page shows no post."))?,
            Err(FetchError::Cancelled) => return Err(from_fetch(FetchError::Cancelled)),
            // Whoever is out of reach now is asked again next time; the rest waits with it.
            Err(error) if error.is_temporary() => return later(keeper, &error),
            Err(error) => settle(keeper, &address, Some(&why(&error)))?,
        }
    }
    keeper.still_to_come(0);
    Ok(())
}

fn settle(keeper: &Keeper<'_>, address: &str, reason: Option<&str>) -> Result<()> {
    keeper.core.db.write(|tx| waiting::settle(tx, keeper.source, address, reason))
}

async fn pause(time: std::time::Duration, stop: &CancellationToken) {
    tokio::select! {
        () = stop.cancelled() => {}
        () = tokio::time::sleep(time) => {}
    }
}

/// The site gives no more today: what came in is a success, and the reason stands in the report.
fn later(keeper: &mut Keeper<'_>, error: &FetchError) -> Result<()> {
    if *error == FetchError::Cancelled {
        return Err(from_fetch(FetchError::Cancelled));
    }
    keeper.interrupted_by(error.to_string());
    Ok(())
}

fn why(error: &FetchError) -> String {
    match error {
        FetchError::Status { status: 401..=403, .. } => "The site does not show it to everyone.".to_owned(),
        FetchError::Status { status: 404 | 410, .. } => "The page is no longer there.".to_owned(),
        other => other.to_string(),
    }
}
