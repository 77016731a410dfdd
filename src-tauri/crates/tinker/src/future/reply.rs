//! What one answer to a poll means. Servers differ here more than anywhere else, so this is a function without I/O.

use super::RequestKind;
use super::waiting::{Failure, QueueState};
use crate::FailureCategory;
use crate::error::message_in;
use crate::http::Answer;
use crate::secret::scrub;
use serde::Deserialize;

/// What one answer to a poll means.
pub(crate) enum Reply {
    /// The result is in the answer.
    Result,
    /// Ask again; the server has held the question for as long as it wanted to.
    Again { state: QueueState, reason: Option<String> },
    /// The result is there and is sent when it is asked for as a whole.
    AskForAll,
    /// The server has given up on the request.
    Failed(Failure),
    /// It is paused until the account can be billed.
    Billing(String),
    /// The server is busy.
    Busy,
    /// The server, or a proxy before it, has trouble that may pass.
    Trouble,
    /// The server has forgotten the request.
    Gone,
    /// An error status that will not change.
    Refused,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Envelope {
    #[serde(rename = "type")]
    kind: Option<serde_json::Value>,
    status: Option<serde_json::Value>,
    queue_state: Option<String>,
    queue_state_reason: Option<String>,
    error: Option<serde_json::Value>,
    category: Option<String>,
}

/// Reads an answer to a poll for a request of this kind.
pub(crate) fn read(answer: &Answer, kind: RequestKind) -> Reply {
    match answer.status {
        200..=299 => success(answer, kind),
        408 => again(&envelope(answer)),
        402 => Reply::Billing(words(answer)),
        410 => Reply::Gone,
        429 => Reply::Busy,
        // A proxy's 400 comes without a body, or with a page; a server's with its reason.
        400 | 409 | 422 if has_reason(answer) => {
            Reply::Failed(Failure { category: FailureCategory::User, message: words(answer) })
        }
        400 | 500..=599 => Reply::Trouble,
        _ => Reply::Refused,
    }
}

/// Whether an answer of status 5xx gives a reason, as servers do that report a failed request by their status. Given
/// several times, the reason is believed.
pub(crate) fn reason(answer: &Answer) -> Option<String> {
    has_reason(answer).then(|| words(answer))
}

fn success(answer: &Answer, kind: RequestKind) -> Reply {
    if kind.is_protobuf() && !answer.is_json() {
        return Reply::Result;
    }
    let envelope = envelope(answer);
    let is =
        |field: &Option<serde_json::Value>, word: &str| field.as_ref().and_then(|value| value.as_str()) == Some(word);
    if is(&envelope.kind, "try_again") {
        return again(&envelope);
    }
    if is(&envelope.status, "complete_metadata") {
        return Reply::AskForAll;
    }
    if envelope.error.as_ref().is_some_and(|error| !error.is_null()) {
        let category = match envelope.category.as_deref() {
            Some("user") => FailureCategory::User,
            Some("server") => FailureCategory::Server,
            _ => FailureCategory::Unknown,
        };
        return Reply::Failed(Failure { category, message: words(answer) });
    }
    Reply::Result
}

fn again(envelope: &Envelope) -> Reply {
    let reason = envelope.queue_state_reason.as_deref().map(|reason| scrub(reason, &[]).chars().take(300).collect());
    Reply::Again { state: QueueState::from_wire(envelope.queue_state.as_deref()), reason }
}

fn envelope(answer: &Answer) -> Envelope {
    serde_json::from_slice(&answer.body).unwrap_or_default()
}

fn has_reason(answer: &Answer) -> bool {
    let body: Option<serde_json::Value> = serde_json::from_slice(&answer.body).ok();
    body.is_some_and(|body| ["detail", "error"].iter().any(|name| body.get(name).is_some_and(|said| !said.is_null())))
}

fn words(answer: &Answer) -> String {
    let secrets: Vec<&str> = answer.secrets.iter().map(crate::Secret::expose).collect();
    scrub(&message_in(&String::from_utf8_lossy(&answer.body)), &secrets).chars().take(1000).collect()
}
