//! The system's own dialogs. The interface gets a path's text at most; it can open nothing by itself.

use std::path::PathBuf;
use tauri::AppHandle;
use tauri_plugin_dialog::{DialogExt, FilePath};
use tokio::sync::oneshot;

/// A file with posts to open: a feed, an export, a page or a text.
pub async fn posts_file(handle: &AppHandle) -> Option<PathBuf> {
    let (sender, chosen) = oneshot::channel();
    let dialog = handle.dialog().file().set_title("Choose a file with your posts");
    let dialog = dialog.add_filter("Feeds, exports and texts", POSTS).add_filter("All files", &["*"]);
    dialog.pick_file(|path| drop(sender.send(path)));
    path(chosen.await)
}

const POSTS: &[&str] = &["xml", "rss", "atom", "json", "zip", "html", "htm", "md", "markdown", "mdx", "txt"];

/// A file of examples to open.
pub async fn examples_file(handle: &AppHandle) -> Option<PathBuf> {
    let (sender, chosen) = oneshot::channel();
    let dialog = handle.dialog().file().set_title("Choose a file of examples");
    let dialog = dialog.add_filter("Examples", &["jsonl", "json", "csv"]).add_filter("All files", &["*"]);
    dialog.pick_file(|path| drop(sender.send(path)));
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
