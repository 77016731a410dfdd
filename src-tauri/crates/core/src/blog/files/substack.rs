//! Substack's export: `posts.csv` and, beside it, `posts/<id>.<slug>.html`.
//!
//! Lists of subscribers, of openings and of deliveries lie in the same archive. They are other people's data: nothing
//! but `posts.csv` and the texts is ever opened.
//!
//! The export does not say where the publication lives. Every post is named `substack:<id>.<slug>`, so that whoever
//! knows the same post from a feed can match it by [`slug`] and date; told the site, the posts get their addresses.

use std::collections::HashMap;
use std::ops::ControlFlow;

use url::Url;

use super::gather::Gather;
use super::kind::{Plan, stem};
use super::tree::Tree;
use super::{FileError, Role, dates};
use crate::blog::feed::ParsedPost;

/// What a guid made here begins with.
const SCHEME: &str = "substack:";

/// The last part of the post's address, out of a guid made here: `on-knots` from `substack:123.on-knots`.
pub fn slug(guid: &str) -> Option<&str> {
    let name = guid.strip_prefix(SCHEME)?;
    let (_, slug) = name.split_once('.').filter(|(id, _)| id.bytes().all(|byte| byte.is_ascii_digit()))?;
    (!slug.is_empty()).then_some(slug)
}

/// The address of a post on a Substack publication.
pub fn address(site: &Url, slug: &str) -> Option<Url> {
    site.join(&format!("/p/{slug}")).ok()
}

/// How many texts the export holds.
pub(super) fn count(tree: &Tree) -> usize {
    let texts = tree.files.iter().filter(|file| super::kind::is_page(&file.path));
    texts.count()
}

/// One line of `posts.csv`.
struct Row {
    id: String,
    date: String,
    published: bool,
    kind: String,
    title: String,
    subtitle: String,
}

pub(super) fn read(tree: &mut Tree, plan: &Plan, gather: &mut Gather) -> Result<ControlFlow<()>, FileError> {
    let Some((&csv, texts)) = plan.files.split_first() else { return Ok(ControlFlow::Continue(())) };
    let table = tree.bytes(csv, tree.limits.feed).map_err(|unread| super::refused(tree, unread, tree.limits.feed))?;
    let mut files: HashMap<String, usize> =
        texts.iter().map(|&at| (stem(&tree.files[at].path).to_owned(), at)).collect();
    for row in rows(&super::text::decode(&table)) {
        let Ok(row) = row else {
            if gather.skip("A line of posts.csv", "It is damaged and could not be read.").is_break() {
                return Ok(ControlFlow::Break(()));
            }
            continue;
        };
        let flow = match files.remove(&row.id) {
            Some(at) => hand_on(tree, at, &row, gather),
            None => gather.skip(
                or_name(&row).as_str(),
                "The export lists it without its text. Substack often leaves out the newest posts; export again in a day.",
            ),
        };
        if flow.is_break() {
            return Ok(flow);
        }
    }
    unlisted(tree, files, gather)
}

/// Texts that `posts.csv` does not name. Nothing says that they were published, so they are drafts.
fn unlisted(tree: &mut Tree, files: HashMap<String, usize>, gather: &mut Gather) -> Result<ControlFlow<()>, FileError> {
    let mut rest: Vec<(String, usize)> = files.into_iter().collect();
    rest.sort();
    if !rest.is_empty() {
        let count = rest.len();
        let texts = if count == 1 { "1 text is".to_owned() } else { format!("{count} texts are") };
        gather.note(format!("{texts} not listed in posts.csv and came in as drafts."));
    }
    for (id, at) in rest {
        let row = Row {
            id,
            date: String::new(),
            published: false,
            kind: String::new(),
            title: String::new(),
            subtitle: String::new(),
        };
        if hand_on(tree, at, &row, gather).is_break() {
            return Ok(ControlFlow::Break(()));
        }
    }
    Ok(ControlFlow::Continue(()))
}

fn hand_on(tree: &mut Tree, at: usize, row: &Row, gather: &mut Gather) -> ControlFlow<()> {
    let html = match tree.text(at) {
        Ok(html) => html,
        Err(unread) => return gather.skip(&or_name(row), unread.sentence(&tree.limits)),
    };
    let role = match row.kind.as_str() {
        "page" => Role::Page,
        _ if row.published => Role::Post,
        _ => Role::Draft,
    };
    let guid = format!("{SCHEME}{}", row.id);
    let site = gather.site.as_ref();
    let url = site.zip(slug(&guid)).and_then(|(site, slug)| address(site, slug)).map(String::from);
    let post = ParsedPost {
        guid,
        url: url.unwrap_or_default(),
        title: or_name(row),
        subtitle: Some(row.subtitle.clone()),
        author: String::new(),
        published_at: dates::read(&row.date),
        html,
        // The export holds every text whole, also behind a paywall.
        truncated: None,
    };
    gather.post(post, role)
}

fn rows(table: &str) -> impl Iterator<Item = Result<Row, csv::Error>> {
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .trim(csv::Trim::Headers)
        .from_reader(std::io::Cursor::new(table.to_owned()));
    let headers = reader.headers().cloned().unwrap_or_default();
    let column = move |record: &csv::StringRecord, name: &str| {
        let at = headers.iter().position(|header| header.eq_ignore_ascii_case(name));
        at.and_then(|at| record.get(at)).unwrap_or_default().trim().to_owned()
    };
    reader.into_records().map(move |record| {
        let record = record?;
        Ok(Row {
            id: column(&record, "post_id"),
            date: column(&record, "post_date"),
            published: column(&record, "is_published").eq_ignore_ascii_case("true"),
            kind: column(&record, "type").to_ascii_lowercase(),
            title: column(&record, "title"),
            subtitle: column(&record, "subtitle"),
        })
    })
}

/// The title; where there is none, the words of the address.
fn or_name(row: &Row) -> String {
    if !row.title.is_empty() {
        return row.title.clone();
    }
    let slug = row.id.split_once('.').map_or(row.id.as_str(), |(_, slug)| slug);
    super::documents::title_from_name(slug)
}
