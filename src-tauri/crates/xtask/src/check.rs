//! `cargo xtask check`: what must hold for every change and needs no running program.

mod house;
mod licences;

use crate::failure::Outcome;
use crate::process::{cargo, succeed};
use crate::summary::{Count, Summary};
use crate::system::{self, Purpose};
use crate::{node, prerequisites};
use std::process::Command;

/// Runs all parts, or those whose names hold one of the words; one that fails does not keep the next from running.
pub fn run(words: &[String]) -> Outcome {
    prerequisites::rust()?;
    let mut summary = Summary::new(words);
    summary.set_up("System packages", || system::ensure(Purpose::Window));
    summary.set_up("Interface: packages", node::ensure_packages);
    summary.part("Formatting", || one(cargo().args(["fmt", "--all", "--check"]), "Run `cargo fmt --all`."));
    summary.part("Clippy", || {
        let words = ["clippy", "--workspace", "--all-targets", "--", "--deny", "warnings"];
        one(cargo().args(words), "Look at the first warning above.")
    });
    summary.part("Interface: types", || one(&mut node::script("check"), "Look at the first error above, in ui."));
    summary.part("Interface: style", || one(&mut node::script("lint"), "Look at the first error above, in ui."));
    summary.part("Licences of Rust crates", licences::crates);
    summary.part("Licences of npm packages", licences::npm);
    summary.part("No registry is named", house::no_registry_named);
    summary.part("Long files", house::long_files);
    summary.print();
    summary.outcome()
}

fn one(command: &mut Command, then: &str) -> Outcome<Count> {
    succeed(command, then)?;
    Ok(Count::ONE_PASSED)
}
