//! Posts as files other programs read. They appear all at once, in a new folder, or not at all.

use idiolect_core::blog::post::{PostText, all_texts};
use idiolect_core::{Core, Error, Result};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

/// The form of exported posts.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum PostFormat {
    /// One Markdown file a post, with front matter
    Markdown,
    /// `posts.json`: a list of all posts
    Json,
    /// `posts.jsonl`: one post a line
    Jsonl,
    /// One text file a post: what a model learns from, without images, link targets and footnotes
    Text,
}

/// Writes every post into `dir`, which must be new or empty, and gives their number.
///
/// # Errors
/// `BadInput` when the folder holds something, and what the disk says.
pub fn export(core: &Core, dir: &Path, format: PostFormat) -> Result<u32> {
    if dir.exists() && !(dir.is_dir() && fs::read_dir(dir)?.next().is_none()) {
        return Err(Error::bad_input(format!("{} holds something already; nothing was written.", dir.display()))
            .hint("Name a folder that is not there yet."));
    }
    let posts = all_texts(&core.db)?;
    let parent = dir.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(parent)?;
    // Beside the target, so that the last step is a rename on the same disk.
    let staging = tempfile::tempdir_in(parent)?;
    for (name, content) in files(&posts, format)? {
        fs::write(staging.path().join(name), content)?;
    }
    if dir.exists() {
        fs::remove_dir(dir)?;
    }
    readable(staging.path())?;
    fs::rename(staging.path(), dir)?;
    // The folder has moved; there is nothing left to sweep away.
    drop(staging.keep());
    Ok(u32::try_from(posts.len()).unwrap_or(u32::MAX))
}

/// A temporary folder is closed to others; an export is an ordinary folder.
#[cfg(unix)]
fn readable(folder: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    Ok(fs::set_permissions(folder, fs::Permissions::from_mode(0o755))?)
}

#[cfg(not(unix))]
fn readable(_folder: &Path) -> Result<()> {
    Ok(())
}

fn files(posts: &[PostText], format: PostFormat) -> Result<Vec<(String, String)>> {
    let objects = || posts.iter().map(object).collect::<Result<Vec<Value>>>();
    Ok(match format {
        PostFormat::Markdown => posts.iter().map(|text| (name(text, "md"), markdown(text))).collect(),
        PostFormat::Text => {
            let text = |text: &PostText| format!("{}\n\n{}\n", text.post.title, text.training_text().trim_end());
            posts.iter().map(|post| (name(post, "txt"), text(post))).collect()
        }
        PostFormat::Json => vec![("posts.json".to_owned(), format!("{:#}\n", Value::Array(objects()?)))],
        PostFormat::Jsonl => {
            let lines: Vec<String> = objects()?.iter().map(|object| format!("{object}\n")).collect();
            vec![("posts.jsonl".to_owned(), lines.concat())]
        }
    })
}

fn object(text: &PostText) -> Result<Value> {
    let mut object = serde_json::to_value(&text.post)?;
    object["markdown"] = json!(text.markdown);
    object["training_text"] = json!(text.training_text());
    Ok(object)
}

fn markdown(text: &PostText) -> String {
    let post = &text.post;
    let fields = [
        ("title", Some(&post.title)),
        ("subtitle", post.subtitle.as_ref()),
        ("date", post.published_at.as_ref()),
        ("url", post.url.as_ref()),
    ];
    // A JSON string is a YAML string, whatever is in it.
    let lines = fields.iter().filter_map(|(name, value)| value.map(|value| format!("{name}: {}\n", json!(value))));
    format!("---\n{}---\n\n{}\n", lines.collect::<String>(), text.markdown.trim_end())
}

/// The date to sort by, the title to find it by, the number so that no two are the same.
fn name(text: &PostText, extension: &str) -> String {
    let date = text.post.published_at.as_deref().and_then(|at| at.get(..10)).unwrap_or("undated");
    let plain: String =
        text.post.title.to_lowercase().chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
    let slug: String = plain.split_whitespace().collect::<Vec<_>>().join("-").chars().take(48).collect();
    format!("{date}-{slug}-{}.{extension}", text.post.id)
}
