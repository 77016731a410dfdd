//! Ten thousand examples in the real window: only the rows in sight exist in the page, and memory stays bounded.

use crate::webdriver::Window;
use idiolect_core::Core;
use idiolect_core::blog::{self, Extent};
use idiolect_core::dataset;
use idiolect_core::paths::Paths;
use std::path::Path;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Each gives at least seven examples in preset `voice`.
const POSTS: usize = 1_450;
/// Rows that may exist at once: a screen and what is just beyond it.
const MOST_ROWS: usize = 80;
/// What going through the list may take beside an idle window, in bytes.
const MOST_BYTES: u64 = 300_000_000;

#[tokio::test]
async fn ten_thousand_examples_are_gone_through_with_few_rows_and_little_memory() {
    let data = tempfile::tempdir().unwrap();
    let total = fill(data.path()).await;
    assert!(total > 10_000, "{total} examples");
    let window = Window::open(data.path()).await;
    window.find("nav-examples").await;
    window.click("nav-write").await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let idle = window.memory();
    window.click("nav-examples").await;
    window.find_within("example-row", Duration::from_secs(60)).await;
    let mut most = 0;
    for tenth in 0..=10 {
        let scroll = format!(
            "const list = document.querySelector('[role=listbox]'); list.scrollTop = list.scrollHeight * {tenth} / 10"
        );
        window.script(&scroll).await;
        tokio::time::sleep(Duration::from_millis(300)).await;
        most = most.max(window.count("[role=option]").await);
    }
    let last = format!("[aria-posinset='{total}']");
    window.find(&last).await;
    let after = window.memory();
    let more = after.saturating_sub(idle);
    println!(
        "{total} examples: at most {most} rows in the page; {} MB idle, {} MB more after going through them",
        idle / 1_000_000,
        more / 1_000_000
    );
    assert!(most <= MOST_ROWS, "{most} rows exist at once");
    assert!(more < MOST_BYTES, "{more} bytes more than idle");
    window.picture("9-ten-thousand").await;
}

/// A library of many short posts, each of its own words; gives the number of examples.
async fn fill(data: &Path) -> u32 {
    let core = Core::open(Paths::under(data)).unwrap();
    let folder = data.join("posts-to-bring");
    std::fs::create_dir(&folder).unwrap();
    for number in 0..POSTS {
        let sentence = |nth: usize| {
            // Scattered, so that no two posts share a run of words.
            let word = |at: usize| format!("w{}", (((number * 61 + nth * 9 + at + 1) * 2_654_435_761) >> 7) % 99_991);
            format!("This is sentence {} of it.", (0..9).map(word).collect::<Vec<_>>().join(" "))
        };
        let paragraphs: Vec<String> = (0..6).map(sentence).collect();
        let text = format!("---\ntitle: Post number {number}\ndate: 2026-01-01\n---\n\n{}\n", paragraphs.join("\n\n"));
        std::fs::write(folder.join(format!("{number:05}.md")), text).unwrap();
    }
    let path = folder.to_string_lossy().into_owned();
    blog::import(&core, &path, Extent::default(), |_| {}, &CancellationToken::new()).await.unwrap();
    dataset::list(&core, &Default::default()).unwrap().total
}
