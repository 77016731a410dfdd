//! Closing the window: nothing typed is lost, a run is not ended without the author's word, and there is one instance.

use crate::webdriver::Window;
use crate::x11;
use std::process::Command;
use std::time::{Duration, Instant};

const SOON: Duration = Duration::from_secs(60);

#[tokio::test]
async fn closing_asks_what_becomes_of_the_run_and_saves_what_was_typed() {
    let data = tempfile::tempdir().unwrap();
    let window = Window::open(data.path()).await;
    window.click("first-run-sample").await;
    window.find_within("import-done", SOON).await;

    // Typed and closed at once, well before the next automatic save.
    window.click("nav-write").await;
    window.click("draft-new").await;
    window.type_into(".cm-content", "The last words before closing.").await;
    x11::ask_to_close();
    gone(&window).await;
    let window = Window::open(data.path()).await;
    window.click("nav-write").await;
    window.click("draft-row").await;
    window.text_when(".cm-content", SOON, |text| text.contains("The last words before closing.")).await;

    start_training(&window).await;
    x11::ask_to_close();
    window.find("close-dialog").await;
    window.picture("9-close-asked").await;
    window.click("close-stay").await;
    window.find("run-pause").await;

    x11::ask_to_close();
    press(&window, "close-keep").await;
    until("the window is hidden", || !x11::is_shown()).await;
    // A second start brings the hidden window back and ends by itself.
    let second = Command::new(env!("CARGO_BIN_EXE_idiolect")).env("IDIOLECT_DATA_DIR", data.path()).status().unwrap();
    assert!(second.success(), "a second start ended with {second}");
    until("the window is back", x11::is_shown).await;

    x11::ask_to_close();
    press(&window, "close-pause").await;
    gone(&window).await;
    let window = Window::open(data.path()).await;
    window.click("nav-train").await;
    window.text_when("run-status", SOON, |text| text.to_lowercase().contains("paused")).await;
}

#[tokio::test]
async fn a_library_of_a_newer_version_is_left_alone_and_said_so() {
    let data = tempfile::tempdir().unwrap();
    let file = data.path().join("library.db");
    let newer = rusqlite::Connection::open(&file).unwrap();
    newer.execute_batch("CREATE TABLE post(text TEXT); PRAGMA user_version = 9999;").unwrap();
    drop(newer);
    let before = std::fs::read(&file).unwrap();

    let window = Window::open(data.path()).await;
    let said = window.text("startup-problem").await;
    assert!(said.contains("newer"), "{said}");
    window.picture("10-newer-library").await;
    // Nothing is to be saved, so the window closes at once.
    x11::ask_to_close();
    gone(&window).await;
    assert_eq!(std::fs::read(&file).unwrap(), before, "the newer library was touched");
}

/// Starts a run that is long enough to be closed upon.
async fn start_training(window: &Window) {
    window.click("nav-train").await;
    window.text_when("plan-sentence", SOON, |text| text.contains("posts")).await;
    window.click("train-details").await;
    window.clear("recipe-epochs").await;
    window.type_into("recipe-epochs", "50\u{e007}").await;
    window.click("train-start").await;
    window.find_within("run-pause", SOON).await;
    window
        .text_when("run-panel", Duration::from_secs(300), |text| text.contains("Step 1 ") || text.contains("1 of "))
        .await;
}

/// Presses a button in the page itself: WebDriver's own click waits for a page that is about to be hidden.
async fn press(window: &Window, button: &str) {
    window.find(button).await;
    window.script(&format!("document.querySelector('[data-testid={button}]').click()")).await;
}

async fn gone(window: &Window) {
    let end = Instant::now() + SOON;
    while window.app_runs() {
        if Instant::now() > end {
            panic!("the app has not ended. Its page says:\n{}", window.page_text().await);
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn until(what: &str, holds: impl Fn() -> bool) {
    let end = Instant::now() + SOON;
    while !holds() {
        assert!(Instant::now() < end, "after a minute it is not so that {what}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
