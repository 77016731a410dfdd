//! Writing down what is about to be sent, so that a crash between the two never pays twice.

use crate::future::{RequestKind, TicketPart};
use serde::{Deserialize, Serialize};

/// What is about to be sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Intent {
    /// What it asks for.
    pub kind: RequestKind,
    /// The session it belongs to.
    pub session_id: String,
    /// The model (or sampling session) it belongs to; nothing for what makes one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// Its number within that, or within the session.
    pub seq_id: u32,
}

/// Is told of every submission of a session, before and after.
///
/// An intent that was written down and neither accepted nor refused may or may not be at the server. At a server that
/// recognises repetitions, attach the model with that number as the next one and submit the same again; elsewhere, go on
/// from the last saved state.
///
/// ```
/// use idiolect_tinker::{Intent, Journal, TicketPart};
/// use std::sync::Mutex;
///
/// #[derive(Default)]
/// struct Lines(Mutex<Vec<String>>);
///
/// impl Journal for Lines {
///     fn sending(&self, intent: &Intent) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
///         let line = serde_json::to_string(intent)?;
///         self.0.lock().map_err(|_| "the journal is broken")?.push(line);
///         Ok(())
///     }
/// }
/// ```
pub trait Journal: Send + Sync {
    /// Called before a submission is sent; it must be on disk when this returns. An error keeps it from being sent.
    ///
    /// # Errors
    /// Whatever kept it from being written.
    fn sending(&self, intent: &Intent) -> Result<(), Box<dyn std::error::Error + Send + Sync>>;

    /// The server has it.
    fn accepted(&self, intent: &Intent, part: &TicketPart) {
        let _ = (intent, part);
    }

    /// The server does not have it; the number will be used again.
    fn refused(&self, intent: &Intent) {
        let _ = intent;
    }
}
