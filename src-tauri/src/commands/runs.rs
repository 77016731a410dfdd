//! Models and runs: plan, start, watch, pause, resume, cancel.

use super::{Shared, off_thread, tell};
use crate::error::Answer;
use idiolect_core::engine::download::{self, DownloadEvent};
use idiolect_core::engine::{self, Model};
use idiolect_core::id::RunId;
use idiolect_core::training::{self, Plan, Run, RunDetail, RunEvent, RunOptions};
use tauri::ipc::Channel;
use tokio_util::sync::CancellationToken;

/// The models there are.
#[tauri::command]
#[specta::specta]
pub async fn list_models(app: Shared<'_>) -> Answer<Vec<Model>> {
    off_thread(&app, engine::list_models).await
}

/// Fetches a model's file.
#[tauri::command]
#[specta::specta]
pub async fn download_model(app: Shared<'_>, name: String, on_event: Channel<DownloadEvent>) -> Answer<()> {
    let stop = app.download.begin();
    Ok(download::download(app.core()?, &name, |event| _ = tell(&on_event, event), &stop).await?)
}

/// Stops the download that goes on; what is here is kept.
#[tauri::command]
#[specta::specta]
pub async fn cancel_download(app: Shared<'_>) -> Answer<()> {
    app.download.stop();
    Ok(())
}

/// What a run would take; starts nothing.
#[tauri::command]
#[specta::specta]
pub async fn plan_run(app: Shared<'_>, options: RunOptions) -> Answer<Plan> {
    Ok(training::plan(app.core()?, &options).await?)
}

/// Starts a run.
#[tauri::command]
#[specta::specta]
pub async fn start_run(app: Shared<'_>, options: RunOptions) -> Answer<RunId> {
    Ok(training::start(app.core()?, &options).await?)
}

/// Every run, newest first.
#[tauri::command]
#[specta::specta]
pub async fn list_runs(app: Shared<'_>) -> Answer<Vec<Run>> {
    off_thread(&app, training::list).await
}

/// One run with its curve, posts, drafts and log.
#[tauri::command]
#[specta::specta]
pub async fn get_run(app: Shared<'_>, id: RunId) -> Answer<RunDetail> {
    off_thread(&app, move |core| training::detail(core, id)).await
}

/// A run as it goes on: a snapshot, then the tail, until it is at rest.
#[tauri::command]
#[specta::specta]
pub async fn watch_run(app: Shared<'_>, id: RunId, on_event: Channel<RunEvent>) -> Answer<()> {
    let stop = CancellationToken::new();
    Ok(training::watch(app.core()?, id, |event| tell(&on_event, event), &stop).await?)
}

/// Asks a run to save and stop.
#[tauri::command]
#[specta::specta]
pub async fn pause_run(app: Shared<'_>, id: RunId) -> Answer<()> {
    off_thread(&app, move |core| training::pause(core, id)).await
}

/// Takes a run up again.
#[tauri::command]
#[specta::specta]
pub async fn resume_run(app: Shared<'_>, id: RunId) -> Answer<()> {
    Ok(training::resume(app.core()?, id).await?)
}

/// Gives a run up.
#[tauri::command]
#[specta::specta]
pub async fn cancel_run(app: Shared<'_>, id: RunId) -> Answer<()> {
    off_thread(&app, move |core| training::cancel(core, id)).await
}
