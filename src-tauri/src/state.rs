//! What the commands share: the open application, and the import, download, text and closing that can be stopped.

use crate::error::{Answer, WireError};
use idiolect_core::Core;
use std::sync::{Mutex, PoisonError};
use tokio_util::sync::CancellationToken;

/// The open application, or why it could not be opened; the window then says so instead of staying shut.
pub struct App {
    core: Result<Core, WireError>,
    /// The import that goes on.
    pub import: Stoppable,
    /// The download that goes on.
    pub download: Stoppable,
    /// The text that is being written.
    pub writing: Stoppable,
    /// Paraphrases or notes that are being written for examples.
    pub preparing: Stoppable,
    /// Waiting for the page's word on closing.
    pub closing: Stoppable,
}

impl App {
    /// With an opened application or the reason why there is none.
    pub fn new(core: Result<Core, WireError>) -> Self {
        App {
            core,
            import: Stoppable::default(),
            download: Stoppable::default(),
            writing: Stoppable::default(),
            preparing: Stoppable::default(),
            closing: Stoppable::default(),
        }
    }

    /// The open application.
    ///
    /// # Errors
    /// Why it could not be opened.
    pub fn core(&self) -> Answer<&Core> {
        self.core.as_ref().map_err(Clone::clone)
    }

    /// Why the application could not be opened.
    pub fn problem(&self) -> Option<WireError> {
        self.core.as_ref().err().cloned()
    }
}

/// Work of which there is one at a time; beginning anew stops what went on.
#[derive(Default)]
pub struct Stoppable(Mutex<CancellationToken>);

impl Stoppable {
    /// Stops what goes on and gives the token of what begins.
    pub fn begin(&self) -> CancellationToken {
        let mut current = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        current.cancel();
        *current = CancellationToken::new();
        current.clone()
    }

    /// Stops what goes on.
    pub fn stop(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).cancel();
    }
}
