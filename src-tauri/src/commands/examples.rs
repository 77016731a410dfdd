//! Examples: build, list, decide, export.

use super::{Shared, off_thread};
use crate::dialogs;
use crate::error::Answer;
use idiolect_core::Page;
use idiolect_core::dataset::{self, Example, ExampleQuery, ExampleStatus, ExampleSummary, ExportFormat, Kind, Preset};
use idiolect_core::id::ExampleId;
use tauri::AppHandle;

/// Chooses a preset and builds its examples.
#[tauri::command]
#[specta::specta]
pub async fn build_examples(app: Shared<'_>, preset: Preset) -> Answer<ExampleSummary> {
    off_thread(&app, move |core| dataset::build(core, preset)).await
}

/// The examples at a glance.
#[tauri::command]
#[specta::specta]
pub async fn example_summary(app: Shared<'_>) -> Answer<ExampleSummary> {
    off_thread(&app, dataset::summary).await
}

/// Switches a kind of example on or off.
#[tauri::command]
#[specta::specta]
pub async fn set_kind_enabled(app: Shared<'_>, kind: Kind, enabled: bool) -> Answer<ExampleSummary> {
    off_thread(&app, move |core| dataset::set_kind_enabled(core, kind, enabled)).await
}

/// A page of examples.
#[tauri::command]
#[specta::specta]
pub async fn list_examples(app: Shared<'_>, query: ExampleQuery) -> Answer<Page<Example>> {
    off_thread(&app, move |core| dataset::list(core, &query)).await
}

/// Keeps or drops examples.
#[tauri::command]
#[specta::specta]
pub async fn set_examples_status(
    app: Shared<'_>,
    ids: Vec<ExampleId>,
    status: ExampleStatus,
) -> Answer<ExampleSummary> {
    off_thread(&app, move |core| dataset::set_status(core, &ids, status)).await
}

/// Changes an example's words.
#[tauri::command]
#[specta::specta]
pub async fn edit_example(app: Shared<'_>, id: ExampleId, prompt: String, completion: String) -> Answer<Example> {
    off_thread(&app, move |core| dataset::edit(core, id, &prompt, &completion)).await
}

/// Takes the newest decision back.
#[tauri::command]
#[specta::specta]
pub async fn undo_examples(app: Shared<'_>) -> Answer<ExampleSummary> {
    off_thread(&app, dataset::undo).await
}

/// Writes the examples to a file the author chooses; nothing when the author closed the dialog.
#[tauri::command]
#[specta::specta]
pub async fn export_examples(handle: AppHandle, app: Shared<'_>, format: ExportFormat) -> Answer<Option<String>> {
    let Some(path) = dialogs::save(&handle, "examples.jsonl").await else { return Ok(None) };
    let to = path.clone();
    off_thread(&app, move |core| dataset::export(core, &to, format)).await?;
    Ok(Some(path.display().to_string()))
}
