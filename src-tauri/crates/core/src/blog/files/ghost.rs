//! Ghost's export: a JSON file with the blog's tables. Posts and the names of their authors are read; members and
//! settings never are.

mod lexical;
mod mobiledoc;

use std::collections::HashMap;
use std::ops::ControlFlow;

use serde_json::Value;

use super::gather::Gather;
use super::rows::{self, End};
use super::tree::Tree;
use super::xml::Broken;
use super::{FileError, Role, blogger, dates, text};
use crate::blog::feed::ParsedPost;

/// What stands in an export for the blog's own address.
const PLACEHOLDER: &str = "__GHOST_URL__";

pub(super) fn read(tree: &mut Tree, at: usize, gather: &mut Gather) -> Result<ControlFlow<()>, FileError> {
    // Tables are in alphabetical order, so the authors come after the posts that need them: the file is read twice.
    let mut names: HashMap<String, String> = HashMap::new();
    let mut written: HashMap<String, String> = HashMap::new();
    walk(tree, at, &["users", "posts_authors"], &mut |table, row| {
        let text = |key: &str| row.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        if table == "users" {
            names.insert(text("id"), text("name"));
        } else {
            written.entry(text("post_id")).or_insert(text("author_id"));
        }
        ControlFlow::Continue(())
    })?;
    let author = |row: &Value| {
        let id = row.get("id").and_then(Value::as_str).unwrap_or_default();
        let direct = row.get("author_id").and_then(Value::as_str).unwrap_or_default();
        let author = written.get(id).map_or(direct, String::as_str);
        names.get(author).cloned().unwrap_or_default()
    };
    let end = walk(tree, at, &["posts"], &mut |_, row| post(&row, author(&row), gather))?;
    match end {
        End::Whole => Ok(ControlFlow::Continue(())),
        End::Stopped => Ok(ControlFlow::Break(())),
        End::Damaged => blogger::stopped(Broken::Damaged, gather, &tree.name),
    }
}

fn walk(tree: &mut Tree, at: usize, tables: &[&str], on_row: rows::OnRow) -> Result<End, FileError> {
    let (name, limit, page) = (tree.name.clone(), tree.limits.archive, tree.limits.page);
    let raw = tree.reader(at, limit).map_err(|unread| super::refused_name(&name, unread, limit))?;
    let text = text::stream(raw).map_err(|_| FileError::Damaged { name })?;
    // A row may hold the text three times over: as HTML, as plain text, and in the editor's own form.
    Ok(rows::each(text, tables, page * 3, on_row))
}

fn post(row: &Value, author: String, gather: &mut Gather) -> ControlFlow<()> {
    let text = |key: &str| row.get(key).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty());
    let title = text("title").filter(|title| *title != "(Untitled)").unwrap_or_default();
    let page = text("type") == Some("page") || row.get("page").is_some_and(|page| page == true || page == 1);
    let published = matches!(text("status"), Some("published" | "sent") | None);
    let role = match (published, page) {
        (true, false) => Role::Post,
        (true, true) => Role::Page,
        (false, _) => Role::Draft,
    };
    let site = gather.site.as_ref().map(|site| site.as_str().trim_end_matches('/').to_owned()).unwrap_or_default();
    let Some(html) = html(row) else {
        return gather.skip(title, "Its text is in a form of Ghost's that is not known here.");
    };
    let slug = text("slug").unwrap_or_default();
    let own = |address: &str| address.replace(PLACEHOLDER, &site);
    let url = match text("canonical_url").map(own).filter(|url| url.starts_with("http")) {
        Some(url) => url,
        None if slug.is_empty() => String::new(),
        None => gather.page(&format!("{slug}/")),
    };
    let id = text("id").or(text("uuid")).unwrap_or(slug);
    let id = row.get("id").and_then(Value::as_u64).map_or(id.to_owned(), |id| id.to_string());
    let parsed = ParsedPost {
        // The feed's own name for the post.
        guid: if id.is_empty() { format!("ghost:{title}") } else { id },
        url,
        title: title.to_owned(),
        subtitle: text("custom_excerpt").map(str::to_owned),
        author,
        published_at: text("published_at").or(text("created_at")).and_then(dates::read),
        html: html.replace(PLACEHOLDER, &site),
        truncated: None,
    };
    gather.post(parsed, role)
}

/// The text as HTML: as Ghost rendered it, else out of what its editors store.
fn html(row: &Value) -> Option<String> {
    let text = |key: &str| row.get(key).and_then(Value::as_str).filter(|text| !text.trim().is_empty());
    if let Some(html) = text("html") {
        return Some(html.to_owned());
    }
    if let Some(stored) = text("lexical") {
        return lexical::html(&serde_json::from_str(stored).ok()?);
    }
    if let Some(stored) = text("mobiledoc") {
        return mobiledoc::html(&serde_json::from_str(stored).ok()?);
    }
    // Ghost before 2017 kept Markdown.
    if let Some(markdown) = text("markdown") {
        return Some(super::documents::render(markdown));
    }
    // A draft nobody wrote in.
    Some(String::new())
}

/// A card that both editors know, as HTML; nothing for those that only invite.
fn card(kind: &str, data: &Value) -> String {
    use crate::blog::extract::escape_html as safe;
    let text = |keys: &[&str]| keys.iter().find_map(|key| data.get(key).and_then(Value::as_str)).unwrap_or_default();
    let caption = text(&["caption"]);
    let link = |title: &str, url: &str| {
        let title = if title.is_empty() { url } else { title };
        if url.is_empty() { String::new() } else { format!(r#"<p><a href="{}">{}</a></p>"#, safe(url), safe(title)) }
    };
    match kind {
        "image" => picture(text(&["src"]), text(&["alt"]), caption),
        "gallery" => {
            let images = data.get("images").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
            let one = |image: &Value| {
                let part = |key: &str| image.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
                picture(&part("src"), &part("alt"), "")
            };
            images.iter().map(one).collect()
        }
        "code" | "codeblock" => {
            let language = text(&["language"]);
            format!(r#"<pre><code class="language-{}">{}</code></pre>"#, safe(language), safe(text(&["code"])))
        }
        "markdown" | "card-markdown" => super::documents::render(text(&["markdown"])),
        "html" => text(&["html"]).to_owned(),
        "hr" | "horizontalrule" => "<hr>".to_owned(),
        "embed" | "bookmark" => {
            let facts = data.get("metadata").unwrap_or(&Value::Null);
            let title = facts.get("title").and_then(Value::as_str).unwrap_or_default();
            link(title, text(&["url"]))
        }
        "video" | "audio" | "file" => link(text(&["fileTitle", "title", "fileName"]), text(&["src"])),
        "callout" => format!("<blockquote>{}</blockquote>", text(&["calloutText"])),
        "toggle" => format!("<h4>{}</h4>{}", text(&["heading"]), text(&["content"])),
        "header" => format!("<h2>{}</h2><p>{}</p>", text(&["header"]), text(&["subheader"])),
        _ => String::new(),
    }
}

fn picture(source: &str, alt: &str, caption: &str) -> String {
    use crate::blog::extract::escape_html as safe;
    if source.is_empty() {
        return String::new();
    }
    let caption = if caption.is_empty() { String::new() } else { format!("<figcaption>{caption}</figcaption>") };
    format!(r#"<figure><img src="{}" alt="{}">{caption}</figure>"#, safe(source), safe(alt))
}
