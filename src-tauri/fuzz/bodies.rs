//! What each fuzz target does with some bytes. The same bodies run over mutated fixtures in core's tests, which need
//! no nightly compiler; there this file is a module as well.

use std::io::Write;
use std::ops::ControlFlow;

use idiolect_core::blog::feed::parse_feed;
use idiolect_core::blog::files::{FileError, FileReport, front_matter, read};
use idiolect_core::blog::markdown::to_markdown;
use idiolect_core::blog::training_view::training_text;

/// A feed to posts, and these to Markdown and training text.
pub fn feed_to_posts(data: &[u8]) {
    if let Ok(feed) = parse_feed(data, Some("https://a.example/feed")) {
        for post in &feed.posts {
            html(&post.html, &post.url);
        }
    }
}

/// HTML to Markdown: the same twice.
pub fn html_to_markdown(data: &[u8]) {
    html(&String::from_utf8_lossy(data), "https://a.example/p/post");
}

/// A file that begins as a zip.
pub fn zip_export(data: &[u8]) {
    let _ = file(data);
}

/// A text that may say something of itself first.
pub fn front_matter(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    if let Some((_, body)) = front_matter::split(&text) {
        assert!(text.ends_with(body), "the text behind the front matter is not the end of the file");
    }
}

/// WordPress' export, and whatever else a file turns out to be.
pub fn wxr(data: &[u8]) {
    let _ = file(data);
}

fn html(html: &str, address: &str) {
    let base = Some(address).filter(|address| !address.is_empty());
    let markdown = to_markdown(html, base);
    assert_eq!(markdown, to_markdown(html, base), "the same HTML gave two Markdowns");
    let _ = training_text(&markdown);
}

fn file(data: &[u8]) -> Result<FileReport, FileError> {
    let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
    file.write_all(data).expect("written");
    let mut count = 0;
    let report = read(file.path(), &mut |post| {
        count += 1;
        html(&post.post.html, &post.post.url);
        ControlFlow::Continue(())
    })?;
    assert_eq!(report.posts, count, "the report counts other posts than were handed on");
    Ok(report)
}
