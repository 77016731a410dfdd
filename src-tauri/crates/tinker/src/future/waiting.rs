//! What there is to say while a result is waited for.

use crate::{FailureCategory, TransportError};
use std::fmt;
use std::time::Duration;

/// Why there is no result yet.
///
/// ```
/// use idiolect_tinker::{QueueState, Waiting};
///
/// let waiting = Waiting::Queued { state: QueueState::PausedCapacity, reason: None };
/// assert_eq!(waiting.to_string(), "the service has no room at the moment");
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Waiting {
    /// It is being worked on, or waits its turn.
    Queued {
        /// What the server says about its queue.
        state: QueueState,
        /// Its reason, in words.
        reason: Option<String>,
    },
    /// Paused because of the account's billing (402); taken up again when that is settled.
    Billing {
        /// How long it has been paused.
        since: Duration,
        /// The server's words.
        message: String,
    },
    /// The server is busy (429), has trouble (5xx) or took the request for a bad one for no reason (400).
    Trouble {
        /// The status.
        status: u16,
        /// The server's words.
        message: String,
        /// How long until the next look.
        pause: Duration,
    },
    /// The server was not reached, or did not answer.
    Unreachable {
        /// What went wrong.
        error: TransportError,
        /// How long until the next look.
        pause: Duration,
    },
    /// The server had forgotten the request, and it was submitted again.
    Resubmitted,
}

/// What the server says about its queue.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum QueueState {
    /// It is being worked on.
    Active,
    /// The service has no room at the moment. This can last for hours.
    PausedCapacity,
    /// This account has asked for too much at once.
    PausedRateLimit,
    /// Nothing was said.
    Unsaid,
    /// Something this crate does not know.
    Other(String),
}

impl QueueState {
    pub(crate) fn from_wire(word: Option<&str>) -> Self {
        match word {
            None | Some("") => Self::Unsaid,
            Some("active") => Self::Active,
            Some("paused_capacity") => Self::PausedCapacity,
            Some("paused_rate_limit") => Self::PausedRateLimit,
            Some(other) => Self::Other(crate::secret::scrub(other, &[]).chars().take(80).collect()),
        }
    }

    /// Whether the work is held up.
    #[must_use]
    pub fn is_paused(&self) -> bool {
        match self {
            Self::PausedCapacity | Self::PausedRateLimit => true,
            Self::Other(word) => word.starts_with("paused"),
            Self::Active | Self::Unsaid => false,
        }
    }
}

impl fmt::Display for Waiting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Queued { state, reason } => {
                match state {
                    QueueState::PausedCapacity => f.write_str("the service has no room at the moment")?,
                    QueueState::PausedRateLimit => f.write_str("the account has asked for too much at once")?,
                    QueueState::Other(word) => write!(f, "the service says {word}")?,
                    QueueState::Active | QueueState::Unsaid => f.write_str("the service is working on it")?,
                }
                reason.as_ref().map_or(Ok(()), |reason| write!(f, " ({reason})"))
            }
            Self::Billing { message, .. } => write!(f, "paused until the account can be billed: {message}"),
            Self::Trouble { status, message, .. } => write!(f, "the service answers with status {status}: {message}"),
            Self::Unreachable { error, .. } => write!(f, "{error}"),
            Self::Resubmitted => f.write_str("the service had forgotten the request, and has it again"),
        }
    }
}

/// What one look at a result shows.
///
/// ```no_run
/// # async fn example(pending: idiolect_tinker::Pending<idiolect_tinker::OptimStepOutput>) -> idiolect_tinker::Result<()> {
/// use idiolect_tinker::Polled;
///
/// match pending.poll().await? {
///     Polled::Ready(output) => println!("{:?}", output.metrics),
///     Polled::NotYet(waiting) => println!("{waiting}"),
///     _ => {}
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum Polled<T> {
    /// It is there.
    Ready(T),
    /// It is not there yet.
    NotYet(Waiting),
}

/// What the server says became of a request.
pub(crate) struct Failure {
    pub category: FailureCategory,
    pub message: String,
}
