//! The chat endpoint that speaks OpenAI's protocol: text in, text out. The server applies the base model's template, so
//! no tokenizer is needed here.
//!
//! The plain completions endpoint is left out on purpose: it is known to answer with the base model for adapters.

mod request;
mod sse;
mod stream;

pub use request::{ChatMessage, ChatRequest, ChatRole};
pub use stream::{ChatDelta, ChatStream, ChatUsage};

use crate::error::StatusKind;
use crate::http::{Attempt, Credential, Request, read};
use crate::{Client, Error, Result};

const PATH: &str = "/oai/api/v1/chat/completions";

impl Client {
    /// Asks for an answer, piece by piece. Dropping the stream ends the request.
    ///
    /// It is repeated only where the server has certainly not begun, for answers are paid by the token.
    ///
    /// ```no_run
    /// # async fn example(client: idiolect_tinker::Client) -> idiolect_tinker::Result<()> {
    /// use idiolect_tinker::ChatRequest;
    ///
    /// let request = ChatRequest::new("tinker://0d1e:train:0/sampler_weights/final").user("Write a post").max_tokens(500);
    /// let mut answer = client.chat(&request).await?;
    /// while let Some(delta) = answer.next().await? {
    ///     print!("{}", delta.text);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::Invalid`] for a request without messages, and as every request. A server that does not know the weights
    /// answers 404.
    pub async fn chat(&self, request: &ChatRequest) -> Result<ChatStream> {
        request.check()?;
        let post = Request::post(PATH, &request.body(), self.config().timeouts.answer)?
            .with_credential(Credential::Bearer)
            .accepting("text/event-stream, application/json");
        let mut retry = 0;
        loop {
            let error = match self.begin_chat(&post).await {
                Ok(stream) => return Ok(stream),
                Err(error) => error,
            };
            if retry >= self.config().pace.other_retries || !has_not_begun(&error) {
                return Err(error);
            }
            let asked = error.status().and_then(|status| status.retry_after);
            tokio::time::sleep(self.config().pace.pause(retry, asked)).await;
            retry += 1;
        }
    }

    async fn begin_chat(&self, request: &Request) -> Result<ChatStream> {
        let key = self.credential(request.credential).await?;
        let response = match self.inner.wire.open(request, &key, None).await {
            Ok(response) => response,
            Err(attempt) => return Err(attempt.answered().map_or_else(|error| error, crate::http::Answer::into_error)),
        };
        if response.status().is_success() {
            return Ok(ChatStream::new(response, request.doing(), key));
        }
        match read(response, request, vec![key]).await {
            Attempt::Answered(answer) => Err(answer.into_error()),
            other => other.answered().and_then(|answer| Err(answer.into_error())),
        }
    }
}

fn has_not_begun(error: &Error) -> bool {
    match error {
        Error::Transport(error) => !error.may_have_arrived(),
        Error::Status(status) => status.kind() == StatusKind::TooMany || status.status == 503,
        _ => false,
    }
}
