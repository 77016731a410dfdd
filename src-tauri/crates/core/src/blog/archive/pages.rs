//! Any other site: its map lists the posts, and each is read from its page.

use url::Url;

use super::{Listed, Part};
use crate::blog::discover::site_posts;
use crate::blog::extract::post_from_any_page;
use crate::blog::feed::ParsedPost;
use crate::blog::fetch::{FetchError, Fetcher, Kind};

/// The posts that the site's map lists; `None` when there is no map or it lists none.
pub(super) async fn list(fetcher: &Fetcher, site: &Url) -> Option<Part> {
    let posts = site_posts(fetcher, site).await?;
    let total = u32::try_from(posts.len()).ok();
    let listed = posts.into_iter().map(|post| Listed { url: post.url, modified: post.modified }).collect();
    Some(Part { listed, total, ..Part::default() })
}

/// The post that a page shows. `None` when it shows none.
///
/// # Errors
/// When the page cannot be read.
pub(super) async fn fetch(fetcher: &Fetcher, address: &Url) -> Result<Option<ParsedPost>, FetchError> {
    let page = fetcher.get_in_time(address, Kind::Page).await?;
    Ok(post_from_any_page(&page.text(), &page.final_url))
}
