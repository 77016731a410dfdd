//! Tauri's own command line, which comes with the interface's packages: live reload, icons, installers.

use crate::failure::{Explain, Outcome};
use crate::process::{become_it, succeed};
use crate::system::{self, Purpose};
use crate::{model, node, places, prerequisites};
use std::path::Path;
use std::process::Command;

/// The command line, started where `tauri.conf.json` stands.
pub fn tauri() -> Command {
    let name = if cfg!(windows) { "tauri.cmd" } else { "tauri" };
    let mut tauri = Command::new(places::ui().join("node_modules/.bin").join(name));
    tauri.current_dir(places::root());
    tauri
}

/// `cargo xtask dev`: the window with the interface reloading as it is edited.
pub fn dev(arguments: &[String]) -> Outcome {
    prerequisites::rust()?;
    prerequisites::node()?;
    system::ensure(Purpose::Window)?;
    node::ensure_packages()?;
    model::ensure()?;
    become_it(tauri().arg("dev").args(arguments))
}

/// `cargo xtask icons`: draws every icon file again from the one drawing.
pub fn icons() -> Outcome {
    node::ensure_packages()?;
    let folder = Path::new("src-tauri/icons");
    let drawn = places::target().join("xtask/icons");
    let then = "Look at what Tauri says above.";
    succeed(tauri().arg("icon").arg(folder.join("icon.svg")).arg("--output").arg(&drawn), then)?;
    // It also draws for telephones and shops that Idiolect is not in.
    for name in ["32x32.png", "128x128.png", "128x128@2x.png", "icon.png", "icon.icns", "icon.ico"] {
        std::fs::copy(drawn.join(name), folder.join(name))
            .explain(|| format!("{name} could not be copied to {}", folder.display()))?;
    }
    Ok(())
}
