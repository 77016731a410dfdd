//! What is asked of a chat model.

use crate::{Error, Result};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What is asked of a chat model.
///
/// ```
/// use idiolect_tinker::ChatRequest;
///
/// let request = ChatRequest::new("Qwen/Qwen3-8B")
///     .system("You write like the author of these posts.")
///     .user("A post about rain.")
///     .temperature(0.7)
///     .stop("\n\n\n");
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct ChatRequest {
    model: String,
    messages: Vec<ChatMessage>,
    settings: Map<String, Value>,
    stop: Vec<String>,
}

/// One message of a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChatMessage {
    /// Whose it is.
    pub role: ChatRole,
    /// Its text.
    pub content: String,
}

/// Whose message it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ChatRole {
    /// Instructions.
    System,
    /// The person's.
    User,
    /// The model's.
    Assistant,
}

impl ChatRequest {
    /// An empty conversation with a model: a base model's name, the path of weights that were saved for sampling, or
    /// both with a semicolon between them.
    pub fn new(model: impl Into<String>) -> Self {
        Self { model: model.into(), messages: Vec::new(), settings: Map::new(), stop: Vec::new() }
    }

    /// Adds a message.
    #[must_use]
    pub fn message(mut self, role: ChatRole, content: impl Into<String>) -> Self {
        self.messages.push(ChatMessage { role, content: content.into() });
        self
    }

    /// Adds instructions.
    #[must_use]
    pub fn system(self, content: impl Into<String>) -> Self {
        self.message(ChatRole::System, content)
    }

    /// Adds a message of the person's.
    #[must_use]
    pub fn user(self, content: impl Into<String>) -> Self {
        self.message(ChatRole::User, content)
    }

    /// At most this many tokens.
    #[must_use]
    pub fn max_tokens(self, tokens: u32) -> Self {
        self.setting("max_tokens", tokens)
    }

    /// 0 always takes the likeliest token.
    #[must_use]
    pub fn temperature(self, temperature: f64) -> Self {
        self.setting("temperature", temperature)
    }

    /// Only the likeliest tokens that together reach this probability.
    #[must_use]
    pub fn top_p(self, probability: f64) -> Self {
        self.setting("top_p", probability)
    }

    /// Where chance begins.
    #[must_use]
    pub fn seed(self, seed: u64) -> Self {
        self.setting("seed", seed)
    }

    /// Adds a text at which the answer ends.
    #[must_use]
    pub fn stop(mut self, text: impl Into<String>) -> Self {
        self.stop.push(text.into());
        self
    }

    /// Any other setting of OpenAI's protocol, such as `reasoning_effort`.
    #[must_use]
    pub fn setting(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.settings.insert(name.into(), value.into());
        self
    }

    pub(super) fn check(&self) -> Result<()> {
        if self.model.is_empty() || self.messages.is_empty() {
            return Err(Error::invalid("A chat needs a model and at least one message."));
        }
        Ok(())
    }

    pub(super) fn body(&self) -> Value {
        let mut body = self.settings.clone();
        body.insert("model".to_owned(), self.model.as_str().into());
        body.insert("messages".to_owned(), serde_json::json!(self.messages));
        body.insert("stream".to_owned(), true.into());
        if !self.stop.is_empty() {
            body.insert("stop".to_owned(), self.stop.clone().into());
        }
        body.into()
    }
}
