//! The interface: its packages, and its build.

use crate::failure::Outcome;
use crate::places;
use crate::prerequisites;
use crate::process::succeed;
use std::path::Path;
use std::process::Command;
use std::time::SystemTime;

/// npm, which is a script on Windows.
pub fn npm() -> Command {
    let mut npm = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
    npm.current_dir(places::ui());
    npm
}

/// One of the scripts in `ui/package.json`.
pub fn script(name: &str) -> Command {
    let mut npm = npm();
    npm.args(["run", "--silent", name]);
    npm
}

/// Installs the packages that the lock file names, when that has not been done since it last changed.
pub fn ensure_packages() -> Outcome {
    prerequisites::node()?;
    let ui = places::ui();
    // npm writes this file last, so an interrupted install is noticed.
    let installed = modified(&ui.join("node_modules/.package-lock.json"));
    if installed.is_some() && installed >= modified(&ui.join("package-lock.json")) {
        return Ok(());
    }
    println!("Installing the interface's packages.");
    succeed(
        npm().args(["ci", "--no-audit", "--no-fund"]),
        "Look at what npm says above; often the network is at fault. Then run this again.",
    )
}

/// Builds the interface.
pub fn build() -> Outcome {
    println!("Building the interface.");
    succeed(&mut script("build"), "Look at the first error above, in the folder ui.")
}

/// Builds the interface when a file of it is newer than the last build.
pub fn build_if_stale() -> Outcome {
    let ui = places::ui();
    let built = modified(&ui.join("dist/index.html"));
    if built.is_some() && built > newest(&ui) { Ok(()) } else { build() }
}

/// When the newest of a folder's own files changed.
fn newest(folder: &Path) -> Option<SystemTime> {
    let entries = std::fs::read_dir(folder).ok()?;
    entries
        .filter_map(Result::ok)
        .filter(|entry| !["node_modules", "dist"].iter().any(|made| entry.file_name() == *made))
        .filter_map(|entry| {
            let path = entry.path();
            if path.is_dir() { newest(&path) } else { modified(&path) }
        })
        .max()
}

fn modified(path: &Path) -> Option<SystemTime> {
    path.metadata().and_then(|facts| facts.modified()).ok()
}
