//! Settings, the key, the hosts, and everything at once.

use super::{Shared, off_thread};
use crate::error::{Answer, WireError};
use crate::{about, dialogs};
use idiolect_core::hosts::{self, Host};
use idiolect_core::library;
use idiolect_core::secrets::{self, KeyStatus};
use idiolect_core::settings::{self, Settings};
use tauri::AppHandle;
use tauri_plugin_opener::OpenerExt;

/// The author's settings.
#[tauri::command]
#[specta::specta]
pub async fn get_settings(app: Shared<'_>) -> Answer<Settings> {
    off_thread(&app, |core| settings::load(&core.db)).await
}

/// Saves the author's settings.
#[tauri::command]
#[specta::specta]
pub async fn save_settings(app: Shared<'_>, settings: Settings) -> Answer<Settings> {
    off_thread(&app, move |core| settings::save(core, settings)).await
}

/// Whether a Tinker key is in the keyring. The key itself never leaves Rust.
#[tauri::command]
#[specta::specta]
pub async fn key_status(app: Shared<'_>) -> Answer<KeyStatus> {
    Ok(secrets::key_status(app.core()?).await?)
}

/// Puts the Tinker key into the keyring.
#[tauri::command]
#[specta::specta]
pub async fn set_key(app: Shared<'_>, key: String) -> Answer<KeyStatus> {
    Ok(secrets::set_key(app.core()?, key).await?)
}

/// Takes the Tinker key out of the keyring.
#[tauri::command]
#[specta::specta]
pub async fn delete_key(app: Shared<'_>) -> Answer<KeyStatus> {
    Ok(secrets::delete_key(app.core()?).await?)
}

/// Every host the app talks to, and when it was last asked.
#[tauri::command]
#[specta::specta]
pub async fn list_hosts(app: Shared<'_>) -> Answer<Vec<Host>> {
    off_thread(&app, hosts::list).await
}

/// Version, folders and threads.
#[tauri::command]
#[specta::specta]
pub async fn app_info(app: Shared<'_>) -> Answer<about::AppInfo> {
    Ok(about::app_info(app.core()?))
}

/// Writes everything to a zip the author chooses; nothing when the author closed the dialog.
#[tauri::command]
#[specta::specta]
pub async fn export_everything(handle: AppHandle, app: Shared<'_>) -> Answer<Option<String>> {
    let Some(path) = dialogs::save(&handle, "idiolect-export.zip").await else { return Ok(None) };
    let to = path.clone();
    off_thread(&app, move |core| library::export_everything(core, &to)).await?;
    Ok(Some(path.display().to_string()))
}

/// Deletes everything: posts, examples, versions, drafts, settings and the key.
#[tauri::command]
#[specta::specta]
pub async fn delete_everything(app: Shared<'_>, confirmation: String) -> Answer<()> {
    Ok(library::delete_everything(app.core()?, &confirmation).await?)
}

/// Opens a web address in the author's browser.
#[tauri::command]
#[specta::specta]
pub async fn open_address(handle: AppHandle, address: String) -> Answer<()> {
    let address = about::web_address(&address)?;
    Ok(handle.opener().open_url(address, None::<&str>).map_err(about::no_browser)?)
}

/// Why the app could not open its data; nothing when all is well.
#[tauri::command]
#[specta::specta]
pub async fn startup_problem(app: Shared<'_>) -> Answer<Option<WireError>> {
    Ok(app.problem())
}
