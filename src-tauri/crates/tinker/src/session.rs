//! Sessions: the frame for training and sampling. Open ones cost nothing; they end when no sign of life comes.

mod heartbeat;
mod start;

pub use heartbeat::Life;
pub use start::{SessionOptions, SessionState};

use crate::submit::{Journal, Lane};
use crate::{Client, Result};
use heartbeat::Heart;
use serde::Serialize;
use std::sync::Arc;
use tokio::sync::watch;

/// A session. It gives a sign of life every few seconds until the last clone of it, and of the models and samplers made
/// from it, is dropped.
///
/// ```no_run
/// # async fn example(client: idiolect_tinker::Client) -> idiolect_tinker::Result<()> {
/// use idiolect_tinker::{FinishReason, Life, SessionOptions};
///
/// let session = client.create_session(SessionOptions::default().tag("my-app")).await?;
/// if *session.life().borrow() == Life::Over {
///     println!("It has ended; go on from the last saved state in a new one.");
/// }
/// session.finish(FinishReason::Success, None).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Session {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub client: Client,
    pub id: String,
    pub journal: Option<Arc<dyn Journal>>,
    pub models: Lane,
    pub samplers: tokio::sync::Mutex<u32>,
    heart: Heart,
}

/// Why a session is finished.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FinishReason {
    /// The work is done.
    Success,
    /// Something failed.
    Errored,
    /// Somebody stopped it.
    Interrupted,
}

impl Session {
    /// Its id at the server.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.inner.id
    }

    /// The client it was made with.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.inner.client
    }

    /// How its signs of life are answered.
    #[must_use]
    pub fn life(&self) -> watch::Receiver<Life> {
        self.inner.heart.life()
    }

    /// What is needed to take the session up again in another process.
    ///
    /// # Errors
    /// [`Error::Unsure`](crate::Error::Unsure) while it is unknown whether the server has the last model.
    pub async fn state(&self) -> Result<SessionState> {
        let next_model = self.inner.models.next().await?;
        let next_sampler = *self.inner.samplers.lock().await;
        Ok(SessionState { session_id: self.inner.id.clone(), next_model, next_sampler })
    }

    /// Tells the server that the session is over; it then takes no more requests for it. False where the server has no
    /// such thing, and sessions just end. *Unproven against the production service.*
    ///
    /// # Errors
    /// As every request.
    pub async fn finish(&self, reason: FinishReason, detail: Option<&str>) -> Result<bool> {
        #[derive(Serialize)]
        struct Finish<'a> {
            reason: Reason,
            #[serde(skip_serializing_if = "Option::is_none")]
            detail: Option<&'a str>,
        }
        #[derive(Serialize)]
        struct Reason {
            r#type: FinishReason,
        }
        let path = format!("/api/v1/sessions/{}/finish", crate::http::segment(&self.inner.id)?);
        let request = self.inner.client.post(path, &Finish { reason: Reason { r#type: reason }, detail })?;
        let finished = self.inner.client.send_if_offered(&request).await?.is_some();
        if finished {
            self.inner.heart.stop();
        }
        Ok(finished)
    }
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session").field("id", &self.inner.id).finish_non_exhaustive()
    }
}
