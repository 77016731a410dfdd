//! Closing the window while a run goes on: the author is asked, and nothing that was learned is lost.

use crate::error::Answer;
use crate::ipc::CloseAsked;
use crate::state::App;
use idiolect_core::Core;
use idiolect_core::id::RunId;
use idiolect_core::training;
use serde::Deserialize;
use tauri::{AppHandle, Manager, Window, WindowEvent};
use tauri_specta::Event;

/// What is to become of the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum CloseChoice {
    /// Hide the window; the app ends when the run does.
    KeepRunning,
    /// Save the run, then close.
    Pause,
    /// Give the run up, then close.
    CancelRun,
    /// Do not close.
    Stay,
}

/// Holds the window open and asks, when this process trains.
pub fn on_window_event(window: &Window, event: &WindowEvent) {
    let WindowEvent::CloseRequested { api, .. } = event else { return };
    let app = window.state::<App>();
    let Ok(core) = app.core() else { return };
    let Some(run) = training::active_in_this_process(core) else { return };
    api.prevent_close();
    if let Err(error) = (CloseAsked { run }).emit(window.app_handle()) {
        tracing::error!(%error, "the window could not be asked before closing");
    }
}

/// Does what the author chose.
///
/// # Errors
/// When the run cannot be paused or cancelled.
pub async fn answer(handle: &AppHandle, core: &Core, choice: CloseChoice) -> Answer<()> {
    let run = training::active_in_this_process(core);
    match (choice, run) {
        (CloseChoice::Stay, _) => return Ok(()),
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
