//! How many posts a site says it has. A feed holds only the newest; the sitemap usually lists them all.

use std::collections::BTreeMap;

use url::Url;

use crate::blog::fetch::{Fetcher, Kind};

const PLACES: [&str; 4] = ["/sitemap.xml", "/sitemap_index.xml", "/wp-sitemap.xml", "/sitemap-posts.xml"];
/// An index of more parts than this belongs to something larger than a blog.
const MAX_PARTS: usize = 40;

/// A post as the sitemap lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SitePost {
    /// Its address.
    pub url: String,
    /// When it last changed, as written there.
    pub modified: Option<String>,
}

/// How many posts the site says it has; `None` when it does not say.
pub async fn count_site_posts(fetcher: &Fetcher, site: &Url) -> Option<u32> {
    let posts = site_posts(fetcher, site).await?;
    u32::try_from(posts.len()).ok()
}

/// The posts the site lists, in the order of their addresses; `None` when it lists none.
pub async fn site_posts(fetcher: &Fetcher, site: &Url) -> Option<Vec<SitePost>> {
    for place in PLACES {
        let Ok(url) = site.join(place) else { continue };
        let Some(entries) = read_sitemap(fetcher, &url).await else { continue };
        let posts = select_posts(entries);
        if !posts.is_empty() {
            return Some(posts);
        }
    }
    None
}

/// One line of a sitemap, and whether the part it stands in is for posts only.
struct Entry {
    url: Url,
    modified: Option<String>,
    in_posts_part: bool,
}

async fn read_sitemap(fetcher: &Fetcher, url: &Url) -> Option<Vec<Entry>> {
    let text = fetcher.get(url, Kind::Page).await.ok()?.text();
    if !text.contains("<sitemapindex") {
        let in_posts_part = is_posts_part(url);
        return text.contains("<urlset").then(|| entries(&text, in_posts_part));
    }
    let mut parts: Vec<Url> = entries(&text, false).into_iter().map(|entry| entry.url).collect();
    // Parts elsewhere are not this blog's.
    parts.retain(|part| part.host_str() == url.host_str());
    if parts.iter().any(is_posts_part) {
        parts.retain(is_posts_part);
    }
    let mut all = Vec::new();
    for part in parts.into_iter().take(MAX_PARTS) {
        let Ok(fetched) = fetcher.get(&part, Kind::Page).await else { continue };
        all.extend(entries(&fetched.text(), is_posts_part(&part)));
    }
    Some(all)
}

/// `post-sitemap.xml`, `wp-sitemap-posts-post-1.xml`, `sitemap-posts.xml`.
fn is_posts_part(url: &Url) -> bool {
    let name = url.path().rsplit('/').next().unwrap_or_default();
    let typed = name.contains("posts-page") || name.contains("posts-product") || name.contains("tax");
    name.contains("post") && !typed && !name.contains("post_tag")
}

fn entries(xml: &str, in_posts_part: bool) -> Vec<Entry> {
    let between = |text: &str, tag: &str| -> Option<String> {
        let (_, rest) = text.split_once(&format!("<{tag}>"))?;
        let (inside, _) = rest.split_once(&format!("</{tag}>"))?;
        let inside = inside.trim().trim_start_matches("<![CDATA[").trim_end_matches("]]>");
        Some(inside.trim().replace("&amp;", "&"))
    };
    // Each piece begins with its address; picture addresses have a prefix and do not split.
    xml.split("<url>")
        .flat_map(|piece| piece.split("<sitemap>"))
        .skip(1)
        .filter_map(|piece| {
            let url = Url::parse(&between(piece, "loc")?).ok()?;
            Some(Entry { url, modified: between(piece, "lastmod"), in_posts_part })
        })
        .collect()
}

/// The entries that are posts: Substack's are under `/p/`; some sites list posts apart; else by their look.
fn select_posts(entries: Vec<Entry>) -> Vec<SitePost> {
    let substack = entries.iter().any(|entry| is_substack_post(&entry.url));
    let apart = entries.iter().any(|entry| entry.in_posts_part);
    let mut posts = BTreeMap::new();
    for entry in entries {
        let chosen = if substack {
            is_substack_post(&entry.url)
        } else if apart {
            entry.in_posts_part && entry.url.path() != "/"
        } else {
            is_post_like(&entry.url)
        };
        if chosen {
            posts.insert(entry.url.to_string(), entry.modified);
        }
    }
    posts.into_iter().map(|(url, modified)| SitePost { url, modified }).collect()
}

fn is_substack_post(url: &Url) -> bool {
    url.path()
        .strip_prefix("/p/")
        .is_some_and(|slug| !slug.trim_matches('/').is_empty() && !slug.trim_matches('/').contains('/'))
}

const NOT_POSTS: [&str; 16] = [
    "tag",
    "tags",
    "category",
    "categories",
    "author",
    "authors",
    "page",
    "about",
    "archive",
    "archives",
    "contact",
    "podcast",
    "search",
    "privacy",
    "subscribe",
    "feed",
];
const POST_FOLDERS: [&str; 8] = ["blog", "post", "posts", "article", "articles", "essays", "writing", "notes"];

/// Whether an address looks like a post's: dated, in a folder for posts, or a long speaking name.
fn is_post_like(url: &Url) -> bool {
    let parts: Vec<&str> = url.path_segments().into_iter().flatten().filter(|part| !part.is_empty()).collect();
    let Some(last) = parts.last() else { return false };
    if parts.iter().any(|part| NOT_POSTS.contains(&part.to_ascii_lowercase().as_str())) {
        return false;
    }
    let dated = parts.iter().any(|part| part.len() == 4 && part.starts_with(['1', '2']) && part.parse::<u16>().is_ok());
    let in_folder = parts.len() >= 2 && POST_FOLDERS.contains(&parts[parts.len() - 2].to_ascii_lowercase().as_str());
    (dated && parts.len() >= 2 && last.parse::<u16>().is_err()) || in_folder || last.matches('-').count() >= 2
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(xml: &str, in_posts_part: bool) -> usize {
        select_posts(entries(xml, in_posts_part)).len()
    }

    #[test]
    fn substack_posts_are_under_p() {
        let xml = "<urlset><url><loc>https://a.example/p/one</loc><lastmod>2025-01-01</lastmod></url>\
            <url><loc>https://a.example/p/two</loc></url><url><loc>https://a.example/p/two</loc></url>\
            <url><loc>https://a.example/p/two/comments</loc></url><url><loc>https://a.example/about</loc></url></urlset>";
        assert_eq!(counted(xml, false), 2);
    }

    #[test]
    fn elsewhere_posts_are_told_by_their_address() {
        let xml = "<urlset><url><loc>https://a.example/</loc></url><url><loc>https://a.example/2024/05/a-walk</loc></url>\
            <url><loc>https://a.example/blog/bread</loc></url><url><loc>https://a.example/tag/bread</loc></url>\
            <url><loc>https://a.example/on-mending-small-clocks/</loc></url><url><loc>https://a.example/2024/</loc></url></urlset>";
        assert_eq!(counted(xml, false), 3);
    }

    #[test]
    fn parts_for_posts_are_known_by_name() {
        let part = |name: &str| is_posts_part(&Url::parse(&format!("https://a.example/{name}")).expect("an address"));
        assert!(part("post-sitemap.xml") && part("wp-sitemap-posts-post-1.xml") && part("sitemap-posts.xml"));
        assert!(!part("page-sitemap.xml") && !part("wp-sitemap-posts-page-1.xml") && !part("post_tag-sitemap.xml"));
    }
}
