//! Where text goes: what was asked for to standard output, everything else to standard error. With `--json` standard
//! output holds JSON and nothing else.

use crate::progress::Progress;
use idiolect_core::Error;
use serde::Serialize;
use serde_json::{Value, json};
use std::io::{self, ErrorKind, Write};
use std::sync::{Mutex, PoisonError};

/// The terminal, as far as this program uses it.
pub struct Out {
    json: bool,
    quiet: bool,
    /// The first thing that went wrong with standard output; told once, at the end.
    failed: Mutex<Option<io::Error>>,
}

impl Out {
    /// Output as the options ask for it.
    pub fn new(json: bool, quiet: bool) -> Out {
        Out { json, quiet, failed: Mutex::default() }
    }

    /// Whether standard output is for a program.
    pub fn is_json(&self) -> bool {
        self.json
    }

    /// One JSON document, on a line of its own.
    pub fn document(&self, value: &impl Serialize) {
        match serde_json::to_string(value) {
            Ok(text) => self.put(&format!("{text}\n")),
            Err(error) => self.fail(io::Error::other(error)),
        }
    }

    /// An object of a stream: the value's own fields beside `event`. Nothing without `--json`.
    pub fn event(&self, name: &str, value: &impl Serialize) {
        if !self.json {
            return;
        }
        let mut object = serde_json::Map::new();
        object.insert("event".to_owned(), json!(name));
        match serde_json::to_value(value) {
            Ok(Value::Object(fields)) => object.extend(fields),
            Ok(_) => {}
            Err(error) => return self.fail(io::Error::other(error)),
        }
        self.document(&object);
    }

    /// A list: `{"items": […], "next": …}` as JSON, else what `people` makes of it.
    pub fn list<T: Serialize>(&self, items: &[T], next: Option<&str>, people: impl FnOnce(&[T]) -> String) {
        self.either(&json!({"items": items, "next": next}), || people(items));
    }

    /// The value as JSON, else what `people` says.
    pub fn either(&self, value: &impl Serialize, people: impl FnOnce() -> String) {
        if self.json { self.document(value) } else { self.line(&people()) }
    }

    /// Text for people, with a line break. Nothing with `--json`.
    pub fn line(&self, text: &str) {
        self.piece(&format!("{}\n", text.trim_end_matches('\n')));
    }

    /// Text for people as it stands, at once. Nothing with `--json`.
    pub fn piece(&self, text: &str) {
        if !self.json {
            self.put(text);
        }
    }

    /// Something by the way, on standard error. Nothing with `--quiet`.
    pub fn notice(&self, text: &str) {
        if !self.quiet {
            eprintln!("{text}");
        }
    }

    /// What went wrong and what to do, on standard error; `--quiet` does not silence it.
    pub fn complain(&self, message: &str, hint: Option<&str>) {
        eprintln!("{message}");
        if let Some(hint) = hint {
            eprintln!("{hint}");
        }
    }

    /// A progress bar, or lines where standard error is no terminal; nothing when nobody wants to see it.
    pub fn progress(&self, total: u64) -> Progress {
        if self.json || self.quiet { Progress::none() } else { Progress::new(total) }
    }

    /// Whether everything reached standard output.
    ///
    /// # Errors
    /// The first failure, as `DiskFull` or what else it was. A reader that went away is no failure.
    pub fn written(&self) -> Result<(), Error> {
        match self.failed.lock().unwrap_or_else(PoisonError::into_inner).take() {
            Some(error) if error.kind() != ErrorKind::BrokenPipe => Err(error.into()),
            _ => Ok(()),
        }
    }

    fn put(&self, text: &str) {
        let mut stdout = io::stdout().lock();
        if let Err(error) = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
            self.fail(error);
        }
    }

    fn fail(&self, error: io::Error) {
        self.failed.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
    }
}
