//! `cargo xtask test`: everything that can be tested here, from a bare machine to a plain summary.

mod counts;

use crate::failure::{Failure, Outcome};
use crate::process::{cargo, find, line};
use crate::summary::{Count, Summary};
use crate::system::{self, Purpose};
use crate::{keyring_session, model, node, peers, places, prerequisites, process};
use std::env;
use std::path::Path;
use std::process::{Command, Stdio};

/// With this word, the Tinker client is tested against a real server too.
const PEERS: &str = "--peers";

/// Runs all parts, or those whose names hold one of the words; one that fails does not keep the next from running.
pub fn run(words: &[String]) -> Outcome {
    prerequisites::rust()?;
    let with_peers = words.iter().any(|word| word == PEERS);
    let words: Vec<String> = words.iter().filter(|word| *word != PEERS).cloned().collect();
    let mut summary = Summary::new(&words);
    summary.set_up("System packages", || system::ensure(Purpose::Tests));
    summary.set_up("Interface: packages", node::ensure_packages);
    let mut model = None;
    summary.set_up("Default model", || {
        model = Some(model::ensure()?);
        Ok(())
    });

    // The window's tests show the interface that is built here, so it comes before Rust.
    summary.part("Interface: build", || node::build().map(|()| Count::ONE_PASSED));
    summary.part("Interface: types", || one_check("check"));
    summary.part("Interface: style", || one_check("lint"));
    summary.part("Interface: tests", interface);
    summary.part("Rust: tests", || rust(model.as_deref()));
    if nextest() {
        summary.part("Rust: examples in documents", documents);
    }
    if with_peers {
        summary.part("Tinker: a real server", tinker);
    }
    summary.print();
    summary.outcome()
}

/// The conformance tests of the Tinker client, which say that they were skipped where no server is named.
fn tinker() -> Outcome<Count> {
    let peer = peers::Peer::start()?;
    let mut tests = cargo();
    tests.args(["test", "--package", "idiolect-tinker", "--test", "tinker", "--", "conformance", "--nocapture"]);
    peer.tell(&mut tests);
    counted_while_shown(&mut tests)
}

fn one_check(script: &str) -> Outcome<Count> {
    process::succeed(&mut node::script(script), "Look at the first error above, in the folder ui.")?;
    Ok(Count::ONE_PASSED)
}

/// The interface's own tests; Vitest leaves a report that says how many there were.
fn interface() -> Outcome<Count> {
    let report = places::target().join("xtask/vitest.json");
    remove(&report);
    let mut tests = node::script("test");
    tests.args(["--", "--reporter=default", "--reporter=json"]).arg(format!("--outputFile.json={}", report.display()));
    let succeeded = tests.status().is_ok_and(|status| status.success());
    finished(succeeded, std::fs::read_to_string(report).ok().as_deref().and_then(counts::vitest), &tests)
}

/// Every Rust test, as one build with one set of features.
fn rust(model: Option<&Path>) -> Outcome<Count> {
    let mut tests = cargo();
    tests.args(if nextest() { ["nextest", "run"].as_slice() } else { ["test"].as_slice() });
    tests.args(["--workspace", "--no-fail-fast"]);
    if env::var_os("CI").is_some() {
        tests.arg("--locked");
    }
    if cfg!(windows) {
        // A running program cannot be replaced there, and this one is running.
        tests.args(["--exclude", "xtask"]);
    }
    if let Some(folder) = model.and_then(Path::parent) {
        tests.env("IDIOLECT_MODELS", folder);
    }
    if cfg!(target_os = "linux") {
        tests.env("IDIOLECT_TEST_KEYRING", "1");
        tests = keyring_session::command(&tests)?;
    }
    if nextest() {
        let report = places::target().join("nextest/default/junit.xml");
        remove(&report);
        let succeeded = tests.status().is_ok_and(|status| status.success());
        return finished(succeeded, std::fs::read_to_string(report).ok().as_deref().and_then(counts::junit), &tests);
    }
    counted_while_shown(&mut tests)
}

/// Nextest leaves out the examples in documentation comments; cargo test does not.
fn documents() -> Outcome<Count> {
    counted_while_shown(cargo().args(["test", "--doc", "--workspace"]))
}

/// Shows a cargo test as it runs, and adds up its result lines.
fn counted_while_shown(tests: &mut Command) -> Outcome<Count> {
    let mut child = tests.stdout(Stdio::piped()).spawn().map_err(|error| {
        Failure::new(format!("`{}` could not be started: {error}.", line(tests)), "Install it, then run this again.")
    })?;
    let count = child.stdout.take().and_then(counts::cargo_test);
    let succeeded = child.wait().is_ok_and(|status| status.success());
    finished(succeeded, count, tests)
}

/// A program that fails without a failed test (it did not compile, or broke down) must not pass for a success.
fn finished(succeeded: bool, count: Option<Count>, program: &Command) -> Outcome<Count> {
    match count {
        Some(count) if succeeded || count.failed > 0 => Ok(count),
        Some(count) => {
            println!("`{}` failed although no test did; the reason stands above.", shortened(program));
            Ok(Count { failed: 1, ..count })
        }
        None => {
            Err(Failure::new(format!("`{}` ended before its tests did.", line(program)), "The reason stands above."))
        }
    }
}

/// The command without the session around it, which would hide it.
fn shortened(program: &Command) -> String {
    let line = line(program);
    let inner = line.rsplit_once("/cargo ").map(|(_, arguments)| format!("cargo {arguments}"));
    inner.unwrap_or(line)
}

fn nextest() -> bool {
    find("cargo-nextest").is_some()
}

/// An old report would be counted as a new one.
fn remove(report: &Path) {
    let _ = std::fs::remove_file(report);
}
