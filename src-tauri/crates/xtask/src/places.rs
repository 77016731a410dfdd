//! The folders that tasks work in.

use std::env;
use std::path::{Path, PathBuf};

/// The repository's root, also when the task was started in a sub-folder.
pub fn root() -> PathBuf {
    let here =
        env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    here.ancestors().nth(3).map_or_else(|| PathBuf::from("."), Path::to_path_buf)
}

/// The interface's folder.
pub fn ui() -> PathBuf {
    root().join("ui")
}

/// Where cargo builds.
pub fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |folder| root().join(folder))
}

/// The data folder that the window and the terminal use, by the same rule as theirs: the platform's data folder
/// and `idiolect`, replaced by `IDIOLECT_DATA_DIR`. Empty variables count as unset.
pub fn data() -> Option<PathBuf> {
    let set = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    if let Some(folder) = set("IDIOLECT_DATA_DIR") {
        return Some(folder);
    }
    let platform = if cfg!(windows) {
        set("APPDATA")
    } else if cfg!(target_os = "macos") {
        env::home_dir().map(|home| home.join("Library/Application Support"))
    } else {
        // The XDG rules say that a relative path is to be ignored.
        set("XDG_DATA_HOME")
            .filter(|folder| folder.is_absolute())
            .or_else(|| env::home_dir().map(|home| home.join(".local/share")))
    };
    platform.map(|folder| folder.join("idiolect"))
}
