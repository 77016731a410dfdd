//! Versions: list, promote, undo, delete, export.

use super::{Shared, off_thread};
use crate::dialogs;
use crate::error::Answer;
use idiolect_core::id::VersionId;
use idiolect_core::version::{self, Version};
use tauri::AppHandle;

/// Every version, newest first.
#[tauri::command]
#[specta::specta]
pub async fn list_versions(app: Shared<'_>) -> Answer<Vec<Version>> {
    off_thread(&app, version::list).await
}

/// Makes a version current.
#[tauri::command]
#[specta::specta]
pub async fn promote_version(app: Shared<'_>, id: VersionId) -> Answer<()> {
    off_thread(&app, move |core| version::promote(core, id)).await
}

/// Makes the version current again that was before the last promotion.
#[tauri::command]
#[specta::specta]
pub async fn undo_promotion(app: Shared<'_>) -> Answer<()> {
    off_thread(&app, version::undo_promotion).await
}

/// Deletes a version and its adapter.
#[tauri::command]
#[specta::specta]
pub async fn delete_version(app: Shared<'_>, id: VersionId) -> Answer<()> {
    off_thread(&app, move |core| version::delete(core, id)).await
}

/// Copies a version's adapter into a folder the author chooses; nothing when the author closed the dialog.
#[tauri::command]
#[specta::specta]
pub async fn export_version(handle: AppHandle, app: Shared<'_>, id: VersionId) -> Answer<Option<String>> {
    let Some(folder) = dialogs::folder(&handle).await else { return Ok(None) };
    let made = off_thread(&app, move |core| version::export(core, id, &folder)).await?;
    Ok(Some(made.display().to_string()))
}
