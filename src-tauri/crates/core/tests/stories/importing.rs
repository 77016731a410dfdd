//! Import: twice is once, edits are seen, decisions stay, cancelling keeps what came in.

use crate::support::{feed, open, paragraph, sample};
use idiolect_core::blog::{self, Extent, ImportEvent, PostQuery, PostState};
use idiolect_core::engine::fake::FakeEngine;
use idiolect_core::id::PostId;
use idiolect_core::{Code, voice};
use std::path::{Path, PathBuf};
use tokio_util::sync::CancellationToken;

fn write(folder: &Path, text: &str) -> PathBuf {
    let path = folder.join("feed.xml");
    std::fs::write(&path, text).unwrap();
    path
}

#[tokio::test]
async fn importing_again_changes_nothing_and_says_so() {
    let (_folder, core, first) = sample(FakeEngine::default()).await;
    assert!(first.new >= 8, "{first:?}");
    let again = blog::import_sample(&core, |_| {}, &CancellationToken::new()).await.unwrap();
    assert_eq!((again.new, again.changed, again.unchanged), (0, 0, first.new));
    assert_eq!(again.message, format!("Nothing new: all {} posts were here already, unchanged.", first.new));
}

#[tokio::test]
async fn an_edited_post_is_changed_and_keeps_the_authors_word() {
    let folder = tempfile::tempdir().unwrap();
    let core = open(folder.path(), FakeEngine::default());
    let stop = CancellationToken::new();
    let (tea, rain) = (paragraph("tea"), paragraph("rain"));
    let path = write(folder.path(), &feed(&[("Tea", &tea), ("Rain", &rain)]));
    blog::import(&core, path.to_str().unwrap(), Extent::default(), |_| {}, &stop).await.unwrap();
    let rows = blog::list_posts(&core.db, &PostQuery::default()).unwrap();
    blog::set_included(&core, &[rows.items[1].post.id], false).unwrap();

    let edited = format!("{rain}<p>And an afterthought.</p>");
    write(folder.path(), &feed(&[("Tea", &tea), ("Rain", &edited)]));
    let report = blog::import(&core, path.to_str().unwrap(), Extent::default(), |_| {}, &stop).await.unwrap();
    assert_eq!((report.new, report.changed, report.unchanged), (0, 1, 1));
    let rows = blog::list_posts(&core.db, &PostQuery::default()).unwrap();
    assert_eq!(rows.items[1].post.state, PostState::Excluded);
    assert!(blog::post_detail(&core.db, rows.items[1].post.id).unwrap().markdown.contains("afterthought"));
}

#[tokio::test]
async fn a_cancelled_import_keeps_what_came_in_and_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let core = open(folder.path(), FakeEngine::default());
    let stop = CancellationToken::new();
    let stopper = stop.clone();
    let mut posts = 0;
    let count = |event: ImportEvent| {
        posts += u32::from(matches!(event, ImportEvent::Post { .. }));
        if posts == 3 {
            stopper.cancel();
        }
    };
    let error = blog::import_sample(&core, count, &stop).await.unwrap_err();
    assert_eq!(error.code, Code::Cancelled);
    assert_eq!(blog::summary(&core.db).unwrap().posts, 3);
    let report = blog::import_sample(&core, |_| {}, &CancellationToken::new()).await.unwrap();
    assert_eq!(report.unchanged, 3);
}

#[tokio::test]
async fn the_samples_posts_step_aside_for_the_authors_own() {
    let (folder, core, report) = sample(FakeEngine::default()).await;
    let path = write(folder.path(), &feed(&[("Tea", &paragraph("tea"))]));
    let own = blog::import(&core, path.to_str().unwrap(), Extent::default(), |_| {}, &CancellationToken::new())
        .await
        .unwrap();
    assert!(own.message.contains(&format!("The {} sample posts were set aside", report.new)), "{}", own.message);
    let used = blog::post::used_texts(&core.db).unwrap();
    assert_eq!(used.iter().map(|text| text.post.title.as_str()).collect::<Vec<_>>(), ["Tea"]);
}

#[tokio::test]
async fn search_finds_words_marks_them_and_survives_odd_typing() {
    let folder = tempfile::tempdir().unwrap();
    let core = open(folder.path(), FakeEngine::default());
    let text = format!("{}<p>A &lt;b&gt; samovar &amp; tea.</p>", paragraph("tea"));
    let path = write(folder.path(), &feed(&[("Tea", &text), ("Rain", &paragraph("rain"))]));
    blog::import(&core, path.to_str().unwrap(), Extent::default(), |_| {}, &CancellationToken::new()).await.unwrap();
    let find = |typed: &str| {
        let query = PostQuery { search: Some(typed.to_owned()), ..PostQuery::default() };
        blog::list_posts(&core.db, &query).unwrap().items
    };
    let hits = find("samov");
    assert_eq!(hits.len(), 1);
    let snippet = hits[0].snippet.as_deref().unwrap();
    assert!(snippet.contains("<mark>samovar</mark>"), "{snippet}");
    assert!(!snippet.replace("<mark>", "").replace("</mark>", "").contains('<'), "{snippet}");
    assert!(find("samovar rain").is_empty());
    for odd in ["\"", "AND", "NEAR(", "*", "' OR 1=1 --", "tea\"", "((", "^", "-"] {
        let _ = find(odd);
    }
}

#[tokio::test]
async fn an_unknown_post_is_said_to_be_unknown() {
    let (_folder, core, _) = sample(FakeEngine::default()).await;
    let error = blog::post_detail(&core.db, PostId(9999)).unwrap_err();
    assert_eq!((error.code, error.message.as_str()), (Code::NotFound, "Post 9999 is not in this library."));
}

#[tokio::test]
async fn the_portrait_is_there_right_after_import() {
    let (_folder, core, report) = sample(FakeEngine::default()).await;
    let portrait = voice::portrait(&core).unwrap();
    assert_eq!(portrait.posts, report.new);
    assert!(!portrait.phrases.is_empty() && !portrait.openings.is_empty() && !portrait.words_used.is_empty());
}
