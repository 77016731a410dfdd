//! Closing the window: the page first saves what was typed, and while a run goes on the author is asked what is to
//! become of it.

use crate::error::Answer;
use crate::ipc::CloseAsked;
use crate::state::App;
use idiolect_core::Core;
use idiolect_core::id::RunId;
use idiolect_core::training;
use serde::Deserialize;
use std::time::Duration;
use tauri::{AppHandle, Manager, Window, WindowEvent};
use tauri_specta::Event;

/// A page that has not answered by then is taken for dead, and the window closes without it.
const PATIENCE: Duration = Duration::from_secs(3);

/// The answer to `CloseAsked`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum CloseChoice {
    /// Nothing goes on and everything is saved.
    Close,
    /// Hide the window; the app ends when the run does.
    KeepRunning,
    /// Save the run, then close.
    Pause,
    /// Give the run up, then close.
    CancelRun,
    /// Do not close.
    Stay,
}

/// Holds the window open until the page has answered. Where the library did not open there is nothing to save.
pub fn on_window_event(window: &Window, event: &WindowEvent) {
    let WindowEvent::CloseRequested { api, .. } = event else { return };
    let app = window.state::<App>();
    let Ok(core) = app.core() else { return };
    api.prevent_close();
    let run = training::active_in_this_process(core);
    ask(window.app_handle(), run);
    if run.is_none() {
        let (handle, answered) = (window.app_handle().clone(), app.closing.begin());
        tauri::async_runtime::spawn(async move {
            if tokio::time::timeout(PATIENCE, answered.cancelled()).await.is_err() {
                handle.exit(0);
            }
        });
    }
}

fn ask(handle: &AppHandle, run: Option<RunId>) {
    if let Err(error) = (CloseAsked { run }).emit(handle) {
        tracing::error!(%error, "the page could not be asked before closing");
    }
}

/// Does what the author chose.
///
/// # Errors
/// When the run cannot be paused or cancelled.
pub async fn answer(handle: &AppHandle, core: &Core, choice: CloseChoice) -> Answer<()> {
    handle.state::<App>().closing.stop();
    let run = training::active_in_this_process(core);
    match (choice, run) {
        (CloseChoice::Stay, _) => return Ok(()),
        // A run began after the page was asked.
        (CloseChoice::Close, Some(run)) => {
            ask(handle, Some(run));
            return Ok(());
        }
        (CloseChoice::KeepRunning, Some(run)) => {
            hide(handle)?;
            let (handle, core) = (handle.clone(), core.clone());
            tauri::async_runtime::spawn(async move { end_with(&handle, &core, run).await });
            return Ok(());
        }
        (CloseChoice::Pause, Some(run)) => {
            training::pause(core, run)?;
            training::wait(core, run).await?;
        }
        (CloseChoice::CancelRun, Some(run)) => {
            training::cancel(core, run)?;
            training::wait(core, run).await?;
        }
        (_, None) => {}
    }
    handle.exit(0);
    Ok(())
}

fn hide(handle: &AppHandle) -> Answer<()> {
    Ok(handle.webview_windows().values().try_for_each(tauri::WebviewWindow::hide)?)
}

/// Ends the app when the run is done, unless the author opened the window again meanwhile.
async fn end_with(handle: &AppHandle, core: &Core, run: RunId) {
    if let Err(error) = training::wait(core, run).await {
        tracing::error!(%error, "waiting for the run failed");
    }
    let hidden = handle.webview_windows().values().all(|window| !window.is_visible().unwrap_or(true));
    if hidden {
        handle.exit(0);
    }
}
