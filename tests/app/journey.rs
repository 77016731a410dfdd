//! The first run in a real window, with the real model: sample blog, examples, a short run that is paused and resumed,
//! a draft that the model helps with, and a crash after which nothing is lost.

use crate::webdriver::Window;
use std::time::Duration;

const SECONDS: fn(u64) -> Duration = Duration::from_secs;

#[tokio::test]
async fn a_first_run_from_sample_to_draft() {
    let data = tempfile::tempdir().unwrap();
    let window = Window::open(data.path()).await;
    import_the_sample(&window).await;
    look_at_the_posts(&window).await;
    curate(&window).await;
    train(&window).await;
    write(&window).await;
    locked_down(&window).await;

    // The app is killed, as a crash would end it: what was typed is there again.
    drop(window);
    let window = Window::open(data.path()).await;
    window.click("nav-write").await;
    window.click("draft-row").await;
    window.text_when(".cm-content", SECONDS(20), |text| text.contains("My own first sentence.")).await;
    window.click("nav-train").await;
    window.find("version-row").await;
    window.picture("8-after-the-crash").await;
}

async fn import_the_sample(window: &Window) {
    window.find("first-run").await;
    window.picture("1-first-run").await;
    window.type_into("first-run-address", "not a blog at all").await;
    window.click("first-run-import").await;
    let refusal = window.text("error-note").await;
    assert!(refusal.contains("cannot be opened"), "{refusal}");
    window.picture("2-refused").await;
    window.click("first-run-sample").await;
    window.find_within("import-done", SECONDS(30)).await;
}

async fn look_at_the_posts(window: &Window) {
    window.picture("3-imported").await;
    window.click("import-posts").await;
    window.find("post-row").await;
    assert_eq!(window.count("post-row").await, 10);
    window.click("blog-tab-portrait").await;
    window.find_within("portrait", SECONDS(10)).await;
    window.picture("4-portrait").await;
}

async fn curate(window: &Window) {
    window.click("nav-examples").await;
    window.find("example-row").await;
    window.click("triage").await;
    window.find("[data-testid=undo][disabled]").await;
    window.click("drop").await;
    window.click("[data-testid=undo]:not([disabled])").await;
    window.find("[data-testid=undo][disabled]").await;
    window.picture("5-examples").await;
}

async fn train(window: &Window) {
    window.click("nav-train").await;
    let plan = window.text_when("plan-sentence", SECONDS(60), |text| text.contains("posts")).await;
    assert!(plan.contains('8') && plan.contains('2'), "learns from 8 of the 10 sample posts, tested on 2: {plan}");
    window.click("train-details").await;
    window.clear("recipe-steps").await;
    window.type_into("recipe-steps", "6\u{e007}").await;
    window.click("train-start").await;
    let facts = |step: &'static str| move |text: &str| text.contains(step);
    window.text_when("run-panel", SECONDS(300), facts("1 of 6")).await;
    window.picture("6-training").await;
    window.click("run-pause").await;
    window.text_when("run-status", SECONDS(120), |text| text.to_lowercase().contains("paused")).await;
    window.click("run-resume").await;
    window.find_within("version-row", SECONDS(600)).await;
    let result = window.text("run-verdict").await;
    assert!(result.contains("too few posts to be sure"), "{result}");
    window.picture("6-trained").await;
}

async fn write(window: &Window) {
    window.click("nav-write").await;
    window.click("draft-new").await;
    window.type_into("draft-title", "The last stop").await;
    window.type_into(".cm-content", "My own first sentence.").await;
    window.text_when("save-state", SECONDS(10), |text| text.to_lowercase().contains("saved")).await;
    if window.count("write-prompt").await == 0 {
        window.click("toggle-suggest").await;
    }
    window.clear("write-prompt").await;
    window.type_into("write-prompt", "Write a blog post titled 'The last stop':").await;
    window.click("[data-testid=write-more] summary").await;
    window.clear("write-length").await;
    window.type_into("write-length", "40\u{e007}").await;
    window.click("write-go").await;
    let end = window.text_when("suggestion-end", SECONDS(120), |text| !text.is_empty()).await;
    assert!(end.contains("by itself") || end.contains("length"), "a draft says how it ended: {end}");
    let drafted = window.text("suggestion-text").await;
    assert!(drafted.split_whitespace().count() > 3, "{drafted}");
    window.click("write-insert").await;
    window.text_when(".cm-content", SECONDS(10), |text| text.len() > "My own first sentence.".len() + 10).await;
    window.text_when("save-state", SECONDS(10), |text| text.to_lowercase().contains("saved")).await;
    window.click("toggle-preview").await;
    window.text_when("preview-html", SECONDS(10), |text| text.contains("My own first sentence.")).await;
    window.picture("7-write").await;
}

/// The page can reach neither the network nor files, and cannot make code from text.
async fn locked_down(window: &Window) {
    let eval = "try { eval('1'); return 'ran' } catch (error) { return 'refused' }";
    assert_eq!(window.script(eval).await, "refused");
    let fetch = "window.reached = 'waiting'; fetch('https://example.com').then(() => window.reached = 'reached', () => window.reached = 'refused');";
    window.script(fetch).await;
    let until = std::time::Instant::now() + SECONDS(10);
    while window.script("return window.reached").await == "waiting" {
        assert!(std::time::Instant::now() < until, "the request neither left nor was refused");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(window.script("return window.reached").await, "refused");
    let files = "return fetch('file:///etc/hostname').then(() => 'read', () => 'refused')";
    assert_eq!(window.script(files).await, "refused");
}
