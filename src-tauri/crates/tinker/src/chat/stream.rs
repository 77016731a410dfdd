//! A chat model's answer, as it comes.

use super::sse::Events;
use crate::error::message_in;
use crate::secret::scrub;
use crate::{Error, FailureCategory, Result, Secret, TransportError, TransportKind};
use reqwest::Response;
use serde::Deserialize;

/// A chat model's answer, as it comes. Dropping it ends the request.
pub struct ChatStream {
    /// Nothing once it has ended.
    response: Option<Response>,
    events: Events,
    doing: String,
    key: Secret,
    /// A server that does not stream sends everything at once.
    whole: bool,
    finished: bool,
}

/// A piece of an answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChatDelta {
    /// The text that is new; may be empty.
    pub text: String,
    /// Why the answer ended, in its last piece: `stop`, `length`, …
    pub finish_reason: Option<String>,
    /// What it took, where the server says it.
    pub usage: Option<ChatUsage>,
}

/// What an answer took.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct ChatUsage {
    /// Tokens of the conversation.
    pub prompt_tokens: u64,
    /// Tokens of the answer.
    pub completion_tokens: u64,
}

#[derive(Deserialize)]
struct Chunk {
    #[serde(default)]
    choices: Vec<Choice>,
    #[serde(default)]
    usage: Option<ChatUsage>,
}

#[derive(Deserialize)]
struct Choice {
    #[serde(default, alias = "message")]
    delta: Option<Content>,
    #[serde(default)]
    finish_reason: Option<String>,
}

#[derive(Deserialize)]
struct Content {
    #[serde(default)]
    content: Option<String>,
}

impl ChatStream {
    pub(super) fn new(response: Response, doing: String, key: Secret) -> Self {
        let kind = response.headers().get("content-type").and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let whole = kind.contains("json");
        Self { response: Some(response), events: Events::default(), doing, key, whole, finished: false }
    }

    /// The next piece; nothing when the answer has ended. It can be dropped and called again without losing anything.
    ///
    /// # Errors
    /// [`Error::Transport`] when the connection broke or the answer ended in the middle, [`Error::Failed`] when the
    /// server reports a failure in its middle.
    pub async fn next(&mut self) -> Result<Option<ChatDelta>> {
        loop {
            if let Some(delta) = self.ready()? {
                return Ok(Some(delta));
            }
            let Some(response) = &mut self.response else { return Ok(None) };
            match response.chunk().await {
                Ok(Some(bytes)) => {
                    if !self.events.push(&bytes) {
                        return Err(self.broken(TransportKind::TooLarge, "one piece of it is larger than a megabyte"));
                    }
                }
                Ok(None) => return self.end(),
                Err(error) => {
                    self.response = None;
                    return Err(TransportError::new(&self.doing, error, &[self.key.expose()]).into());
                }
            }
        }
    }

    /// The rest of the answer in one piece.
    ///
    /// ```no_run
    /// # async fn example(client: idiolect_tinker::Client) -> idiolect_tinker::Result<()> {
    /// let request = idiolect_tinker::ChatRequest::new("Qwen/Qwen3-8B").user("Hello");
    /// println!("{}", client.chat(&request).await?.collect().await?.text);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`ChatStream::next`].
    pub async fn collect(mut self) -> Result<ChatDelta> {
        let mut all = ChatDelta::default();
        while let Some(delta) = self.next().await? {
            all.text.push_str(&delta.text);
            all.finish_reason = delta.finish_reason.or(all.finish_reason);
            all.usage = delta.usage.or(all.usage);
        }
        Ok(all)
    }

    fn ready(&mut self) -> Result<Option<ChatDelta>> {
        while !self.whole {
            let Some(event) = self.events.next() else { break };
            if event == "[DONE]" {
                self.finished = true;
                self.response = None;
                return Ok(None);
            }
            if let Some(delta) = self.read(&event)? {
                return Ok(Some(delta));
            }
        }
        Ok(None)
    }

    /// The connection is at its end: by then everything must have come.
    fn end(&mut self) -> Result<Option<ChatDelta>> {
        self.response = None;
        let rest = if self.whole { self.events.everything() } else { self.events.rest() };
        let delta = match rest.filter(|rest| rest != "[DONE]" && !rest.trim().is_empty()) {
            Some(rest) => self.read(&rest)?,
            None => None,
        };
        if self.finished {
            return Ok(delta);
        }
        Err(self.broken(TransportKind::Broken, "the answer ended in the middle"))
    }

    fn read(&mut self, event: &str) -> Result<Option<ChatDelta>> {
        let json: serde_json::Value = serde_json::from_str(event).map_err(|error| self.undecodable(event, &error))?;
        if json.get("error").is_some_and(|error| !error.is_null()) {
            self.response = None;
            let message = scrub(&message_in(event), &[self.key.expose()]);
            return Err(Error::Failed { request_id: String::new(), category: FailureCategory::Unknown, message });
        }
        let chunk: Chunk = serde_json::from_value(json).map_err(|error| self.undecodable(event, &error))?;
        let choice = chunk.choices.into_iter().next();
        let finish_reason = choice.as_ref().and_then(|choice| choice.finish_reason.clone());
        self.finished |= finish_reason.is_some();
        let text = choice.and_then(|choice| choice.delta?.content).unwrap_or_default();
        let delta = ChatDelta { text, finish_reason, usage: chunk.usage };
        Ok((delta != ChatDelta::default()).then_some(delta))
    }

    fn undecodable(&self, event: &str, error: &serde_json::Error) -> Error {
        let excerpt = scrub(event, &[self.key.expose()]).chars().take(200).collect();
        Error::Decode { doing: self.doing.clone(), why: error.to_string(), excerpt }
    }

    fn broken(&mut self, kind: TransportKind, detail: &str) -> Error {
        self.response = None;
        TransportError { kind, doing: self.doing.clone(), detail: detail.to_owned() }.into()
    }
}

impl std::fmt::Debug for ChatStream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ChatStream").field("finished", &self.finished).finish_non_exhaustive()
    }
}
