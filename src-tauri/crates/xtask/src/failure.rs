//! Why a task stopped, in words for the person who started it: what happened, then what to do.

use std::fmt;

/// A task's result.
pub type Outcome<T = ()> = Result<T, Failure>;

/// Why a task stopped.
#[derive(Debug)]
pub enum Failure {
    /// Nothing about it has been printed yet.
    Said { what: String, then: String },
    /// The programs that ran have already explained it; only the exit status is left to pass on.
    Shown(u8),
}

impl Failure {
    pub fn new(what: impl Into<String>, then: impl Into<String>) -> Self {
        Self::Said { what: what.into(), then: then.into() }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Said { what, then } => write!(f, "{what}\n{then}"),
            Self::Shown(status) => write!(f, "It ended with status {status}; the reason stands above."),
        }
    }
}

/// Adds the path and the advice that an input/output error lacks.
pub trait Explain<T> {
    fn explain(self, what: impl FnOnce() -> String) -> Outcome<T>;
}

impl<T> Explain<T> for std::io::Result<T> {
    fn explain(self, what: impl FnOnce() -> String) -> Outcome<T> {
        self.map_err(|error| {
            let then = match error.kind() {
                std::io::ErrorKind::StorageFull => "Make room on the disk, then run this again.",
                std::io::ErrorKind::PermissionDenied => "Check who owns the folder, then run this again.",
                _ => "Look at the path above, then run this again.",
            };
            Failure::new(format!("{}: {error}.", what()), then)
        })
    }
}
