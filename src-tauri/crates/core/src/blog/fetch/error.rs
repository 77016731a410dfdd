//! What can go wrong between this computer and a blog, each in a sentence the author can act on.

use std::fmt;
use std::time::Duration;

use url::Url;

use super::host_of;

/// Why a document could not be fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FetchError {
    /// The address cannot be one.
    BadAddress {
        /// What was given.
        address: String,
        /// What is wrong with it, to follow "because".
        why: &'static str,
    },
    /// Nothing came back: no such host, no connection, or silence.
    NoAnswer {
        /// Who was asked.
        host: String,
        /// What happened, to follow the host's name.
        why: &'static str,
    },
    /// The server answered that it would not or could not.
    Status {
        /// Who answered.
        host: String,
        /// The HTTP status.
        status: u16,
        /// How long it asks us to wait.
        retry_after_s: Option<u32>,
    },
    /// More came than a blog would send.
    TooLarge {
        /// Who sent it.
        host: String,
        /// The limit in MB.
        limit_mb: u32,
    },
    /// The server sends us somewhere we do not go.
    RefusedRedirect {
        /// Who sent us.
        host: String,
        /// What it did, to follow the host's name.
        why: &'static str,
    },
    /// The author stopped it.
    Cancelled,
}

impl FetchError {
    /// An answer that failed to come, told from the client's error.
    pub(super) fn no_answer(url: &Url, error: &reqwest::Error) -> Self {
        let why = if error.is_timeout() {
            "did not answer in time"
        } else if error.is_connect() {
            "could not be reached"
        } else {
            "broke off its answer"
        };
        Self::NoAnswer { host: host_of(url), why }
    }

    /// How long the server asks us to wait.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Status { retry_after_s, .. } => retry_after_s.map(|seconds| Duration::from_secs(seconds.into())),
            _ => None,
        }
    }

    /// Whether the same request may well succeed later.
    pub fn is_temporary(&self) -> bool {
        match self {
            Self::NoAnswer { .. } => true,
            Self::Status { status, .. } => *status == 429 || *status >= 500,
            _ => false,
        }
    }
}

impl std::error::Error for FetchError {}

impl fmt::Display for FetchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadAddress { address, why } => {
                write!(
                    f,
                    "“{address}” cannot be opened because {why}. Paste the address of the blog, of a post or of its feed."
                )
            }
            Self::NoAnswer { host, why } => {
                write!(f, "{host} {why}. Check the address and the internet connection, then try again.")
            }
            Self::Status { host, status, retry_after_s } => status_sentence(f, host, *status, *retry_after_s),
            Self::TooLarge { host, limit_mb } => write!(
                f,
                "{host} sent more than {limit_mb} MB, which is more than we take at once. If this is your blog, export its posts to a file and add the file instead."
            ),
            Self::RefusedRedirect { host, why } => {
                write!(
                    f,
                    "{host} {why}, and we did not follow. Paste the address you see in the browser when the blog is open."
                )
            }
            Self::Cancelled => {
                write!(f, "The import was stopped. Posts that had arrived are kept; start it again whenever you like.")
            }
        }
    }
}

fn status_sentence(f: &mut fmt::Formatter<'_>, host: &str, status: u16, wait_s: Option<u32>) -> fmt::Result {
    match status {
        401 | 403 => write!(
            f,
            "{host} does not let programs read this page (status {status}). Paste the feed's address, or export the posts to a file and add the file."
        ),
        404 | 410 => write!(
            f,
            "{host} has no page at this address (status {status}). Check the address for missing or extra letters."
        ),
        429 => match wait_s {
            Some(seconds) => {
                write!(f, "{host} asks us to slow down (status 429). Try again in {}.", waiting_time(seconds))
            }
            None => write!(f, "{host} asks us to slow down (status 429). Try again in a few minutes."),
        },
        500.. => write!(f, "{host} has a problem of its own (status {status}). Try again in a few minutes."),
        _ => write!(f, "{host} gave an answer we cannot use (status {status}). Check the address, then try again."),
    }
}

fn waiting_time(seconds: u32) -> String {
    match seconds {
        0..=1 => "a moment".to_owned(),
        2..=119 => format!("{seconds} seconds"),
        _ => format!("{} minutes", seconds.div_ceil(60)),
    }
}
