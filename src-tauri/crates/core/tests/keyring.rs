//! The key in a real GNOME Keyring. Runs where `IDIOLECT_TEST_KEYRING=1` says that the keyring at hand is a throwaway
//! one (`cargo xtask test` starts such a one); anywhere else it would meddle with the keyring of whoever runs it.

#![allow(clippy::unwrap_used)] // a test; helpers of integration tests are not seen as tests by clippy

use idiolect_core::Core;
use idiolect_core::clock::SystemClock;
use idiolect_core::engine::fake::FakeEngine;
use idiolect_core::paths::Paths;
use idiolect_core::secrets::{KeyStatus, OsKeyring, Secrets, delete_key, key_status, set_key};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
#[cfg(target_os = "linux")]
use {
    idiolect_core::secrets::Secret,
    std::io::{BufRead, BufReader, Write},
    std::process::Stdio,
};

const KEY: &str = "tml-keyring-test-5f1d0c";
/// Set for a second process of a test: it only looks.
const LOOK: &str = "IDIOLECT_TEST_KEYRING_LOOK";
const REAL: &str = "IDIOLECT_TEST_KEYRING";
const FOUND: &str = "the second process found the key";

#[tokio::test]
async fn keyring_keeps_the_key_and_nothing_else_does() {
    if std::env::var_os(LOOK).is_some() {
        if OsKeyring.get().unwrap().is_some_and(|key| key.expose() == KEY) {
            println!("{FOUND}");
        }
        return;
    }
    if std::env::var_os(REAL).is_none() {
        println!(
            "Nothing was tested: IDIOLECT_TEST_KEYRING is not set. `cargo xtask test` runs this in a keyring of its own."
        );
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let engine = Arc::new(FakeEngine::default());
    let core = Core::with(Paths::under(folder.path()), Arc::new(SystemClock), Arc::new(OsKeyring), engine).unwrap();
    let before = key_status(&core).await.unwrap();
    assert_eq!(before, KeyStatus::Missing, "this keyring is not a fresh one; nothing in it was touched");

    assert_eq!(set_key(&core, format!(" {KEY}\n")).await.unwrap(), KeyStatus::Set);
    assert_eq!(OsKeyring.get().unwrap().unwrap().expose(), KEY, "another entry reads it");
    assert!(second_process().contains(FOUND));
    assert_eq!(set_key(&core, format!("{KEY}-newer")).await.unwrap(), KeyStatus::Set);
    assert!(!second_process().contains(FOUND), "the newer key took the place of the older");
    assert_eq!(traces(folder.path()), Vec::<String>::new());

    assert_eq!(delete_key(&core).await.unwrap(), KeyStatus::Missing);
    assert_eq!(key_status(&core).await.unwrap(), KeyStatus::Missing);
    assert!(OsKeyring.get().unwrap().is_none());
    assert_eq!(delete_key(&core).await.unwrap(), KeyStatus::Missing, "no key is no failure");
}

/// Guards against the store being remembered as missing for the life of the process: the author starts the keyring and
/// does it again, without starting the app again.
#[cfg(target_os = "linux")]
#[test]
fn keyring_that_is_missing_is_said_and_found_once_it_is_there() {
    if std::env::var_os(LOOK).is_some() {
        let refused = OsKeyring.set(&Secret::parse(KEY).unwrap()).unwrap_err();
        println!("\nfirst {:?} {:?}", OsKeyring.status(), refused.code);
        std::io::stdin().read_line(&mut String::new()).unwrap();
        println!("then {:?}", OsKeyring.status());
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let bus = folder.path().join("bus");
    let mut child = again("keyring_that_is_missing_is_said_and_found_once_it_is_there")
        .env("DBUS_SESSION_BUS_ADDRESS", format!("unix:path={}", bus.display()))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let first = lines.find(|line| line.starts_with("first")).unwrap();
    assert_eq!(first, "first NoKeyring KeyringUnavailable");
    let real = std::env::var_os(REAL).and_then(|_| bus_socket());
    if let Some(socket) = &real {
        std::os::unix::fs::symlink(socket, &bus).unwrap();
    }
    writeln!(child.stdin.take().unwrap()).unwrap();
    let then = lines.find(|line| line.starts_with("then")).unwrap();
    // The other test may have its key in there just now.
    assert_eq!(then == "then NoKeyring", real.is_none(), "{then}");
    assert!(child.wait().unwrap().success());
}

/// Where the session's message bus listens.
#[cfg(target_os = "linux")]
fn bus_socket() -> Option<String> {
    let address = std::env::var("DBUS_SESSION_BUS_ADDRESS").ok()?;
    Some(address.strip_prefix("unix:path=")?.split(',').next()?.to_owned())
}

/// What the first test prints when it is started again and only looks.
fn second_process() -> String {
    let output = again("keyring_keeps_the_key_and_nothing_else_does").output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// A test of this file in a process of its own.
fn again(test: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", test, "--nocapture"]).env(LOOK, "1");
    command
}

/// The files below a folder that hold the key.
fn traces(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(traces(&path));
        } else if std::fs::read(&path).unwrap().windows(KEY.len()).any(|at| at == KEY.as_bytes()) {
            found.push(path.display().to_string());
        }
    }
    found
}
