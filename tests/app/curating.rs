//! Curating in a real window: going through examples with single keys, comparing, statistics, a preset of one's own.

use crate::webdriver::Window;
use idiolect_core::Core;
use idiolect_core::blog;
use idiolect_core::paths::Paths;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

const SECONDS: fn(u64) -> Duration = Duration::from_secs;

#[tokio::test]
async fn examples_are_gone_through_compared_counted_and_made_another_way() {
    let data = tempfile::tempdir().unwrap();
    let core = Core::open(Paths::under(data.path())).unwrap();
    blog::import_sample(&core, |_| {}, &CancellationToken::new()).await.unwrap();
    drop(core);
    let window = Window::open(data.path()).await;
    window.click("nav-examples").await;
    decide_with_keys(&window).await;
    edit_and_compare(&window).await;
    statistics(&window).await;
    a_preset_of_ones_own(&window).await;
}

/// Keys go to the page as a whole, as they do when nothing is being typed into.
async fn press(window: &Window, key: &str) {
    window.type_into("body main, body", key).await;
}

async fn decide_with_keys(window: &Window) {
    window.find("example-row").await;
    window.click("triage").await;
    window.find("keep").await;
    press(window, "d").await;
    window.find("[data-testid=undo]:not([disabled])").await;
    press(window, "u").await;
    window.find("[data-testid=undo][disabled]").await;
    window.picture("11-one-by-one").await;
}

async fn edit_and_compare(window: &Window) {
    window.click("edit").await;
    window.text_when("edit-tokens", SECONDS(20), |text| text.contains("token")).await;
    window.type_into("edit-completion", "A line that is not in the post. ").await;
    window.click("edit-save").await;
    window.click("compare").await;
    window.text_when("diff", SECONDS(20), |text| text.contains("A line that is not in the post.")).await;
    window.picture("12-compared").await;
    window.click("examples-list").await;
}

async fn statistics(window: &Window) {
    window.click("examples-tab-statistics").await;
    let told = window.text_when("statistics", SECONDS(20), |text| text.contains("10 posts")).await;
    assert!(told.contains("tokens") && told.contains("held out"), "{told}");
    window.picture("13-statistics").await;
}

async fn a_preset_of_ones_own(window: &Window) {
    window.click("examples-tab-making").await;
    let prompt = "[data-testid=template][data-id=plain] [data-testid=template-prompt]";
    // What comes with the app is not changed: the first letter offers a copy, and goes into it.
    window.type_into(prompt, "!").await;
    window.clear("copy-title").await;
    window.type_into("copy-title", "My voice").await;
    window.click("copy-yes").await;
    window.find("preset-save").await;
    window.text_when("template-preview", SECONDS(20), |text| text.contains("'!")).await;
    window.type_into(prompt, " please").await;
    window.text_when("template-preview", SECONDS(20), |text| text.contains("'! please")).await;
    window.picture("14-own-preset").await;
    window.click("preset-save").await;
    window.find("preset-choose").await;
}
