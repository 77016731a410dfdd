//! Facts about this installation, and the few checks the shell itself owes.

use idiolect_core::{Code, Core, Error};
use serde::Serialize;

/// Version, folders and threads.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct AppInfo {
    /// The app's version.
    pub version: String,
    /// The data folder.
    pub data_dir: String,
    /// The library's size in bytes.
    pub database_bytes: f64,
    /// Where downloaded models are kept.
    pub models_dir: String,
    /// Threads the engine uses.
    pub threads: u32,
}

/// Facts about this installation.
pub fn app_info(core: &Core) -> AppInfo {
    let bytes = std::fs::metadata(core.paths.database()).map_or(0, |meta| meta.len());
    #[allow(clippy::cast_precision_loss)]
    AppInfo {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        data_dir: core.paths.data().display().to_string(),
        database_bytes: bytes as f64,
        models_dir: core.paths.models().display().to_string(),
        threads: u32::try_from(idiolect_core::engine::local::threads()).unwrap_or(1),
    }
}

/// An address the browser may be asked to open: the web's, and nothing else.
///
/// # Errors
/// `BadInput` for anything but http and https.
pub fn web_address(address: &str) -> Result<&str, Error> {
    if address.starts_with("https://") || address.starts_with("http://") {
        return Ok(address);
    }
    Err(Error::bad_input("Only web addresses can be opened.").hint("An address begins with https:// or http://."))
}

/// The browser could not be started.
pub fn no_browser(error: tauri_plugin_opener::Error) -> Error {
    Error::new(Code::Internal, "The browser could not be opened.")
        .hint("Copy the address and open it yourself.")
        .because(error)
}
