//! What must already be on the computer before anything can be set up: named, with how to get it.

use crate::failure::{Failure, Outcome};
use crate::process::capture;
use std::process::Command;

/// The oldest Rust that builds the workspace; `rust-version` in Cargo.toml says the same.
const RUST: (u32, u32) = (1, 95);

/// Checks the compiler. Cargo refuses an older one too, but only after it has named every package in turn.
pub fn rust() -> Outcome {
    let said = capture(Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into())).arg("--version"));
    match said.as_deref().and_then(version) {
        Some(found) if found < RUST => Err(Failure::new(
            format!("Rust {}.{} is here; Idiolect needs {}.{} or newer.", found.0, found.1, RUST.0, RUST.1),
            "Run `rustup update stable`, then run this again.",
        )),
        _ => Ok(()),
    }
}

/// Checks Node and npm, which build the interface.
pub fn node() -> Outcome {
    let get = "Install Node 22 (or 20.19 and newer) from nodejs.org or with your version manager, then run this again.";
    let Some(said) = capture(Command::new("node").arg("--version")) else {
        return Err(Failure::new("Node is missing; Idiolect's interface is built with it.", get));
    };
    if !version(&said).is_some_and(new_enough_node) {
        return Err(Failure::new(
            format!("Node {} is here; the interface needs 20.19 or newer, or 22.12 or newer.", said.trim()),
            get,
        ));
    }
    if capture(crate::node::npm().arg("--version")).is_none() {
        return Err(Failure::new("npm is missing; it usually comes with Node.", get));
    }
    Ok(())
}

/// Vite's own rule: 20.19 and later of 20, then 22.12 and later. The odd 21 was never supported.
fn new_enough_node((major, minor): (u32, u32)) -> bool {
    match major {
        20 => minor >= 19,
        22 => minor >= 12,
        _ => major > 22,
    }
}

/// The first `major.minor` in a program's answer to `--version`.
fn version(said: &str) -> Option<(u32, u32)> {
    let start = said.find(|c: char| c.is_ascii_digit())?;
    let mut numbers = said[start..].split(|c: char| !c.is_ascii_digit()).map(str::parse);
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read() {
        assert_eq!(version("rustc 1.95.0 (59807616e 2026-04-14)"), Some((1, 95)));
        assert_eq!(version("v20.20.2\n"), Some((20, 20)));
        assert_eq!(version("none"), None);
    }

    #[test]
    fn node_versions_are_judged_as_vite_does() {
        for (version, enough) in [
            ((18, 20), false),
            ((20, 18), false),
            ((20, 19), true),
            ((21, 7), false),
            ((22, 11), false),
            ((22, 12), true),
            ((24, 0), true),
        ] {
            assert_eq!(new_enough_node(version), enough, "{version:?}");
        }
    }
}
