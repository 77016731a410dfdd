//! Every failure, told apart by what a caller can do about it.

mod status;
mod transport;

pub(crate) use status::message_in;
pub use status::{StatusError, StatusKind};
pub use transport::{TransportError, TransportKind};

use crate::future::{Ticket, Waiting};
use std::path::PathBuf;
use std::time::Duration;

/// A result of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Every failure of this crate. None of them holds a key, a token or the signed part of an address.
///
/// ```no_run
/// # async fn example(model: idiolect_tinker::TrainingModel) -> idiolect_tinker::Result<()> {
/// use idiolect_tinker::{AdamParams, Error};
///
/// match model.optim_step(&AdamParams::default()).await {
///     Ok(pending) => drop(pending.wait().await?),
///     // It may have arrived: nothing more is taken, and nothing may be repeated.
///     Err(Error::Unsure { seq_id, .. }) => println!("Go on from the last saved state; number {seq_id} is in doubt."),
///     Err(error) if error.is_temporary() => println!("Try again later: {error}"),
///     Err(error) => return Err(error),
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The request makes no sense and was not sent.
    #[error("{0}")]
    Invalid(String),
    /// The server was not reached, or its answer did not arrive.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// The server answered with an error status.
    #[error(transparent)]
    Status(Box<StatusError>),
    /// The answer came and could not be understood.
    #[error("The answer to {doing} could not be read: {why}. It begins: {excerpt}")]
    Decode {
        /// The request: method and path.
        doing: String,
        /// What was expected.
        why: String,
        /// The first bytes of the answer, without secrets.
        excerpt: String,
    },
    /// The server took the request and then failed at it. This is final for that request.
    #[error("The server could not carry out the request ({category}): {message}")]
    Failed {
        /// The request's number at the server.
        request_id: String,
        /// Whose fault the server says it is.
        category: FailureCategory,
        /// The server's words.
        message: String,
    },
    /// The server no longer knows the request's result (410).
    #[error("The result of request {request_id} is no longer kept by the server. Go on from the last saved state.")]
    Gone {
        /// The request's number at the server.
        request_id: String,
    },
    /// A result had not come when the caller's patience ended. The request is still at work; poll it again later.
    #[error("No result after {} s: {last}", waited.as_secs())]
    StillWaiting {
        /// How long was waited.
        waited: Duration,
        /// What was heard last.
        last: Waiting,
    },
    /// It is unknown whether the server took a submission. Sending it again could do it twice, so the model takes no
    /// further submissions; go on from the last saved state, or settle it by hand.
    #[error("Whether the server took request number {seq_id} is unknown: {cause}")]
    Unsure {
        /// The sequence number of the submission.
        seq_id: u32,
        /// What went wrong.
        cause: Box<Error>,
    },
    /// The server already has the submission with this number, and gave no request to poll. It counts; do not repeat it.
    #[error("The server already has request number {seq_id}; its result cannot be read.")]
    AlreadyAccepted {
        /// The sequence number of the submission.
        seq_id: u32,
    },
    /// The gradients of a step were accepted and its optimizer step was not. Only the optimizer step may be repeated.
    #[error("The step's gradients are accepted, but its optimizer step is not: {cause}")]
    HalfStep {
        /// The accepted half.
        forward_backward: Ticket,
        /// Why the other half was not accepted.
        cause: Box<Error>,
    },
    /// The key provider, or the token exchange, gave no usable key.
    #[error("There is no usable key: {0}")]
    NoKey(String),
    /// The journal could not write down what was about to be sent, so nothing was sent.
    #[error("The journal could not be written, so nothing was sent: {0}")]
    Journal(Box<dyn std::error::Error + Send + Sync>),
    /// A file could not be read or written.
    #[error("{} could not be {doing}: {source}.", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// `read` or `written`.
        doing: &'static str,
        /// The system's answer.
        source: std::io::Error,
    },
    /// The server named a file or an address that it has no business naming.
    #[error("The server's answer is not safe to follow: {0}")]
    Unsafe(String),
    /// A downloaded file is not what its host says it is. It was removed.
    #[error("{} does not match its {algorithm} checksum. Download it again.", path.display())]
    Checksum {
        /// Where it would have been.
        path: PathBuf,
        /// The kind of checksum.
        algorithm: &'static str,
    },
    /// The connection to the storage host kept breaking. What came is kept.
    #[error("The download of {} ended early, at byte {at}. Start it again to go on from there.", path.display())]
    CutShort {
        /// The file that is not complete.
        path: PathBuf,
        /// Bytes that are here.
        at: u64,
    },
}

/// Whose fault a failed request is, by the server's own words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureCategory {
    /// The request's.
    User,
    /// The server's.
    Server,
    /// Not said.
    Unknown,
}

impl std::fmt::Display for FailureCategory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::User => "the request is at fault",
            Self::Server => "the server is at fault",
            Self::Unknown => "no reason given",
        })
    }
}

impl Error {
    /// The status, where the server answered with one.
    #[must_use]
    pub fn status(&self) -> Option<&StatusError> {
        match self {
            Self::Status(status) => Some(status),
            Self::Unsure { cause, .. } | Self::HalfStep { cause, .. } => cause.status(),
            _ => None,
        }
    }

    /// What the status means, where the server answered with one.
    #[must_use]
    pub fn status_kind(&self) -> Option<StatusKind> {
        self.status().map(StatusError::kind)
    }

    /// Whether asking again later, unchanged, may help.
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        match self {
            Self::Transport(error) => error.kind != TransportKind::TooLarge,
            Self::StillWaiting { .. } | Self::CutShort { .. } => true,
            Self::Status(status) => status.is_temporary(),
            Self::HalfStep { cause, .. } => cause.is_temporary(),
            _ => false,
        }
    }

    pub(crate) fn invalid(why: impl Into<String>) -> Self {
        Self::Invalid(why.into())
    }

    pub(crate) fn read(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { path, doing: "read", source }
    }

    pub(crate) fn written(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { path, doing: "written", source }
    }
}

impl From<StatusError> for Error {
    fn from(status: StatusError) -> Self {
        Self::Status(Box::new(status))
    }
}
