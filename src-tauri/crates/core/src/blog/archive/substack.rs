//! Substack lists a publication's posts in pieces and gives each by its name. Neither is documented by Substack, so
//! whatever does not look as expected is answered with "no such list", and the site's map is tried next.

use serde::Deserialize;
use url::Url;

use super::{Listed, Part};
use crate::blog::extract::post_from_page;
use crate::blog::feed::{ParsedPost, TruncationReason};
use crate::blog::fetch::{FetchError, Fetcher, Kind};

/// Substack gives at most this many in one piece.
const PIECE: usize = 50;
/// More pieces than this belong to no blog.
const MOST_PIECES: usize = 400;

#[derive(Deserialize)]
struct Item {
    #[serde(default)]
    canonical_url: String,
    #[serde(default)]
    updated_at: Option<String>,
}

#[derive(Deserialize)]
struct Post {
    #[serde(default)]
    id: Option<u64>,
    #[serde(default)]
    title: String,
    #[serde(default)]
    subtitle: Option<String>,
    #[serde(default)]
    canonical_url: String,
    #[serde(default)]
    post_date: Option<String>,
    /// `everyone`, `only_free`, `only_paid` or `founding`.
    #[serde(default)]
    audience: Option<String>,
    #[serde(default)]
    body_html: Option<String>,
    #[serde(default, rename = "publishedBylines")]
    bylines: Vec<Byline>,
}

#[derive(Deserialize)]
struct Byline {
    #[serde(default)]
    name: String,
}

/// Every post of the publication; `None` when the site keeps no such list.
///
/// # Errors
/// When the site stops answering partway.
pub(super) async fn list(fetcher: &Fetcher, site: &Url) -> Result<Option<Part>, FetchError> {
    let mut part = Part::default();
    let mut offset = 0;
    for piece in 0..MOST_PIECES {
        let Ok(mut url) = site.join("/api/v1/archive") else { return Ok(None) };
        url.set_query(Some(&format!("sort=new&search=&offset={offset}&limit={PIECE}")));
        let answer = match fetcher.get_in_time(&url, Kind::Page).await {
            Ok(answer) => answer,
            Err(error) if piece == 0 && !matches!(error, FetchError::Cancelled) => return Ok(None),
            Err(error) => return Err(error),
        };
        let Ok(items) = serde_json::from_slice::<Vec<Item>>(&answer.body) else { break };
        // A site may give fewer than were asked for.
        offset += items.len();
        let known = part.listed.len();
        for item in items {
            let ours = Url::parse(&item.canonical_url).is_ok_and(|url| url.path().starts_with("/p/"));
            if ours && !part.listed.iter().any(|listed| listed.url == item.canonical_url) {
                part.listed.push(Listed { url: item.canonical_url, modified: item.updated_at });
            }
        }
        // An empty piece is the end, and so is one that brings nothing new.
        if part.listed.len() == known {
            break;
        }
    }
    part.total = u32::try_from(part.listed.len()).ok();
    Ok((!part.listed.is_empty()).then_some(part))
}

/// One post, by its name; from its page where the name does not lead to it. `None` when neither shows a post.
///
/// # Errors
/// When neither can be read.
pub(super) async fn fetch(fetcher: &Fetcher, address: &Url) -> Result<Option<ParsedPost>, FetchError> {
    let slug = address.path().strip_prefix("/p/").unwrap_or_default().trim_matches('/');
    if let Ok(url) = address.join(&format!("/api/v1/posts/{slug}")) {
        match fetcher.get_in_time(&url, Kind::Page).await {
            Ok(answer) => {
                if let Some(post) = serde_json::from_slice(&answer.body).ok().and_then(|post| read(post, address)) {
                    return Ok(Some(post));
                }
            }
            Err(error) if error.is_temporary() || error == FetchError::Cancelled => return Err(error),
            Err(_) => {}
        }
    }
    let page = fetcher.get_in_time(address, Kind::Page).await?;
    Ok(post_from_page(&page.text(), &page.final_url))
}

fn read(post: Post, address: &Url) -> Option<ParsedPost> {
    let html = post.body_html.filter(|html| !html.trim().is_empty())?;
    let url = if post.canonical_url.is_empty() { address.to_string() } else { post.canonical_url };
    let date = post.post_date.and_then(|date| chrono::DateTime::parse_from_rfc3339(&date).ok());
    let paid = matches!(post.audience.as_deref(), Some("only_paid" | "founding"));
    Some(ParsedPost {
        guid: post.id.map_or_else(|| url.clone(), |id| format!("substack:{id}")),
        url,
        title: post.title.trim().to_owned(),
        subtitle: post.subtitle.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()),
        author: post.bylines.into_iter().map(|byline| byline.name).find(|name| !name.is_empty()).unwrap_or_default(),
        published_at: date.map(|date| date.to_utc()),
        html,
        truncated: paid.then_some(TruncationReason::Paywall),
    })
}
