//! The system's own dialogs. The interface gets a path's text at most; it can open nothing by itself.

use std::path::PathBuf;
use tauri::AppHandle;
use tauri_plugin_dialog::{DialogExt, FilePath};
use tokio::sync::oneshot;

/// A feed file to open.
pub async fn feed_file(handle: &AppHandle) -> Option<PathBuf> {
    let (sender, chosen) = oneshot::channel();
    let dialog = handle.dialog().file().set_title("Choose a feed file");
    dialog.add_filter("Feeds", &["xml", "rss", "atom", "json"]).pick_file(|path| drop(sender.send(path)));
    path(chosen.await)
}

/// A place to save a file to.
pub async fn save(handle: &AppHandle, name: &str) -> Option<PathBuf> {
    let (sender, chosen) = oneshot::channel();
    handle.dialog().file().set_file_name(name).save_file(|path| drop(sender.send(path)));
    path(chosen.await)
}

/// A folder.
pub async fn folder(handle: &AppHandle) -> Option<PathBuf> {
    let (sender, chosen) = oneshot::channel();
    handle.dialog().file().pick_folder(|path| drop(sender.send(path)));
    path(chosen.await)
}

fn path(chosen: Result<Option<FilePath>, oneshot::error::RecvError>) -> Option<PathBuf> {
    chosen.ok().flatten().and_then(|path| path.into_path().ok())
}
