//! The key in a real GNOME Keyring. Runs where `IDIOLECT_TEST_KEYRING=1` says that the keyring at hand is a throwaway
//! one (`cargo xtask test` starts such a one); anywhere else it would meddle with the keyring of whoever runs it.

use idiolect_core::Core;
use idiolect_core::clock::SystemClock;
use idiolect_core::engine::fake::FakeEngine;
use idiolect_core::paths::Paths;
use idiolect_core::secrets::{KeyStatus, OsKeyring, Secrets, delete_key, key_status, set_key};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

const KEY: &str = "tml-keyring-test-5f1d0c";
/// Set for the second process: it only looks.
const LOOK: &str = "IDIOLECT_TEST_KEYRING_LOOK";
const FOUND: &str = "the second process found the key";

#[tokio::test]
async fn keyring_keeps_the_key_and_nothing_else_does() {
    if std::env::var_os(LOOK).is_some() {
        if OsKeyring.get().unwrap().is_some_and(|key| key.expose() == KEY) {
            println!("{FOUND}");
        }
        return;
    }
    if std::env::var_os("IDIOLECT_TEST_KEYRING").is_none() {
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

/// What this very test prints when it is started again and only looks.
fn second_process() -> String {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "keyring_keeps_the_key_and_nothing_else_does", "--nocapture"])
        .env(LOOK, "1")
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8_lossy(&output.stdout).into_owned()
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
