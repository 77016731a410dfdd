//! Feeds in several pages: by the link `next` (RFC 5005, section 3; Blogger writes it), or by WordPress' `?paged=2`.

use url::Url;

use super::Part;
use crate::blog::feed::{ParsedFeed, parse_feed};
use crate::blog::fetch::{FetchError, Fetcher, Kind};

/// Where the feed goes on.
pub(super) fn next(feed: &ParsedFeed, address: &Url) -> Option<Url> {
    if let Some(next) = &feed.next_url {
        return address.join(next).ok();
    }
    if !feed.generator.to_lowercase().contains("wordpress") {
        return None;
    }
    let number = |(name, value): (_, std::borrow::Cow<'_, str>)| (name == "paged").then(|| value.parse::<u32>().ok());
    let at = address.query_pairs().find_map(number).flatten().unwrap_or(1);
    let mut next = address.clone();
    let others: Vec<(String, String)> = address
        .query_pairs()
        .filter(|(name, _)| name != "paged")
        .map(|(n, v)| (n.into_owned(), v.into_owned()))
        .collect();
    next.query_pairs_mut().clear().extend_pairs(others).append_pair("paged", &(at + 1).to_string());
    Some(next)
}

/// One further page, and where the page after it is. `None` past the end.
///
/// # Errors
/// When the site stops answering.
pub(super) async fn page(fetcher: &Fetcher, address: &Url) -> Result<Option<(Part, Option<Url>)>, FetchError> {
    let answer = match fetcher.get_in_time(address, Kind::Feed).await {
        Ok(answer) => answer,
        // WordPress answers 404 past its last page.
        Err(FetchError::Status { status: 400..=410, .. }) => return Ok(None),
        Err(error) => return Err(error),
    };
    let Ok(feed) = parse_feed(&answer.body, Some(address.as_str())) else { return Ok(None) };
    if feed.posts.is_empty() {
        return Ok(None);
    }
    let after = next(&feed, address).filter(|next| next != address);
    Ok(Some((Part { whole: feed.posts, ..Part::default() }, after)))
}
