//! Beginning a session, and taking one up again.

use super::heartbeat::Heart;
use super::{Inner, Session};
use crate::listener::NoticeLevel;
use crate::submit::{Journal, Lane};
use crate::{Client, Result};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// How to begin a session. All of it is optional.
///
/// ```
/// let options = idiolect_tinker::SessionOptions::default().tag("my-app").metadata("project", "42");
/// ```
#[derive(Clone, Default)]
pub struct SessionOptions {
    tags: Vec<String>,
    metadata: BTreeMap<String, String>,
    project_id: Option<String>,
    journal: Option<Arc<dyn Journal>>,
}

/// What is needed to take a session up again in another process.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionState {
    /// Its id at the server.
    pub session_id: String,
    /// The number of its next model.
    pub next_model: u32,
    /// The number of its next sampling session.
    pub next_sampler: u32,
}

impl SessionOptions {
    /// Adds a tag, by which sessions can be told apart in the service's console.
    #[must_use]
    pub fn tag(mut self, tag: impl Into<String>) -> Self {
        self.tags.push(tag.into());
        self
    }

    /// Notes something down about the session, at the server.
    #[must_use]
    pub fn metadata(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.metadata.insert(name.into(), value.into());
        self
    }

    /// The project it belongs to; needed where the default project may only be read.
    #[must_use]
    pub fn project(mut self, id: impl Into<String>) -> Self {
        self.project_id = Some(id.into());
        self
    }

    /// Who writes down every submission before it is sent.
    #[must_use]
    pub fn journal(mut self, journal: Arc<dyn Journal>) -> Self {
        self.journal = Some(journal);
        self
    }
}

#[derive(Serialize)]
struct Create<'a> {
    tags: &'a [String],
    user_metadata: &'a BTreeMap<String, String>,
    sdk_version: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    project_id: Option<&'a str>,
    r#type: &'static str,
}

#[derive(Deserialize)]
struct Created {
    session_id: String,
    info_message: Option<String>,
    warning_message: Option<String>,
    error_message: Option<String>,
}

impl Client {
    /// Begins a session. This costs nothing and makes no training run. What the server has to say goes to the client's
    /// [`Listener`](crate::Listener).
    ///
    /// # Errors
    /// As every request.
    pub async fn create_session(&self, options: SessionOptions) -> Result<Session> {
        let body = Create {
            tags: &options.tags,
            user_metadata: &options.metadata,
            sdk_version: &self.config().protocol_version,
            project_id: options.project_id.as_deref(),
            r#type: "create_session",
        };
        let created: Created = self.send(&self.post("/api/v1/create_session", &body)?).await?.json()?;
        self.notice(NoticeLevel::Info, created.info_message.as_deref());
        self.notice(NoticeLevel::Warning, created.warning_message.as_deref());
        self.notice(NoticeLevel::Error, created.error_message.as_deref());
        let state = SessionState { session_id: created.session_id, next_model: 0, next_sampler: 0 };
        Ok(self.attach_session(state, options.journal))
    }

    /// Takes up a session that was begun before, perhaps by another process. Sends nothing but signs of life; whether
    /// the session still lives shows in [`Session::life`].
    ///
    /// Must be called within a Tokio runtime.
    ///
    /// ```no_run
    /// # async fn example(client: idiolect_tinker::Client) -> idiolect_tinker::Result<()> {
    /// let state: idiolect_tinker::SessionState = serde_json::from_str(&std::fs::read_to_string("session.json").unwrap()).unwrap();
    /// let session = client.attach_session(state, None);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn attach_session(&self, state: SessionState, journal: Option<Arc<dyn Journal>>) -> Session {
        let heart = Heart::start(self, &state.session_id);
        let inner = Inner {
            client: self.clone(),
            id: state.session_id,
            journal,
            models: Lane::starting_at(state.next_model),
            samplers: tokio::sync::Mutex::new(state.next_sampler),
            heart,
        };
        Session { inner: Arc::new(inner) }
    }
}

impl std::fmt::Debug for SessionOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SessionOptions")
            .field("tags", &self.tags)
            .field("metadata", &self.metadata)
            .finish_non_exhaustive()
    }
}
