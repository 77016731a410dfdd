//! WordPress gives its public posts whole, page by page, through its documented data interface
//! (developer handbook, "REST API: Posts").

use chrono::{DateTime, NaiveDateTime, Utc};
use serde::Deserialize;
use url::Url;

use super::Part;
use crate::blog::feed::{ParsedPost, TruncationReason, words_of};
use crate::blog::fetch::{FetchError, Fetcher, Kind};

/// The most the interface gives at once.
const PIECE: usize = 100;
const FIELDS: &str = "id,link,date_gmt,modified_gmt,title,excerpt,content";

#[derive(Deserialize)]
struct Post {
    id: u64,
    #[serde(default)]
    link: String,
    #[serde(default)]
    date_gmt: Option<String>,
    title: Rendered,
    #[serde(default)]
    excerpt: Rendered,
    content: Rendered,
}

#[derive(Deserialize, Default)]
struct Rendered {
    #[serde(default)]
    rendered: String,
    /// Behind a password: nothing of it is public.
    #[serde(default)]
    protected: bool,
}

/// One page of the site's posts, newest first, counted from 1; with `since` only those edited later. `None` past the
/// last page, and where the site has no such interface.
///
/// # Errors
/// When the site stops answering.
pub(super) async fn page(
    fetcher: &Fetcher,
    site: &Url,
    number: usize,
    since: Option<&str>,
) -> Result<Option<Part>, FetchError> {
    let Ok(mut url) = site.join("/wp-json/wp/v2/posts") else { return Ok(None) };
    let mut query = format!("per_page={PIECE}&page={number}&_fields={FIELDS}");
    if let Some(since) = since {
        query.push_str(&format!("&modified_after={since}"));
    }
    url.set_query(Some(&query));
    let answer = match fetcher.get_in_time(&url, Kind::Feed).await {
        Ok(answer) => answer,
        // Past the last page the interface answers 400; where it is shut off, 401, 403 or 404.
        Err(FetchError::Status { status: 400..=404, .. }) => return Ok(None),
        Err(error) if number == 1 && error != FetchError::Cancelled => return Ok(None),
        Err(error) => return Err(error),
    };
    let Ok(posts) = serde_json::from_slice::<Vec<Post>>(&answer.body) else { return Ok(None) };
    if posts.is_empty() {
        return Ok(None);
    }
    Ok(Some(Part { whole: posts.into_iter().filter_map(read).collect(), total: answer.total, ..Part::default() }))
}

fn read(post: Post) -> Option<ParsedPost> {
    let html = post.content.rendered;
    if html.trim().is_empty() && !post.content.protected {
        return None;
    }
    // Times are in UTC without saying so.
    let date = post.date_gmt.and_then(|date| date.parse::<NaiveDateTime>().ok());
    let excerpt = words_of(&post.excerpt.rendered);
    // An excerpt that nobody wrote is the beginning of the text, closed with an ellipsis.
    let written = !excerpt.is_empty() && !excerpt.ends_with(['…', ']']) && !words_of(&html).starts_with(&excerpt);
    Some(ParsedPost {
        guid: format!("wordpress:{}", post.id),
        url: post.link,
        title: words_of(&post.title.rendered),
        subtitle: written.then_some(excerpt),
        author: String::new(),
        published_at: date.map(|date| DateTime::<Utc>::from_naive_utc_and_offset(date, Utc)),
        html,
        truncated: post.content.protected.then_some(TruncationReason::Paywall),
    })
}
