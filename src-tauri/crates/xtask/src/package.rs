//! `cargo xtask package`: this system's installers, with the default model and the terminal program inside.
//!
//! What only installers need stands in `src-tauri/package.conf.json`, which Tauri merges into its configuration: an
//! ordinary build then asks for neither model nor terminal program.

use crate::failure::{Explain, Failure, Outcome};
use crate::process::{capture, cargo, succeed};
use crate::system::{self, Purpose};
use crate::tauri_cli::tauri;
use crate::{model, node, places, prerequisites};
use std::env::consts::EXE_SUFFIX;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

const KINDS: &str = if cfg!(target_os = "macos") {
    "app,dmg"
} else if cfg!(windows) {
    "nsis"
} else {
    "deb,rpm"
};

/// `arguments` go to `tauri bundle`, after our own: a release adds its signing configuration there.
pub fn run(arguments: &[String]) -> Outcome {
    prerequisites::rust()?;
    prerequisites::node()?;
    system::ensure(Purpose::Window)?;
    node::ensure_packages()?;
    let model = model::ensure()?;
    node::build()?;

    println!("Building Idiolect for release. This takes a while.");
    // Both programs in one build, so that what they share is compiled once.
    let words = ["build", "--release", "--package", "idiolect", "--package", "idiolect-cli"];
    succeed(cargo().args(words), "Look at the first error above.")?;
    lay_out(&model)?;

    let start = SystemTime::now();
    let mut bundle = tauri();
    bundle.args(["bundle", "--bundles", KINDS, "--config", "src-tauri/package.conf.json"]).args(arguments);
    succeed(&mut bundle, "Look at what Tauri says above.")?;
    report(start)
}

/// Puts what goes into the installers where `package.conf.json` expects it.
fn lay_out(model: &Path) -> Outcome {
    let folder = places::root().join("target/package");
    let what = |path: &Path| format!("{} could not be written", path.display());
    // An earlier run may have left another model there, and the whole folder is packed.
    let _ = std::fs::remove_dir_all(&folder);
    let models = folder.join("models");
    std::fs::create_dir_all(&models).explain(|| what(&models))?;
    // A second name costs no disk; a copy is for folders on different disks.
    let packed = models.join(model::FILE);
    std::fs::hard_link(model, &packed)
        .or_else(|_| std::fs::copy(model, &packed).map(drop))
        .explain(|| what(&packed))?;

    // Tauri finds programs for several systems by the system's name at the end of theirs.
    let programs = folder.join("bin");
    std::fs::create_dir_all(&programs).explain(|| what(&programs))?;
    let packed = programs.join(format!("idiolect-cli-{}{EXE_SUFFIX}", host()?));
    let built = places::target().join(format!("release/idiolect-cli{EXE_SUFFIX}"));
    std::fs::copy(built, &packed).explain(|| what(&packed))?;
    Ok(())
}

fn host() -> Outcome<String> {
    capture(Command::new("rustc").arg("-vV"))
        .and_then(|said| said.lines().find_map(|line| line.strip_prefix("host: ").map(str::to_owned)))
        .ok_or_else(|| Failure::new("rustc does not say which system it builds for.", "Run `rustc -vV` to see why."))
}

/// Names the installers that were written since `start`, with their sizes.
fn report(start: SystemTime) -> Outcome {
    let folder = places::target().join("release/bundle");
    let mut found = vec![];
    for kind in ["deb", "rpm", "dmg", "nsis"] {
        let Ok(files) = std::fs::read_dir(folder.join(kind)) else { continue };
        found.extend(
            files.filter_map(Result::ok).map(|entry| entry.path()).filter(|path| is_new_installer(path, start)),
        );
    }
    if found.is_empty() {
        return Err(Failure::new(
            format!("No installer appeared in {}.", folder.display()),
            "Look at what Tauri says above.",
        ));
    }
    println!("\nInstallers:");
    for path in found {
        let bytes = path.metadata().map_or(0, |facts| facts.len());
        println!("  {} ({:.0} MB)", shortened(&path).display(), bytes as f64 / 1e6);
    }
    Ok(())
}

fn is_new_installer(path: &Path, start: SystemTime) -> bool {
    let known = path.extension().is_some_and(|ending| ["deb", "rpm", "dmg", "exe"].iter().any(|kind| ending == *kind));
    // File systems keep coarser times than the clock.
    let slack = std::time::Duration::from_secs(2);
    known && path.metadata().and_then(|facts| facts.modified()).is_ok_and(|written| written + slack >= start)
}

fn shortened(path: &Path) -> PathBuf {
    path.strip_prefix(places::root()).unwrap_or(path).to_path_buf()
}
