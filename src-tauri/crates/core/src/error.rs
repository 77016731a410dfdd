//! The one error that leaves this crate, and every code the window acts on.
//!
//! Each slice keeps its own small `thiserror` enum where that helps; an [`Error`] is built where the intention is
//! known ("importing this blog failed"), so its sentence can say what happened and its hint what to do.

use serde::Serialize;
use std::fmt;

/// What went wrong, as far as anyone acts on it. A code exists only if the window offers something for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// What the author gave cannot be used as it is.
    BadInput,
    /// The address or file holds something other than a feed.
    NotAFeed,
    /// The feed ends in the middle.
    FeedCutShort,
    /// The site did not answer.
    SiteUnreachable,
    /// The site answered with a refusal.
    SiteRefused,
    /// The site answered, but no feed was found on it.
    NoFeedFound,
    /// The disk is full.
    DiskFull,
    /// The model is not on this computer yet.
    ModelMissing,
    /// The model's file is not what it should be.
    ModelDamaged,
    /// The library was written by a newer version of the app.
    DatabaseNewer,
    /// Another program holds the library.
    DatabaseBusy,
    /// The system's keyring cannot be reached.
    KeyringUnavailable,
    /// A run is already training.
    RunActive,
    /// There is nothing to train on.
    NothingToTrain,
    /// The thing asked for is not there.
    NotFound,
    /// Another window saved the same thing in between.
    ChangedElsewhere,
    /// The author stopped it.
    Cancelled,
    /// A download could not be finished.
    Network,
    /// Anything else; the detail says more.
    Internal,
}

/// A failure a person can read: what happened, what to do, and the technical cause for the curious.
pub struct Error {
    /// What the window acts on.
    pub code: Code,
    /// What happened, in a sentence.
    pub message: String,
    /// What to do, in a sentence.
    pub hint: Option<String>,
    /// The technical cause, shown under "Details" and written to the log.
    pub source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// Shorthand used all over this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// An error with its sentence.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Error { code, message: message.into(), hint: None, source: None }
    }

    /// The author gave something that cannot be used as it is.
    pub fn bad_input(message: impl Into<String>) -> Self {
        Error::new(Code::BadInput, message)
    }

    /// The thing asked for is not in the library.
    pub fn not_found(what: impl fmt::Display) -> Self {
        Error::new(Code::NotFound, format!("{what} is not in this library."))
            .hint("It may have been deleted in another window; go back and open the list again.")
    }

    /// Adds what to do.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds the technical cause.
    #[must_use]
    pub fn because(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// The technical cause as text, with the causes behind it.
    pub fn detail(&self) -> Option<String> {
        let mut cause: &dyn std::error::Error = self.source.as_deref()?;
        let mut text = cause.to_string();
        while let Some(next) = cause.source() {
            text = format!("{text}: {next}");
            cause = next;
        }
        Some(text)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.code, self.message)?;
        self.detail().map_or(Ok(()), |detail| write!(f, " ({detail})"))
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        let code = error.sqlite_error_code();
        match code {
            Some(ErrorCode::DiskFull) => disk_full().because(error),
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
                Error::new(Code::DatabaseBusy, "Another program is writing to the library and did not finish in time.")
                    .hint("Wait a moment and do it again. If it stays so, close the other Idiolect window or terminal.")
                    .because(error)
            }
            Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => {
                Error::new(Code::Internal, "The library's file is damaged and was left as it is.")
                    .hint("Restore it from a backup: copies named library.db.backup-* lie beside it.")
                    .because(error)
            }
            _ => Error::new(Code::Internal, "The library could not be read or written.")
                .hint("Nothing that was saved before is lost. Close the app, open it again and repeat the last step.")
                .because(error),
        }
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        use std::io::ErrorKind;
        match error.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => disk_full().because(error),
            ErrorKind::PermissionDenied => Error::new(Code::BadInput, "A file or folder may not be opened.")
                .hint("Check that your account may read and write it, then do it again.")
                .because(error),
            ErrorKind::NotFound => Error::new(Code::NotFound, "A file that was expected is not there.")
                .hint("Check the path, or do the step again that makes the file.")
                .because(error),
            _ => Error::new(Code::Internal, "A file could not be read or written.")
                .hint("Check that the disk has room and answers, then do it again.")
                .because(error),
        }
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Error::new(Code::Internal, "Something the app stored earlier cannot be read.").because(error)
    }
}

fn disk_full() -> Error {
    Error::new(Code::DiskFull, "The disk is full; what was being written was left out and nothing before it is lost.")
        .hint("Free some space, then do it again.")
}
