//! A library in a folder of its own, with the fake engine and a keyring in memory.

use idiolect_core::Core;
use idiolect_core::blog::{ImportReport, import_sample};
use idiolect_core::clock::SystemClock;
use idiolect_core::engine::fake::FakeEngine;
use idiolect_core::paths::Paths;
use idiolect_core::secrets::SessionOnly;
use std::path::Path;
use std::sync::Arc;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

/// Opens the library in `folder`.
pub fn open(folder: &Path, engine: FakeEngine) -> Core {
    Core::with(Paths::under(folder), Arc::new(SystemClock), Arc::new(SessionOnly::default()), Arc::new(engine)).unwrap()
}

/// A new library that holds the sample blog.
pub async fn sample(engine: FakeEngine) -> (TempDir, Core, ImportReport) {
    let folder = tempfile::tempdir().unwrap();
    let core = open(folder.path(), engine);
    let report = import_sample(&core, |_| {}, &CancellationToken::new()).await.unwrap();
    (folder, core, report)
}

/// A feed with these posts (title, paragraphs), newest first.
pub fn feed(posts: &[(&str, &str)]) -> String {
    let item = |(index, (title, text)): (usize, &(&str, &str))| {
        format!(
            "<item><title>{title}</title><link>https://tests.example/p/{index}</link><guid>{index}-{title}</guid>\
             <pubDate>Mon, {:02} Jun 2026 08:00:00 GMT</pubDate>\
             <content:encoded><![CDATA[{text}]]></content:encoded></item>",
            28 - index
        )
    };
    let items: String = posts.iter().enumerate().map(item).collect();
    format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\">\
         <channel><title>Tests</title><link>https://tests.example</link>{items}</channel></rss>"
    )
}

/// A paragraph long enough to be learned from.
pub fn paragraph(word: &str) -> String {
    format!("<p>{}</p>", format!("This is about {word}, and it goes on for a while. ").repeat(8).trim())
}
