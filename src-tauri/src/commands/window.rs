//! The window itself: choosing a file or folder, and closing it.

use super::Shared;
use crate::closing::{self, CloseChoice};
use crate::dialogs;
use crate::error::Answer;
use tauri::AppHandle;

/// Lets the author choose a file with posts; nothing when the author closed the dialog.
#[tauri::command]
#[specta::specta]
pub async fn choose_posts_file(handle: AppHandle) -> Answer<Option<String>> {
    Ok(dialogs::posts_file(&handle).await.map(|path| path.display().to_string()))
}

/// Lets the author choose a folder with posts; nothing when the author closed the dialog.
#[tauri::command]
#[specta::specta]
pub async fn choose_posts_folder(handle: AppHandle) -> Answer<Option<String>> {
    Ok(dialogs::folder(&handle).await.map(|path| path.display().to_string()))
}

/// The author's answer to whether the window may close while a run goes on.
#[tauri::command]
#[specta::specta]
pub async fn close_window(handle: AppHandle, app: Shared<'_>, choice: CloseChoice) -> Answer<()> {
    closing::answer(&handle, app.core()?, choice).await
}
