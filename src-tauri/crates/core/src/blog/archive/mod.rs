//! The rest of the archive: a feed holds only the newest posts, the site itself holds them all.
//!
//! Where the posts are listed depends on the platform; how they come in does not. A listing gives posts that are whole
//! already, and addresses of posts that must be fetched one by one. The addresses are written down first, so that an
//! interrupted import goes on where it stopped, and the author sees how many are still to come.
//!
//! | file | |
//! |---|---|
//! | `substack`, `wordpress`, `paged_feed`, `pages` | one way to list a site's posts each, and to fetch one |
//! | `robots` | what a site asks programs not to read |
//! | `waiting` | the addresses that are still to come, in the library |
//! | `reach` | listing, then fetching, then saying what stayed out of reach |

mod paged_feed;
mod pages;
mod reach;
mod robots;
mod substack;
#[cfg(test)]
mod tests;
mod waiting;
mod wordpress;

use super::feed::ParsedPost;

pub(super) use reach::{Crawl, lists_posts, reach};
use waiting::count_waiting;
pub use waiting::{OutOfReach, out_of_reach};

/// How a site's posts are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// Substack's own listing; each post is fetched by its name.
    Substack,
    /// WordPress' data interface; posts come whole, a hundred at a time.
    WordPress,
    /// A feed in several pages; posts come whole.
    PagedFeed,
    /// The site's map; each post is read from its page.
    Pages,
}

impl Way {
    fn name(self) -> &'static str {
        match self {
            Way::Substack => "substack",
            Way::WordPress => "wordpress",
            Way::PagedFeed => "feed",
            Way::Pages => "page",
        }
    }

    fn from_name(name: &str) -> Way {
        match name {
            "substack" => Way::Substack,
            "wordpress" => Way::WordPress,
            "feed" => Way::PagedFeed,
            _ => Way::Pages,
        }
    }
}

/// A post the site has, still to be fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Listed {
    /// Where it can be read.
    url: String,
    /// When it last changed, as the site writes it.
    modified: Option<String>,
}

/// A piece of a site's list.
#[derive(Debug, Default)]
struct Part {
    /// Posts that came whole.
    whole: Vec<ParsedPost>,
    /// Posts still to be fetched.
    listed: Vec<Listed>,
    /// How many posts the site says it has.
    total: Option<u32>,
}
