//! `cargo xtask run`: from a fresh clone to the open window; without a display, to the same journey in the terminal.

use crate::failure::Outcome;
use crate::process::{become_it, cargo};
use crate::system::{self, Purpose};
use crate::{model, node, prerequisites};
use std::env;

/// `arguments` go to the program that is started.
pub fn run(arguments: &[String]) -> Outcome {
    prerequisites::rust()?;
    if has_display() { window(arguments) } else { terminal(arguments) }
}

fn window(arguments: &[String]) -> Outcome {
    // Node is asked for first: it is cheap to check and cannot be installed from here.
    prerequisites::node()?;
    system::ensure(Purpose::Window)?;
    node::ensure_packages()?;
    node::build_if_stale()?;
    model::ensure()?;
    println!("Building Idiolect, then opening its window. The first build takes several minutes.");
    become_it(cargo().args(["run", "--package", "idiolect", "--"]).args(arguments))
}

/// The demo needs neither WebKit nor the interface, so neither is installed.
fn terminal(arguments: &[String]) -> Outcome {
    println!("There is no display here, so Idiolect shows the same journey on its sample blog in the terminal.");
    model::ensure()?;
    println!("Building the terminal program. The first build takes a few minutes.");
    become_it(cargo().args(["run", "--package", "idiolect-cli", "--", "demo"]).args(arguments))
}

fn has_display() -> bool {
    let set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
    cfg!(any(windows, target_os = "macos")) || set("DISPLAY") || set("WAYLAND_DISPLAY")
}
