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

#[tokio::test]
async fn a_recurring_paragraph_is_left_out_of_training_until_the_author_keeps_it() {
    let folder = tempfile::tempdir().unwrap();
    let core = open(folder.path(), FakeEngine::default());
    let end = "<p>Thanks for reading. Subscribe for more of this.</p>";
    let texts: Vec<String> = ["tea", "rain", "bread"].iter().map(|word| paragraph(word) + end).collect();
    let posts: Vec<(&str, &str)> = ["Tea", "Rain", "Bread"].into_iter().zip(texts.iter().map(String::as_str)).collect();
    let path = write(folder.path(), &feed(&posts));
    blog::import(&core, path.to_str().unwrap(), Extent::default(), |_| {}, &CancellationToken::new()).await.unwrap();

    let found = blog::repeated(&core).unwrap();
    assert_eq!((found.len(), found[0].posts, found[0].dropped), (1, 3, true), "{found:?}");
    let learned = || blog::post::used_texts(&core.db).unwrap()[0].training_text();
    assert!(!learned().contains("Subscribe"));
    let id = blog::list_posts(&core.db, &PostQuery::default()).unwrap().items[0].post.id;
    assert!(blog::post_detail(&core.db, id).unwrap().markdown.contains("Subscribe"), "the reading view has it all");

    blog::boilerplate::set_dropped(&core, found[0].id, false).unwrap();
    assert!(learned().contains("Subscribe"));
    blog::import(&core, path.to_str().unwrap(), Extent::default(), |_| {}, &CancellationToken::new()).await.unwrap();
    assert!(!blog::repeated(&core).unwrap()[0].dropped, "the author's word outlives the next import");
}

#[tokio::test]
async fn the_nearest_passage_is_the_one_that_says_it() {
    let (_folder, core, _) = sample(FakeEngine::default()).await;
    let texts = blog::post::all_texts(&core.db).unwrap();
    let text = texts[4].training_text();
    let passage = text.split("\n\n").max_by_key(|paragraph| paragraph.len()).unwrap();
    let found = blog::nearest(&core, passage, None, 3).unwrap();
    assert_eq!(found[0].post, texts[4].post.id);
    assert!(found[0].nearness > 0.99, "{}", found[0].nearness);
    assert!(found.windows(2).all(|two| two[0].nearness >= two[1].nearness));
    let elsewhere = blog::nearest(&core, passage, Some(texts[4].post.id), 3).unwrap();
    assert!(elsewhere.iter().all(|found| found.post != texts[4].post.id));
    assert!(blog::nearest(&core, "", None, 3).unwrap().is_empty());
    assert!(blog::nearest(&core, "\" OR NEAR( *", None, 3).unwrap().is_empty());
}

#[tokio::test]
async fn one_post_by_two_ways_is_one_post_and_the_fuller_text_wins() {
    let folder = tempfile::tempdir().unwrap();
    let core = open(folder.path(), FakeEngine::default());
    let stop = CancellationToken::new();
    let whole = format!("{}<p>And the end that the feed leaves out.</p>", paragraph("tea"));
    let item = |link: &str, title: &str, text: &str| {
        format!(
            "<rss version=\"2.0\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\"><channel><title>T</title>\
             <item><title>{title}</title><guid isPermaLink=\"false\">{link}</guid><link>{link}</link>\
             <pubDate>Mon, 08 Jun 2026 08:00:00 GMT</pubDate><content:encoded><![CDATA[{text}]]></content:encoded></item></channel></rss>"
        )
    };
    let feed = folder.path().join("feed.xml");
    let export = folder.path().join("export.xml");
    std::fs::write(&feed, item("https://www.tests.example/p/tea/?utm_source=rss", "Tea", &paragraph("tea"))).unwrap();
    // Another address altogether, as exports without the blog's own have it.
    std::fs::write(&export, item("https://elsewhere.example/tea", "Tea!", &whole)).unwrap();
    let run = |path: PathBuf| {
        let (core, stop) = (&core, &stop);
        async move { blog::import(core, path.to_str().unwrap(), Extent::default(), |_| {}, stop).await.unwrap() }
    };
    run(feed.clone()).await;
    let report = run(export).await;
    assert_eq!((report.new, report.changed), (0, 1), "{report:?}");
    // The feed says what it always said: that is no edit, and must not cut the fuller text.
    let report = run(feed.clone()).await;
    assert_eq!((report.new, report.changed, report.unchanged), (0, 0, 1), "{report:?}");
    let rows = blog::list_posts(&core.db, &PostQuery::default()).unwrap();
    assert_eq!(rows.items.len(), 1);
    assert!(blog::post_detail(&core.db, rows.items[0].post.id).unwrap().markdown.contains("the feed leaves out"));
    std::fs::write(&feed, item("http://tests.example/p/tea", "Tea", &format!("{whole}<p>And one more line.</p>")))
        .unwrap();
    assert_eq!(run(feed).await.changed, 1, "an edit that is fuller comes in");
}
