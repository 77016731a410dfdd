//! Drafts and text from a version.

use super::{Shared, off_thread, tell};
use crate::error::Answer;
use idiolect_core::draft::{self, Draft, DraftRow, WriteEvent, WriteRequest};
use idiolect_core::id::DraftId;
use idiolect_core::{Code, Error};
use tauri::AppHandle;
use tauri::ipc::Channel;
use tauri_plugin_clipboard_manager::ClipboardExt;

/// Every draft, newest first.
#[tauri::command]
#[specta::specta]
pub async fn list_drafts(app: Shared<'_>) -> Answer<Vec<DraftRow>> {
    off_thread(&app, draft::list).await
}

/// Begins a draft.
#[tauri::command]
#[specta::specta]
pub async fn create_draft(app: Shared<'_>, title: String) -> Answer<Draft> {
    off_thread(&app, move |core| draft::create(core, &title)).await
}

/// One draft.
#[tauri::command]
#[specta::specta]
pub async fn get_draft(app: Shared<'_>, id: DraftId) -> Answer<Draft> {
    off_thread(&app, move |core| draft::get(core, id)).await
}

/// Saves a draft, unless another window saved it since `revision`.
#[tauri::command]
#[specta::specta]
pub async fn save_draft(app: Shared<'_>, id: DraftId, title: String, body: String, revision: u32) -> Answer<Draft> {
    off_thread(&app, move |core| draft::save(core, id, &title, &body, revision)).await
}

/// Deletes a draft.
#[tauri::command]
#[specta::specta]
pub async fn delete_draft(app: Shared<'_>, id: DraftId) -> Answer<()> {
    off_thread(&app, move |core| draft::delete(core, id)).await
}

/// Markdown as sanitised HTML.
#[tauri::command]
#[specta::specta]
pub async fn render_markdown(markdown: String) -> Answer<String> {
    Ok(draft::render(&markdown))
}

/// Writes with a version; a new request stops the one before.
#[tauri::command]
#[specta::specta]
pub async fn write_text(app: Shared<'_>, request: WriteRequest, on_event: Channel<WriteEvent>) -> Answer<()> {
    let stop = app.writing.begin();
    Ok(draft::write(app.core()?, &request, |event| tell(&on_event, event), &stop).await?)
}

/// Stops the text that is being written.
#[tauri::command]
#[specta::specta]
pub async fn stop_writing(app: Shared<'_>) -> Answer<()> {
    app.writing.stop();
    Ok(())
}

/// Puts Markdown on the clipboard.
#[tauri::command]
#[specta::specta]
pub async fn copy_markdown(handle: AppHandle, markdown: String) -> Answer<()> {
    Ok(handle.clipboard().write_text(markdown).map_err(no_clipboard)?)
}

/// Puts Markdown on the clipboard as rich text.
#[tauri::command]
#[specta::specta]
pub async fn copy_html(handle: AppHandle, markdown: String) -> Answer<()> {
    Ok(handle.clipboard().write_html(draft::rich_html(&markdown), Some(markdown)).map_err(no_clipboard)?)
}

fn no_clipboard(error: tauri_plugin_clipboard_manager::Error) -> Error {
    Error::new(Code::Internal, "The system's clipboard did not take the text.").hint("Try again.").because(error)
}
