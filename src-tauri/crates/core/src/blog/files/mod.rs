//! Files an author can drop: what platforms export, folders of texts, single files. Posts are read one at a time, so
//! the memory it takes is that of the largest post and not of the archive.
//!
//! | file | |
//! |---|---|
//! | `kind` | what a file turned out to be, told from its content |
//! | `tree`, `folder`, `zip_count` | a file, folder or zip as a list of files |
//! | `limits`, `metered` | how much is read, and readers that stop there |
//! | `text`, `xml`, `rows`, `dates` | encodings; items of XML and JSON exports one at a time; dates as people write them |
//! | `gather` | posts on their way out |
//! | `substack`, `wordpress`, `ghost`, `medium`, `blogger` | the platforms' exports |
//! | `documents` | Markdown, HTML and plain text, alone or in folders |
//! | `error` | what can stand in the way |

mod blogger;
mod dates;
mod documents;
mod error;
mod folder;
mod gather;
mod ghost;
mod kind;
mod limits;
mod medium;
mod metered;
mod rows;
mod substack;
mod text;
mod tree;
mod wordpress;
mod xml;
mod zip_count;

use std::ops::ControlFlow;
use std::path::Path;

use serde::Serialize;
use specta::Type;

use super::feed::{FeedError, ParsedPost, Skipped, parse_feed};
pub use super::post::Role;
use gather::Gather;
use kind::Plan;
use tree::{Tree, Unread};

pub use documents::front_matter;
pub use error::FileError;
pub use limits::Limits;
pub use substack::{address as substack_address, slug as substack_slug};

/// What a file turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum FileKind {
    /// A feed: RSS, Atom or JSON Feed.
    Feed,
    /// What Substack exports, as a zip or unpacked.
    SubstackExport,
    /// What WordPress exports: one or more WXR files, perhaps in a zip.
    WordPress,
    /// What Ghost exports: a JSON file, perhaps in a zip.
    Ghost,
    /// What Medium exports, as a zip or unpacked.
    Medium,
    /// What Blogger or Google Takeout exports.
    Blogger,
    /// A folder of texts: Hugo, Jekyll, Astro, Obsidian, or just files.
    Folder,
    /// The same in a zip.
    Archive,
    /// One HTML page.
    Page,
    /// One Markdown text.
    Markdown,
    /// One plain text.
    PlainText,
}

/// One post out of a file. Its `html` holds the text whatever the file was, also where that was Markdown, so that one
/// converter makes all posts alike.
#[derive(Debug, Clone, PartialEq)]
pub struct FilePost {
    /// The post. Its `url` is empty where the file does not tell it.
    pub post: ParsedPost,
    /// What it is to the blog.
    pub role: Role,
}

/// What came of reading a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct FileReport {
    /// What it turned out to be.
    pub kind: FileKind,
    /// The blog's name, if the file tells it; else the file's.
    pub title: String,
    /// Posts that were handed on, drafts and pages with them.
    pub posts: u32,
    /// What could not be used, each with the reason.
    pub skipped: Vec<Skipped>,
    /// What else the author should know, as sentences.
    pub notes: Vec<String>,
}

/// How a file is read.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The blog's address, where it is known: exports of Substack and Ghost, and folders, do not tell it, and their
    /// posts then get the addresses they have there.
    pub site: Option<String>,
    /// How much is read.
    pub limits: Limits,
}

/// Reads a file, folder or zip post by post, until all are read or the taker breaks off.
///
/// # Errors
/// When nothing at all can be read from it. One bad item never is such a reason; it stands in the report.
pub fn read(path: &Path, each: &mut dyn FnMut(FilePost) -> ControlFlow<()>) -> Result<FileReport, FileError> {
    read_with(path, &Options::default(), each)
}

/// As [`read`], told where the blog is or how much to read.
///
/// # Errors
/// As [`read`].
pub fn read_with(
    path: &Path,
    options: &Options,
    each: &mut dyn FnMut(FilePost) -> ControlFlow<()>,
) -> Result<FileReport, FileError> {
    let mut tree = Tree::open(path, options.limits)?;
    let plan = kind::plan(&mut tree)?;
    let mut gather = Gather::new(each, options.site.as_deref(), &options.limits);
    let kind = plan.kind;
    let done = run(&mut tree, &plan, &mut gather)?;
    gather.close();
    if gather.posts == 0 && done.is_continue() {
        return Err(FileError::Empty { name: tree.name, advice: advice(kind, gather.skipped.first()) });
    }
    let title = if gather.title.is_empty() { kind::stem(&tree.name).to_owned() } else { gather.title };
    Ok(FileReport { kind, title, posts: gather.posts, skipped: gather.skipped, notes: gather.notes })
}

/// What a file is.
///
/// # Errors
/// When it cannot be read, or is nothing that holds posts.
pub fn kind_of(path: &Path) -> Result<FileKind, FileError> {
    let mut tree = Tree::open(path, Limits::default())?;
    Ok(kind::plan(&mut tree)?.kind)
}

/// About how many posts a file holds, for showing how far the reading is. `None` where counting would take as long
/// as reading.
pub fn estimate(path: &Path) -> Option<u32> {
    let mut tree = Tree::open(path, Limits::default()).ok()?;
    let plan = kind::plan(&mut tree).ok()?;
    let count = match plan.kind {
        FileKind::SubstackExport => substack::count(&tree),
        FileKind::Feed | FileKind::WordPress | FileKind::Ghost | FileKind::Blogger => return None,
        _ => plan.files.len(),
    };
    u32::try_from(count).ok()
}

fn run(tree: &mut Tree, plan: &Plan, gather: &mut Gather) -> Result<ControlFlow<()>, FileError> {
    if plan.kind == FileKind::SubstackExport {
        return substack::read(tree, plan, gather);
    }
    for &at in &plan.files {
        let flow = match plan.kind {
            FileKind::Feed => feed(tree, at, gather)?,
            FileKind::WordPress => wordpress::read(tree, at, gather)?,
            FileKind::Ghost => ghost::read(tree, at, gather)?,
            FileKind::Blogger => blogger::read(tree, at, gather)?,
            FileKind::Medium => medium::read(tree, at, gather),
            _ => documents::read(tree, at, plan, gather),
        };
        if flow.is_break() {
            return Ok(flow);
        }
    }
    Ok(ControlFlow::Continue(()))
}

fn feed(tree: &mut Tree, at: usize, gather: &mut Gather) -> Result<ControlFlow<()>, FileError> {
    let bytes = tree.bytes(at, tree.limits.feed).map_err(|unread| refused(tree, unread, tree.limits.feed))?;
    let feed = parse_feed(&bytes, gather.site.as_ref().map(url::Url::as_str)).map_err(|error| match error {
        // What helps with a file is another download; the feed's own sentence is about a site that answers.
        FeedError::CutShort { .. } => FileError::Damaged { name: tree.name.clone() },
        FeedError::NotAFeed { found } => FileError::Unknown { name: tree.name.clone(), found },
    })?;
    gather.title = feed.title;
    gather.skipped.extend(feed.skipped);
    for post in feed.posts {
        if gather.post(post, Role::Post).is_break() {
            return Ok(ControlFlow::Break(()));
        }
    }
    Ok(ControlFlow::Continue(()))
}

/// The error for an export that is a single file.
fn refused(tree: &Tree, unread: Unread, limit: u64) -> FileError {
    refused_name(&tree.name, unread, limit)
}

fn refused_name(name: &str, unread: Unread, limit: u64) -> FileError {
    let name = name.to_owned();
    match unread {
        Unread::Encrypted => FileError::Encrypted { name },
        Unread::Damaged => FileError::Damaged { name },
        Unread::TooLarge | Unread::Budget => FileError::TooLarge {
            name,
            limit_mb: limit / 1_000_000,
            advice: "Export it again in smaller parts, or choose the feed's own file.",
        },
    }
}

fn skip_large(title: &str, limit: u64, gather: &mut Gather) -> ControlFlow<()> {
    gather.skip(title, format!("It is larger than {} MB, which no post is.", limit / 1_000_000))
}

/// What to do about a file without posts.
fn advice(kind: FileKind, first: Option<&Skipped>) -> String {
    if let Some(skipped) = first {
        return format!("{}: {}", skipped.title, skipped.reason);
    }
    match kind {
        FileKind::Folder | FileKind::Archive => {
            "Choose a folder of Markdown or HTML files, or the file that your blog exports.".to_owned()
        }
        _ => "Export your blog again, with all posts, and choose that file.".to_owned(),
    }
}

#[cfg(test)]
mod tests;
