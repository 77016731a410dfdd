//! Texts an author keeps as files: Markdown, HTML and plain text, one alone or a whole folder, as Hugo, Jekyll, Astro
//! and Obsidian arrange them. Markdown is made into HTML first, so that the one converter makes all posts alike.

pub mod front_matter;
mod markdown;
mod page;
mod plain;
mod render;
mod templates;
mod vault;

use std::ops::ControlFlow;

use dom_query::Document;

use super::gather::Gather;
use super::kind::{self, Plan, ending, file_name, folder_of, stem};
use super::tree::Tree;
use super::{FileKind, FilePost, Role};
use crate::blog::feed::ParsedPost;
use front_matter::Facts;
pub(super) use render::render;

/// Texts about a folder instead of in it.
const ABOUT_THE_FOLDER: [&str; 5] = ["readme", "license", "licence", "changelog", "contributing"];
/// The same, where they are written in capitals; otherwise somebody may have written an essay of that name.
const IN_CAPITALS: [&str; 6] = ["CODE_OF_CONDUCT", "SECURITY", "NOTICE", "AUTHORS", "TODO", "COPYING"];
/// Folders of a site that hold its looks.
const LOOKS: [&str; 12] = [
    "themes",
    "layouts",
    "archetypes",
    "_layouts",
    "_includes",
    "_sass",
    "_plugins",
    "templates",
    "_templates",
    "partials",
    "components",
    "vendor",
];
/// Pages that a blog's program makes by itself.
const MADE: [&str; 8] = ["404", "search", "archive", "archives", "tags", "categories", "sitemap", "offline"];

/// Whether a file in a folder can be a text of the author's.
pub(super) fn is_document(path: &str) -> bool {
    let name = stem(path).to_ascii_lowercase();
    let ending = ending(path);
    let text = kind::is_markdown(path) || kind::is_page(path) || ending == "txt";
    let about = ABOUT_THE_FOLDER.contains(&name.as_str())
        || IN_CAPITALS.contains(&stem(path))
        || (ending == "txt" && matches!(name.as_str(), "robots" | "humans" | "requirements" | "ads" | "cname"));
    let looks = folder_of(path).split('/').any(|part| LOOKS.contains(&part));
    let made = MADE.contains(&name.as_str()) && !kind::is_markdown(path);
    text && !about && !looks && !made
}

/// Whether a text without telling name is Markdown: it has front matter, or marks that nobody types by chance.
pub(super) fn reads_like_markdown(text: &str) -> bool {
    if front_matter::split(text).is_some_and(|(facts, _)| facts.is_known()) {
        return true;
    }
    let mut lines = text.lines().take(400);
    lines.any(|line| {
        let marks = line.bytes().take_while(|byte| *byte == b'#').count();
        (1..=6).contains(&marks) && line[marks..].starts_with(' ')
            || line.starts_with("```")
            || line.contains("](http")
            || line.contains("](/")
            || line.starts_with("> ")
    })
}

/// Reads one file of the plan.
pub(super) fn read(tree: &mut Tree, at: usize, plan: &Plan, gather: &mut Gather) -> ControlFlow<()> {
    let path = tree.files[at].path.clone();
    let text = match tree.text(at) {
        Ok(text) => text.replace("\r\n", "\n").replace('\r', "\n"),
        Err(unread) => return gather.skip(file_name(&path), unread.sentence(&tree.limits)),
    };
    if text.contains('\0') {
        return gather.skip(file_name(&path), "It is no text, whatever its name says.");
    }
    let alone = plan.files.len() == 1 && !tree.is_folder() && !tree.is_zip();
    let kind = if alone { plan.kind } else { kind_of(&path, &text) };
    let place = Place { path: &path, top: kind::stem(&tree.name), alone };
    let found = match kind {
        FileKind::Page => page::post(&text, &place, gather),
        FileKind::PlainText => Some(plain::post(&text, &place)),
        _ => markdown::post(&text, &place, gather),
    };
    match found {
        Some(FilePost { post, role }) => gather.post(post, role),
        // Only a file that the author chose by itself is worth a word; a folder is full of such.
        None if alone => gather.skip(file_name(&path), "It holds no text."),
        None => ControlFlow::Continue(()),
    }
}

fn kind_of(path: &str, text: &str) -> FileKind {
    if kind::is_page(path) {
        return FileKind::Page;
    }
    if kind::is_markdown(path) || reads_like_markdown(text) { FileKind::Markdown } else { FileKind::PlainText }
}

/// Where a text was found.
struct Place<'a> {
    /// Its path inside.
    path: &'a str,
    /// The name of what the author chose.
    top: &'a str,
    /// Whether the author chose this very file.
    alone: bool,
}

impl Place<'_> {
    /// A name for the text that stays when the folder is read again.
    fn guid(&self) -> String {
        if self.alone { format!("file:{}", self.path) } else { format!("file:{}/{}", self.top, self.path) }
    }

    /// The name a text goes by: its file's, or its folder's where every text has a folder of its own.
    fn name(&self) -> &str {
        match stem(self.path) {
            "index" | "_index" | "post" | "README" if self.path.contains('/') => file_name(folder_of(self.path)),
            name => name,
        }
    }
}

/// A post out of what a text says of itself, what its file is called, and its text as HTML.
fn assemble(facts: &Facts, heading: Option<String>, html: String, place: &Place, gather: &Gather) -> FilePost {
    let (day, rest) = super::dates::from_name(place.name());
    let title = facts.title.clone().or(heading).unwrap_or_else(|| title_from_name(rest));
    let slug = facts.slug.clone().unwrap_or_else(|| rest.to_owned());
    let url = match facts.address.as_deref() {
        Some(address) if address.starts_with("http") => address.to_owned(),
        // A pattern, filled in by the blog's program.
        Some(address) if !address.contains(':') && !address.contains('{') => gather.page(address),
        _ => String::new(),
    };
    let subtitle = facts.subtitle.clone();
    let description =
        || facts.description.as_deref().and_then(|description| crate::blog::feed::subtitle_of(description, &html));
    let subtitle = subtitle.or_else(description);
    let folders = folder_of(place.path).to_ascii_lowercase();
    let draft = facts.draft || folders.split('/').any(|part| matches!(part, "_drafts" | "drafts" | "draft"));
    let page = facts.page || stem(place.path) == "_index" || folders.split('/').any(|part| part == "pages");
    let role = match (draft, page) {
        (true, _) => Role::Draft,
        (false, true) => Role::Page,
        (false, false) => Role::Post,
    };
    let guid = if slug.is_empty() { format!("{}#{title}", place.guid()) } else { place.guid() };
    let post = ParsedPost {
        guid,
        url,
        title,
        subtitle,
        author: facts.author.clone().unwrap_or_default(),
        published_at: facts.date.or(day),
        html,
        truncated: None,
    };
    FilePost { post, role }
}

/// `low-tide_notes` as "Low tide notes".
pub(super) fn title_from_name(name: &str) -> String {
    let spaced = if name.contains(' ') { name.to_owned() } else { name.replace(['-', '_'], " ") };
    let words = spaced.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut letters = words.chars();
    let first: String = letters.next().map(|first| first.to_uppercase().collect()).unwrap_or_default();
    first + letters.as_str()
}

/// The words of a piece of HTML on one line; a title is often stored with entities in it.
pub(super) fn words_in(html: &str) -> String {
    if !html.contains(['&', '<']) {
        return html.trim().to_owned();
    }
    Document::fragment(html).text().split_whitespace().collect::<Vec<_>>().join(" ")
}
