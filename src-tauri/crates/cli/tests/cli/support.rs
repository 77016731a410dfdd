//! A library in a folder of its own, and the program run on it.

use serde_json::Value;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// Five short posts that nobody else has.
pub fn small_feed() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/fixtures/small-feed.xml")
}

/// The folder with the real model. Says what to do when there is none: a test never passes by not running.
pub fn models() -> PathBuf {
    let folder = std::env::var_os("IDIOLECT_MODELS").map(PathBuf::from);
    let file = idiolect_core::engine::models::DEFAULT.file;
    match folder.filter(|folder| folder.join(file).is_file()) {
        Some(folder) => folder,
        None => {
            panic!("this test needs the file {file} in the folder IDIOLECT_MODELS names; `cargo xtask test` sees to it")
        }
    }
}

/// A library that goes away with the test.
pub struct Library {
    folder: TempDir,
    models: PathBuf,
}

impl Library {
    /// A new one that knows no model.
    pub fn new() -> Library {
        let folder = tempfile::tempdir().unwrap();
        let models = folder.path().join("no-models");
        Library { folder, models }
    }

    /// A new one with models from this folder.
    pub fn with_models(models: PathBuf) -> Library {
        Library { models, ..Library::new() }
    }

    /// A new one with the small feed in it.
    pub fn with_posts() -> Library {
        let library = Library::new();
        library.ok(["import".as_ref(), small_feed().as_os_str()]);
        library
    }

    /// Its folder.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Its one file.
    pub fn database(&self) -> PathBuf {
        self.path().join("library.db")
    }

    /// The program, ready to run on this library.
    pub fn command<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_idiolect-cli"));
        command.arg("--data-dir").arg(self.path()).args(arguments);
        command.env_remove("IDIOLECT_DATA_DIR").env("IDIOLECT_MODELS", &self.models).stdin(Stdio::null());
        command
    }

    /// Runs it to its end.
    pub fn run<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Answer {
        let output = self.command(arguments).output().unwrap();
        Answer { output }
    }

    /// Runs it and expects it to succeed.
    #[track_caller]
    pub fn ok<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Answer {
        let answer = self.run(arguments);
        assert_eq!(answer.status(), 0, "{}{}", answer.stdout(), answer.stderr());
        answer
    }

    /// One JSON document of a command that succeeds.
    #[track_caller]
    pub fn json(&self, arguments: &[&str]) -> Value {
        self.ok([&["--json"], arguments].concat()).document()
    }

    /// The test prompts' drafts take longer than everything else a test looks at.
    pub fn without_test_drafts(&self) {
        self.ok(["posts"]);
        let connection = rusqlite::Connection::open(self.database()).unwrap();
        let sql = r#"INSERT OR REPLACE INTO setting(name, value) VALUES ('settings', '{"test_prompts": []}')"#;
        connection.execute(sql, []).unwrap();
    }
}

/// What the program answered.
pub struct Answer {
    output: Output,
}

impl Answer {
    /// How it ended.
    pub fn status(&self) -> i32 {
        self.output.status.code().unwrap_or(-1)
    }

    /// What it printed.
    pub fn stdout(&self) -> String {
        String::from_utf8(self.output.stdout.clone()).unwrap()
    }

    /// What it said by the way.
    pub fn stderr(&self) -> String {
        String::from_utf8_lossy(&self.output.stderr).into_owned()
    }

    /// The one JSON document it printed.
    #[track_caller]
    pub fn document(&self) -> Value {
        serde_json::from_str(&self.stdout()).unwrap_or_else(|error| panic!("{error} in: {}", self.stdout()))
    }

    /// The objects it printed, one a line.
    #[track_caller]
    pub fn events(&self) -> Vec<Value> {
        self.stdout().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

/// The objects of a stream with this name.
pub fn named<'a>(events: &'a [Value], name: &str) -> Vec<&'a Value> {
    events.iter().filter(|event| event["event"] == name).collect()
}

/// Says which of the fields a script relies on are missing.
#[track_caller]
pub fn has(value: &Value, fields: &str) {
    let missing: Vec<&str> = fields.split_whitespace().filter(|field| value.get(field).is_none()).collect();
    assert!(missing.is_empty(), "{missing:?} missing in {value:#}");
}
