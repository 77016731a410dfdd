//! An error as it crosses to the interface: a closed set of codes, sentences for people, a detail for the curious.

use idiolect_core::{Code, Error};
use serde::Serialize;

/// What happened, what to do, and the technical cause.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct WireError {
    /// What the interface acts on.
    pub code: Code,
    /// What happened.
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
    /// The technical cause.
    pub detail: Option<String>,
}

impl From<Error> for WireError {
    fn from(error: Error) -> Self {
        if error.code == Code::Internal {
            tracing::error!(message = error.message, detail = error.detail(), "a command failed");
        }
        WireError { code: error.code, detail: error.detail(), message: error.message, hint: error.hint }
    }
}

impl From<tauri::Error> for WireError {
    fn from(error: tauri::Error) -> Self {
        Error::new(Code::Internal, "The window could not do that.").because(error).into()
    }
}

/// What every command answers.
pub type Answer<T> = Result<T, WireError>;
