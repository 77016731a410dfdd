//! Files for the tests, and posts as a person would check them.

use std::io::Write;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::blog::files::{FileError, FilePost, FileReport, Options, Role, read, read_with};
use crate::blog::markdown::to_markdown;

pub(crate) fn fixture(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/files").join(path)
}

/// A folder of the fixtures as a zip, without these files.
pub(crate) fn zip_of(folder: &str, without: &[&str]) -> NamedTempFile {
    let root = fixture(folder);
    let mut files: Vec<PathBuf> = Vec::new();
    let mut open = vec![root.clone()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
            if entry.path().is_dir() { open.push(entry.path()) } else { files.push(entry.path()) }
        }
    }
    files.sort();
    let entries = files.iter().map(|path| {
        let name = path.strip_prefix(&root).expect("inside").to_string_lossy().replace('\\', "/");
        (name, std::fs::read(path).expect("a fixture"))
    });
    zip_with(entries.filter(|(name, _)| !without.contains(&name.as_str())))
}

pub(crate) fn zip_with(entries: impl Iterator<Item = (String, Vec<u8>)>) -> NamedTempFile {
    let mut file = tempfile::Builder::new().prefix("export").suffix(".zip").tempfile().expect("a file");
    let mut zip = ZipWriter::new(file.as_file_mut());
    for (name, bytes) in entries {
        zip.start_file(name, SimpleFileOptions::default()).expect("an entry");
        zip.write_all(&bytes).expect("written");
    }
    zip.finish().expect("a zip");
    file
}

pub(crate) fn read_all(path: &Path) -> Result<(FileReport, Vec<FilePost>), FileError> {
    let mut posts = Vec::new();
    let report = read(path, &mut |post| {
        posts.push(post);
        ControlFlow::Continue(())
    })?;
    Ok((report, posts))
}

pub(crate) fn shown(path: &Path) -> String {
    shown_with(path, &Options::default())
}

/// A file as a person would check it: its posts with their Markdown, then what was skipped.
pub(crate) fn shown_with(path: &Path, options: &Options) -> String {
    let mut text = String::new();
    let report = read_with(path, options, &mut |FilePost { post, role }| {
        let base = Some(post.url.as_str()).filter(|url| !url.is_empty()).or(options.site.as_deref());
        text.push_str(&format!(
            "\n==== {}{} | {} | {}\nsubtitle {:?}, author {:?}, published {:?}, truncated {:?}\n----\n{}\n",
            post.title,
            match role {
                Role::Post => "",
                Role::Draft => " (draft)",
                Role::Page => " (page)",
            },
            // A zip made for a test has a name of its own every time.
            post.guid
                .split_once("/")
                .filter(|(top, _)| top.starts_with("file:export"))
                .map_or(post.guid.clone(), |(_, rest)| format!("file:ZIP/{rest}")),
            post.url,
            post.subtitle,
            post.author,
            post.published_at.map(|date| date.to_rfc3339()),
            post.truncated,
            to_markdown(&post.html, base),
        ));
        ControlFlow::Continue(())
    })
    .expect("the fixture holds posts");
    let title = if report.title.starts_with("export") { "NAME" } else { &report.title };
    let mut head = format!("{:?} | {title} | {} posts\n", report.kind, report.posts);
    for note in &report.notes {
        head.push_str(&format!("note: {note}\n"));
    }
    for skipped in &report.skipped {
        text.push_str(&format!("\n==== skipped: {}. {}\n", skipped.title, skipped.reason));
    }
    head + &text
}
