//! Examples: list, read, decide, count, bring in, export.

use super::{Shared, off_thread};
use crate::dialogs;
use crate::error::Answer;
use idiolect_core::Page;
use idiolect_core::dataset::{
    self, DatasetStatistics, DiffPart, Example, ExampleQuery, ExampleRow, ExampleStatus, ExampleSummary, ExportFormat,
    FlagCode, ImportedFile, Kind, Starter, imported,
};
use idiolect_core::id::ExampleId;
use tauri::AppHandle;

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

/// Says whether what a check finds waits for the author's word.
#[tauri::command]
#[specta::specta]
pub async fn set_check_holds(app: Shared<'_>, code: FlagCode, holds: bool) -> Answer<ExampleSummary> {
    off_thread(&app, move |core| dataset::set_check_holds(core, code, holds)).await
}

/// A page of examples.
#[tauri::command]
#[specta::specta]
pub async fn list_examples(app: Shared<'_>, query: ExampleQuery) -> Answer<Page<ExampleRow>> {
    off_thread(&app, move |core| dataset::list(core, &query)).await
}

/// One example, whole.
#[tauri::command]
#[specta::specta]
pub async fn get_example(app: Shared<'_>, id: ExampleId) -> Answer<Example> {
    off_thread(&app, move |core| dataset::get(&core.db, id)).await
}

/// An example's text against its post's.
#[tauri::command]
#[specta::specta]
pub async fn diff_example(app: Shared<'_>, id: ExampleId) -> Answer<Vec<DiffPart>> {
    off_thread(&app, move |core| dataset::diff(core, id)).await
}

/// Tokens of a text by the default model's tokenizer; nothing while that model is not here.
#[tauri::command]
#[specta::specta]
pub async fn count_tokens(app: Shared<'_>, text: String) -> Answer<Option<u32>> {
    off_thread(&app, move |core| Ok(dataset::count_tokens(core, &text))).await
}

/// Remembers where the author stopped when going through examples one by one.
#[tauri::command]
#[specta::specta]
pub async fn remember_triage(app: Shared<'_>, id: Option<ExampleId>) -> Answer<()> {
    off_thread(&app, move |core| dataset::remember_triage(core, id)).await
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

/// Keeps or drops every example a query finds.
#[tauri::command]
#[specta::specta]
pub async fn decide_examples(app: Shared<'_>, query: ExampleQuery, status: ExampleStatus) -> Answer<ExampleSummary> {
    off_thread(&app, move |core| dataset::decide_all(core, &query, status)).await
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

/// The dataset in numbers, by a model's own tokenizer.
#[tauri::command]
#[specta::specta]
pub async fn dataset_statistics(app: Shared<'_>, model: Option<String>) -> Answer<DatasetStatistics> {
    Ok(dataset::statistics(app.core()?, model.as_deref()).await?)
}

/// Prompts to begin with, out of the author's own posts.
#[tauri::command]
#[specta::specta]
pub async fn starter_prompts(app: Shared<'_>) -> Answer<Vec<Starter>> {
    off_thread(&app, dataset::starters).await
}

/// Brings in a file of examples the author chooses; nothing when the author closed the dialog.
#[tauri::command]
#[specta::specta]
pub async fn import_examples(handle: AppHandle, app: Shared<'_>) -> Answer<Option<ImportedFile>> {
    let Some(path) = dialogs::examples_file(&handle).await else { return Ok(None) };
    off_thread(&app, move |core| imported::import(core, &path)).await.map(Some)
}

/// Takes the rows of a file out again.
#[tauri::command]
#[specta::specta]
pub async fn forget_imported(app: Shared<'_>, id: u32) -> Answer<ExampleSummary> {
    off_thread(&app, move |core| imported::forget(core, id)).await
}

/// Writes the examples to a file the author chooses; nothing when the author closed the dialog.
#[tauri::command]
#[specta::specta]
pub async fn export_examples(handle: AppHandle, app: Shared<'_>, format: ExportFormat) -> Answer<Option<String>> {
    let Some(path) = dialogs::save(&handle, &format!("examples.{}", format.extension())).await else { return Ok(None) };
    let to = path.clone();
    off_thread(&app, move |core| dataset::export(core, &to, format)).await?;
    Ok(Some(path.display().to_string()))
}
