//! Sending requests that may be repeated without harm.

use super::Client;
use crate::auth::token_refused;
use crate::flags::Flags;
use crate::http::{Answer, Attempt, Credential, Request};
use crate::key::BoxFuture;
use crate::listener::{Notice, NoticeLevel};
use crate::{Error, Result, Secret};
use std::sync::PoisonError;
use std::time::Duration;

impl Client {
    /// Sends, repeating what may help, and gives the answer of a success.
    pub(crate) async fn send(&self, request: &Request) -> Result<Answer> {
        let mut retry = 0;
        loop {
            let attempt = self.once(request).await;
            if let Some(answer) = self.judged(attempt, &mut retry, self.config().pace.other_retries).await? {
                return Ok(answer);
            }
        }
    }

    /// The same for an endpoint that not every server has: nothing where this one has not.
    pub(crate) async fn send_if_offered(&self, request: &Request) -> Result<Option<Answer>> {
        let mut retry = 0;
        loop {
            let attempt = self.once(request).await;
            if matches!(&attempt, Attempt::Answered(answer) if answer.is_not_offered()) {
                return Ok(None);
            }
            if let Some(answer) = self.judged(attempt, &mut retry, self.config().pace.other_retries).await? {
                return Ok(Some(answer));
            }
        }
    }

    /// A success, an error that is final, or nothing after a pause.
    async fn judged(&self, attempt: Attempt, retry: &mut u32, retries: u32) -> Result<Option<Answer>> {
        let (error, asked) = match attempt.answered() {
            Ok(answer) if answer.is_success() => return Ok(Some(answer)),
            Ok(answer) => {
                let asked = answer.retry_after();
                (answer.into_error(), asked)
            }
            Err(error) => (error, None),
        };
        if *retry >= retries || !error.is_temporary() {
            return Err(error);
        }
        tokio::time::sleep(self.config().pace.pause(*retry, asked)).await;
        *retry += 1;
        Ok(None)
    }

    /// One attempt with the right credential; a token the server no longer takes is renewed once.
    pub(crate) async fn once(&self, request: &Request) -> Attempt {
        for last in [false, true] {
            let credential = match self.credential(request.credential).await {
                Ok(credential) => credential,
                Err(error) => return Attempt::NotSent(error),
            };
            let attempt = self.inner.wire.attempt(request, &credential).await;
            match &attempt {
                Attempt::Answered(answer) if !last && self.renews(request, answer) => {
                    self.inner.auth.refused(&credential);
                }
                Attempt::Answered(answer) => {
                    self.pass_on_notices(answer);
                    return attempt;
                }
                _ => return attempt,
            }
        }
        Attempt::NotSent(Error::NoKey("the server takes no token".to_owned()))
    }

    fn renews(&self, request: &Request, answer: &Answer) -> bool {
        request.credential == Credential::Usual && token_refused(answer)
    }

    pub(crate) async fn credential(&self, wanted: Credential) -> Result<Secret> {
        if wanted == Credential::Usual && self.flags_boxed().await?.token_exchange {
            return self.inner.auth.token(&self.inner.wire, self.config().timeouts.answer).await;
        }
        self.inner.auth.key().await
    }

    /// Boxed, because asking for the flags sends a request, which asks for its credential.
    fn flags_boxed(&self) -> BoxFuture<'_, Result<&Flags>> {
        Box::pin(self.flags())
    }

    pub(crate) fn get(&self, path: impl Into<String>) -> Request {
        Request::get(path, self.config().timeouts.answer)
    }

    pub(crate) fn post(&self, path: impl Into<String>, json: &impl serde::Serialize) -> Result<Request> {
        Request::post(path, json, self.config().timeouts.answer)
    }

    /// Waits, and says so.
    pub(crate) async fn pause(&self, waiting: &crate::Waiting, pause: Duration) {
        self.config().listener.waiting(waiting);
        tokio::time::sleep(pause).await;
    }

    pub(crate) fn notice(&self, level: NoticeLevel, text: Option<&str>) {
        if let Some(text) = text.filter(|text| !text.trim().is_empty()) {
            let text = crate::secret::scrub(text, &[]);
            self.config().listener.notice(&Notice { level, text });
        }
    }

    fn pass_on_notices(&self, answer: &Answer) {
        let level = match answer.header("x-deprecation-level") {
            Some("error") => NoticeLevel::Error,
            _ => NoticeLevel::Warning,
        };
        let Some(note) = answer.header("x-deprecation-note") else { return };
        let is_new = self.inner.notes.lock().unwrap_or_else(PoisonError::into_inner).insert(note.to_owned());
        if is_new {
            self.notice(level, Some(note));
        }
    }
}
