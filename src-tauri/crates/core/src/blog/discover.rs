//! From whatever the author pasted to the blog's feed.
//!
//! Authors know their blog by its front page, by a post, by their profile; almost nobody knows the feed. So the
//! address is completed, asked, and read for where the feed is; the usual places come last.

mod sitemap;

use dom_query::Document;
use url::Url;

use super::feed::looks_like_feed;
use super::fetch::{FetchError, Fetched, Fetcher, Kind, Manners, host_of};
use tokio_util::sync::CancellationToken;

pub use sitemap::{SitePost, count_site_posts, site_posts};

/// Where feeds are when no page names them, most usual first.
const USUAL_PATHS: [&str; 7] = ["/feed", "/rss", "/feed.xml", "/atom.xml", "/rss.xml", "/index.xml", "/feed.json"];
const FEED_TYPES: [&str; 4] =
    ["application/rss+xml", "application/atom+xml", "application/feed+json", "application/json"];

/// A feed that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Discovered {
    /// The feed's address, to be asked again later.
    pub feed_url: String,
    /// The address the author's entry was completed to.
    pub typed_url: String,
    /// The feed as it came.
    pub fetched: Fetched,
}

/// Why no feed was found.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DiscoverError {
    /// The site could not be asked.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// The site answers, but has no feed where feeds are.
    #[error(
        "{host} names no feed, and none was found in the {tried} usual places. Paste the feed's own address if you know it, or export the posts to a file and add the file."
    )]
    NoFeed {
        /// Who was asked.
        host: String,
        /// How many places were tried.
        tried: u32,
    },
}

/// Completes what an author typed or pasted to addresses to try, best first.
pub fn complete_address(typed: &str) -> Result<Vec<Url>, FetchError> {
    let bad = |why| FetchError::BadAddress { address: typed.trim().to_owned(), why };
    let text = typed.trim().trim_matches(['<', '>', '"', '\'', '“', '”']).trim();
    let text = text.strip_prefix("feed:").map_or(text, |rest| rest.trim_start_matches("//"));
    if text.is_empty() {
        return Err(bad("it is empty"));
    }
    if text.contains(char::is_whitespace) {
        return Err(bad("it has a space in it"));
    }
    if let Some(name) = text.strip_prefix('@').filter(|name| !name.contains(['.', '/', '@'])) {
        return Ok(vec![substack(name).ok_or_else(|| bad("it is no name of a Substack"))?]);
    }
    let schemes: &[&str] = match text.split_once("://") {
        Some(("http" | "https" | "HTTP" | "HTTPS", _)) => &[""],
        Some(_) => return Err(bad("it is not a web address")),
        // Nobody types the scheme; the protected one is tried first.
        None => &["https://", "http://"],
    };
    let mut found = Vec::new();
    for scheme in schemes {
        let url = Url::parse(&format!("{scheme}{text}")).map_err(|_| bad("it does not read as a web address"))?;
        let name = url.host_str().ok_or_else(|| bad("it names no site"))?;
        if !name.contains('.') && name != "localhost" && !name.starts_with('[') {
            return Err(bad("it names no site"));
        }
        found.push(url);
    }
    if let Some(name) = substack_profile(&found[0]) {
        found.splice(0..0, substack(&name));
    }
    Ok(found)
}

/// The name in `substack.com/@name` or `open.substack.com/pub/name/…`.
fn substack_profile(url: &Url) -> Option<String> {
    let mut parts = url.path_segments()?;
    match url.host_str()? {
        "substack.com" | "www.substack.com" => parts.next()?.strip_prefix('@').map(str::to_owned),
        "open.substack.com" => (parts.next()? == "pub").then(|| parts.next().map(str::to_owned)).flatten(),
        _ => None,
    }
}

fn substack(name: &str) -> Option<Url> {
    let plain = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    if !plain {
        return None;
    }
    Url::parse(&format!("https://{}.substack.com/feed", name.to_ascii_lowercase())).ok()
}

/// Finds the feed of the blog that the author's entry leads to.
pub async fn discover(typed: &str, cancel: &CancellationToken, manners: &Manners) -> Result<Discovered, DiscoverError> {
    let mut first_error = None;
    for url in complete_address(typed)? {
        let fetcher = Fetcher::new(&url, cancel.clone(), manners)?;
        match discover_at(&fetcher, &url).await {
            Ok(found) => return Ok(found),
            Err(DiscoverError::Fetch(FetchError::Cancelled)) => return Err(FetchError::Cancelled.into()),
            // A site that answered without a feed is the better message than one that never answered.
            Err(error @ DiscoverError::NoFeed { .. }) => return Err(error),
            Err(error) => {
                first_error.get_or_insert(error);
            }
        }
    }
    Err(first_error.unwrap_or(DiscoverError::NoFeed { host: typed.trim().to_owned(), tried: 0 }))
}

/// Finds the feed of the blog at an address, asking through this fetcher.
pub async fn discover_at(fetcher: &Fetcher, url: &Url) -> Result<Discovered, DiscoverError> {
    let page = fetcher.get(url, Kind::Feed).await?;
    let done = |feed_url: &Url, fetched: Fetched| Discovered {
        feed_url: feed_url.to_string(),
        typed_url: url.to_string(),
        fetched,
    };
    let at = Url::parse(&page.final_url).unwrap_or_else(|_| url.clone());
    if looks_like_feed(&page.body) {
        return Ok(done(&at, page));
    }
    let text = page.text();
    let mut candidates = named_feeds(&text, &at);
    candidates.extend(substack_in_profile(&text, &at));
    for path in USUAL_PATHS {
        candidates.extend(at.join(path).ok());
    }
    // A blog in a folder has its feed there: /blog/ → /blog/feed.
    if let Some(folder) =
        at.path_segments().and_then(|mut parts| parts.next()).filter(|part| !part.is_empty() && !part.contains('.'))
    {
        candidates.extend(
            ["feed", "index.xml", "feed.xml"].iter().filter_map(|file| at.join(&format!("/{folder}/{file}")).ok()),
        );
    }
    let mut tried: Vec<Url> = Vec::new();
    for candidate in candidates {
        if tried.contains(&candidate) {
            continue;
        }
        tried.push(candidate.clone());
        match fetcher.get(&candidate, Kind::Feed).await {
            Ok(fetched) if looks_like_feed(&fetched.body) => {
                let feed_url = Url::parse(&fetched.final_url).unwrap_or(candidate);
                return Ok(done(&feed_url, fetched));
            }
            Err(FetchError::Cancelled) => return Err(FetchError::Cancelled.into()),
            // A server that wants us to wait, or a feed too large, is the answer; another place will not help.
            Err(error @ (FetchError::Status { status: 429, .. } | FetchError::TooLarge { .. })) => {
                return Err(error.into());
            }
            _ => {}
        }
    }
    Err(DiscoverError::NoFeed { host: host_of(&at), tried: u32::try_from(tried.len()).unwrap_or(u32::MAX) })
}

/// The feeds a page names, those of comments and categories last.
fn named_feeds(html: &str, page: &Url) -> Vec<Url> {
    let document = Document::from(html);
    let base = document.base_uri().and_then(|base| page.join(&base).ok()).unwrap_or_else(|| page.clone());
    let mut feeds: Vec<(bool, Url)> = Vec::new();
    for link in document.select("link[href][type]").nodes() {
        let kind = link.attr("type").unwrap_or_default().trim().to_ascii_lowercase();
        let rel = link.attr("rel").unwrap_or_default().to_ascii_lowercase();
        let named = rel.split_whitespace().any(|word| word == "alternate" || word == "feed");
        if !named || !FEED_TYPES.iter().any(|known| kind.starts_with(known)) {
            continue;
        }
        let Some(url) = link.attr("href").and_then(|href| base.join(href.trim()).ok()) else { continue };
        // WordPress names its data interface with the same type.
        if kind == "application/json" && !url.path().ends_with(".json") {
            continue;
        }
        let about = format!("{} {}", link.attr("title").unwrap_or_default(), url.path()).to_lowercase();
        feeds.push((about.contains("comment") || about.contains("/category/") || about.contains("/tag/"), url));
    }
    feeds.sort_by_key(|(secondary, _)| *secondary);
    feeds.into_iter().map(|(_, url)| url).collect()
}

/// A Substack profile page holds the name of the writer's publication in its data.
fn substack_in_profile(html: &str, page: &Url) -> Option<Url> {
    substack_profile(page)?;
    let (_, rest) = html.split_once("subdomain")?;
    let name: String = rest
        .trim_start_matches(['\\', '"', ':', ' '])
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || *c == '-')
        .collect();
    substack(&name)
}

#[cfg(test)]
mod tests;
