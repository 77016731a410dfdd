//! What a file is, told from its content: names and endings are changed by people and by browsers.

use super::FileKind;
use super::error::FileError;
use super::tree::{Entry, Tree};

/// What is to be read, and how.
pub(super) struct Plan {
    pub kind: FileKind,
    /// The files to read, as places in the tree's list.
    pub files: Vec<usize>,
}

/// Endings of texts that can be posts.
const MARKDOWN: [&str; 6] = ["md", "markdown", "mdx", "mdown", "mkd", "mmd"];
const PAGES: [&str; 3] = ["html", "htm", "xhtml"];
/// Endings of exports inside a zip or folder.
const DATA: [&str; 5] = ["xml", "json", "atom", "rss", "wxr"];
/// So many files inside are looked into when searching for an export.
const LOOKED_INTO: usize = 200;

pub(super) fn plan(tree: &mut Tree) -> Result<Plan, FileError> {
    if !tree.is_zip() && tree.files.len() == 1 && !tree.is_folder() {
        return single(tree);
    }
    let tables = matching(tree, |file| file_name(&file.path) == "posts.csv");
    if let Some(csv) = tables.into_iter().take(5).find(|&at| tree.head(at).contains("post_id")) {
        let folder = folder_of(&tree.files[csv].path);
        let files = matching(tree, |file| {
            folder_of(&file.path) == join(folder, "posts") && PAGES.contains(&ending(&file.path).as_str())
        });
        return Ok(Plan { kind: FileKind::SubstackExport, files: [vec![csv], files].concat() });
    }
    let medium = matching(tree, |file| file_name(folder_of(&file.path)) == "posts" && ending(&file.path) == "html");
    if medium.iter().take(5).any(|&at| is_medium(&tree.head(at))) {
        return Ok(Plan { kind: FileKind::Medium, files: medium });
    }
    let documents = matching(tree, |file| super::documents::is_document(&file.path));
    let has_markdown = documents.iter().any(|&at| MARKDOWN.contains(&ending(&tree.files[at].path).as_str()));
    if !has_markdown && let Some(plan) = exports(tree, documents.is_empty()) {
        return Ok(plan);
    }
    if documents.is_empty() {
        return Err(match foreign(tree) {
            Some(found) => FileError::Unknown { name: tree.name.clone(), found },
            None => FileError::Empty { name: tree.name.clone(), advice: super::advice(FileKind::Folder, None) },
        });
    }
    let kind = if tree.is_zip() { FileKind::Archive } else { FileKind::Folder };
    Ok(Plan { kind, files: documents })
}

/// The exports among the files, all of the first kind that is found.
fn exports(tree: &mut Tree, feeds_too: bool) -> Option<Plan> {
    let data = matching(tree, |file| DATA.contains(&ending(&file.path).as_str()) || ending(&file.path).is_empty());
    let mut found: Vec<(usize, FileKind)> = Vec::new();
    for at in data.into_iter().take(LOOKED_INTO) {
        let kind = from_head(&tree.head(at)).ok();
        let wanted = [FileKind::WordPress, FileKind::Ghost, FileKind::Blogger];
        if let Some(kind) = kind.filter(|kind| wanted.contains(kind) || (feeds_too && *kind == FileKind::Feed)) {
            found.push((at, kind));
        }
    }
    let first = found.iter().map(|(_, kind)| *kind).find(|kind| *kind != FileKind::Feed);
    let kind = first.or(found.first().map(|(_, kind)| *kind))?;
    let files = found.into_iter().filter(|(_, other)| *other == kind).map(|(at, _)| at).collect();
    Some(Plan { kind, files })
}

fn single(tree: &mut Tree) -> Result<Plan, FileError> {
    let head = tree.head(0);
    let path = tree.files[0].path.clone();
    let markdown = MARKDOWN.contains(&ending(&path).as_str());
    let kind = if markdown && !head.contains('\0') { Ok(FileKind::Markdown) } else { from_head(&head) };
    let kind = kind.map_err(|found| FileError::Unknown { name: tree.name.clone(), found })?;
    Ok(Plan { kind, files: vec![0] })
}

/// What a text is, from its beginning; a phrase for what it is when it is nothing to read posts from.
pub(super) fn from_head(head: &str) -> Result<FileKind, &'static str> {
    let text = head.trim_start_matches('\u{FEFF}').trim_start();
    if text.is_empty() {
        return Err("empty");
    }
    if let Some(found) = binary(text) {
        return Err(found);
    }
    let lower = text.to_ascii_lowercase();
    if text.starts_with('{') {
        return json(text);
    }
    if !text.starts_with('<') || text.starts_with("<http") {
        return Ok(if super::documents::reads_like_markdown(text) { FileKind::Markdown } else { FileKind::PlainText });
    }
    let root = root_of(&lower);
    match root {
        "rss" if lower.contains("wordpress.org/export/") || lower.contains("<wp:wxr_version") => {
            Ok(FileKind::WordPress)
        }
        "feed"
            if lower.contains("schemas.google.com/blogger/2018") && lower.contains("<blogger:")
                || lower.contains("blogger/2008/kind#") =>
        {
            Ok(FileKind::Blogger)
        }
        "rss" | "feed" | "rdf:rdf" => Ok(FileKind::Feed),
        "urlset" | "sitemapindex" => Err("a sitemap"),
        "svg" => Err("a picture"),
        "opml" => Err("a list of feeds"),
        "plist" | "project" => Err("a settings file"),
        _ if lower.starts_with("<?xml") && !lower.contains("<html") => Err("an XML file of another kind"),
        _ => Ok(FileKind::Page),
    }
}

fn json(text: &str) -> Result<FileKind, &'static str> {
    let start: String = text.chars().filter(|c| !c.is_whitespace()).take(4000).collect();
    if start.contains("jsonfeed.org") && start.contains("version") {
        return Ok(FileKind::Feed);
    }
    let ghost = start.starts_with("{\"db\":[") || start.starts_with("{\"meta\":{\"exported_on\"");
    let bare = start.starts_with("{\"data\":{") && start.contains("\"posts\"");
    if ghost || bare {
        return Ok(FileKind::Ghost);
    }
    // Hugo writes the facts of a post as JSON before its text.
    if super::documents::front_matter::split(text)
        .is_some_and(|(facts, body)| facts.is_known() && !body.trim().is_empty())
    {
        return Ok(FileKind::Markdown);
    }
    Err("data of another kind")
}

/// The name of the first element, after declaration, doctype and comments.
fn root_of(lower: &str) -> &str {
    let mut rest = lower;
    while let Some(after) = rest.strip_prefix("<?").or_else(|| rest.strip_prefix("<!")) {
        let comment = after.starts_with("--");
        let end = if comment { after.find("-->").map(|at| at + 3) } else { after.find('>').map(|at| at + 1) };
        let Some(end) = end else { return "" };
        // A document type may hold definitions in brackets, with ends of their own.
        let bracket = after[..end].find('[').filter(|_| !comment).and_then(|_| after.find("]>")).map(|at| at + 2);
        rest = after[bracket.unwrap_or(end)..].trim_start();
    }
    let name = rest.strip_prefix('<').unwrap_or("");
    name.split(|c: char| c.is_whitespace() || c == '>' || c == '/').next().unwrap_or("")
}

/// Files that are no text, by their first signs.
fn binary(text: &str) -> Option<&'static str> {
    const SIGNS: [(&str, &str); 11] = [
        ("%PDF", "a PDF document"),
        ("{\\rtf", "a document of a word processor"),
        // As they come out when their bytes are taken for letters.
        ("\u{2030}PNG", "a picture"),
        ("\u{ff}\u{d8}\u{ff}", "a picture"),
        ("\u{1f}\u{2039}", "an archive of a kind that is not read here"),
        ("GIF8", "a picture"),
        ("Rar!", "an archive of a kind that is not read here"),
        ("7z", "an archive of a kind that is not read here"),
        ("SQLite format 3", "a database"),
        ("bplist", "a settings file"),
        ("-----BEGIN", "a key or certificate"),
    ];
    let known = SIGNS.iter().find(|(sign, _)| text.starts_with(sign)).map(|(_, found)| *found);
    let start = || text.chars().take(2000).filter(|c| c.is_control() && !c.is_whitespace());
    known
        .filter(|_| !text.starts_with("7z") || start().count() > 0)
        .or_else(|| (start().count() > 2).then_some("no text"))
}

fn is_medium(head: &str) -> bool {
    head.contains("class=\"graf graf--") || (head.contains("h-entry") && head.contains("data-field=\"body\""))
}

/// A zip that is a document of another program.
fn foreign(tree: &Tree) -> Option<&'static str> {
    let has = |name: &str| tree.files.iter().any(|file| file.path == name || file.path.starts_with(name));
    if has("word/document.xml") || has("content.xml") {
        return Some("a document of a word processor");
    }
    if has("xl/workbook.xml") {
        return Some("a spreadsheet");
    }
    tree.files.iter().any(|file| ending(&file.path) == "zip").then_some("an archive of other archives")
}

fn matching(tree: &Tree, wanted: impl Fn(&Entry) -> bool) -> Vec<usize> {
    tree.files.iter().enumerate().filter(|(_, file)| wanted(file)).map(|(at, _)| at).collect()
}

/// The ending of a path in lower case, without dot; empty when there is none.
pub(super) fn ending(path: &str) -> String {
    let name = file_name(path);
    name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default()
}

pub(super) fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// A file's name without folder and ending.
pub(super) fn stem(path: &str) -> &str {
    let name = file_name(path);
    name.rsplit_once('.').map_or(name, |(stem, _)| if stem.is_empty() { name } else { stem })
}

/// The folder of a path; empty at the top.
pub(super) fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

pub(super) fn is_markdown(path: &str) -> bool {
    MARKDOWN.contains(&ending(path).as_str())
}

pub(super) fn is_page(path: &str) -> bool {
    PAGES.contains(&ending(path).as_str())
}
