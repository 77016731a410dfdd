//! Who hears what a person may want to see while requests are under way.

use crate::future::Waiting;

/// Hears of waiting and of notices. Called from the middle of requests, so it should be quick.
///
/// ```
/// use idiolect_tinker::{Listener, Notice, Waiting};
///
/// struct Print;
///
/// impl Listener for Print {
///     fn waiting(&self, waiting: &Waiting) {
///         println!("{waiting}");
///     }
///     fn notice(&self, notice: &Notice) {
///         println!("{}", notice.text);
///     }
/// }
/// ```
pub trait Listener: Send + Sync {
    /// A result, or the server, is waited for.
    fn waiting(&self, waiting: &Waiting) {
        let _ = waiting;
    }

    /// The server has something to say to the person who uses this program.
    fn notice(&self, notice: &Notice) {
        let _ = notice;
    }
}

/// Something the server says besides its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// How grave it is.
    pub level: NoticeLevel,
    /// The server's words.
    pub text: String,
}

/// How grave a notice is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NoticeLevel {
    /// Good to know.
    Info,
    /// Something will stop working.
    Warning,
    /// Something does not work.
    Error,
}

pub(crate) struct Silent;

impl Listener for Silent {}
