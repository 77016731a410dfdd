//! The window itself: choosing a file, and closing it while a run goes on.

use super::Shared;
use crate::closing::{self, CloseChoice};
use crate::dialogs;
use crate::error::Answer;
use tauri::AppHandle;

/// Lets the author choose a feed file; nothing when the author closed the dialog.
#[tauri::command]
#[specta::specta]
pub async fn choose_feed_file(handle: AppHandle) -> Answer<Option<String>> {
    Ok(dialogs::feed_file(&handle).await.map(|path| path.display().to_string()))
}

/// The author's answer to whether the window may close while a run goes on.
#[tauri::command]
#[specta::specta]
pub async fn close_window(handle: AppHandle, app: Shared<'_>, choice: CloseChoice) -> Answer<()> {
    closing::answer(&handle, app.core()?, choice).await
}
