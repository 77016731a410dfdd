//! An error status from the server, with its body, and what the numbers mean here.

use serde_json::Value;
use std::time::Duration;

/// The server answered with an error status.
#[derive(Debug, Clone, thiserror::Error)]
#[error("The server answered {doing} with status {status}: {}", self.message())]
pub struct StatusError {
    /// The HTTP status.
    pub status: u16,
    /// The request: method and path.
    pub doing: String,
    /// The answer's body, at most 2000 characters, without secrets.
    pub body: String,
    /// How long the server asks to wait.
    pub retry_after: Option<Duration>,
    /// Whether the server says that a repetition makes sense.
    pub should_retry: Option<bool>,
}

/// What an error status means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StatusKind {
    /// 401: the key is wrong, or no longer valid.
    BadKey,
    /// 402: there is no way to pay, or no money left.
    Billing,
    /// 403: the key is right and this is not allowed to it. Some servers say this of wrong keys too.
    Forbidden,
    /// 404: there is no such thing.
    NotFound,
    /// 408: it took too long.
    TimedOut,
    /// 409: it clashes with what is there, or it is there already.
    Conflict,
    /// 410: it was there and is no more.
    Gone,
    /// 429: too many requests.
    TooMany,
    /// Any other 4xx: the request is at fault.
    Refused,
    /// 5xx: the server is at fault.
    Server,
    /// A status that makes no sense here.
    Unexpected,
}

impl StatusError {
    /// What the number means.
    #[must_use]
    pub fn kind(&self) -> StatusKind {
        match self.status {
            401 => StatusKind::BadKey,
            402 => StatusKind::Billing,
            403 => StatusKind::Forbidden,
            404 => StatusKind::NotFound,
            408 => StatusKind::TimedOut,
            409 => StatusKind::Conflict,
            410 => StatusKind::Gone,
            429 => StatusKind::TooMany,
            400..=499 => StatusKind::Refused,
            500..=599 => StatusKind::Server,
            _ => StatusKind::Unexpected,
        }
    }

    /// The server's own words, taken out of the body where it has one of the usual shapes.
    #[must_use]
    pub fn message(&self) -> String {
        let said = message_in(&self.body);
        if said.is_empty() { "it gave no reason".to_owned() } else { said }
    }

    /// Whether asking again later, unchanged, may help.
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        match self.should_retry {
            Some(says) => says,
            None => {
                matches!(self.kind(), StatusKind::TimedOut | StatusKind::TooMany | StatusKind::Server)
                    // Proxies on the way inject bare 400s.
                    || (self.status == 400 && self.body.is_empty())
            }
        }
    }
}

/// `{"detail": …}`, `{"error": …}`, `{"error": {"message": …}}`, `{"message": …}`, or the body itself.
pub(crate) fn message_in(body: &str) -> String {
    let Ok(json) = serde_json::from_str::<Value>(body) else { return body.trim().chars().take(300).collect() };
    let named =
        ["detail", "error", "message"].into_iter().find_map(|name| json.get(name).filter(|said| !said.is_null()));
    match named.unwrap_or(&json) {
        Value::String(text) => text.clone(),
        Value::Object(fields) => match fields.get("message") {
            Some(Value::String(text)) => text.clone(),
            _ => Value::Object(fields.clone()).to_string(),
        },
        // FastAPI's list of what is wrong with which field.
        Value::Array(faults) => faults.iter().map(fault).collect::<Vec<_>>().join("; "),
        other => other.to_string(),
    }
}

fn fault(fault: &Value) -> String {
    let place = fault.get("loc").and_then(Value::as_array).and_then(|path| path.last()).and_then(Value::as_str);
    match (place, fault.get("msg").and_then(Value::as_str)) {
        (Some(place), Some(said)) => format!("{place}: {said}"),
        (None, Some(said)) => said.to_owned(),
        _ => fault.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::message_in;

    #[test]
    fn the_servers_words_are_found() {
        for (body, said) in [
            (r#"{"detail":"Invalid API key"}"#, "Invalid API key"),
            (r#"{"error":"no","category":"user"}"#, "no"),
            (r#"{"error":{"message":"bad model","code":3}}"#, "bad model"),
            (
                r#"{"detail":[{"loc":["body","kind"],"msg":"Extra inputs are not permitted"}]}"#,
                "kind: Extra inputs are not permitted",
            ),
            ("Internal Server Error", "Internal Server Error"),
            ("", ""),
        ] {
            assert_eq!(message_in(body), said, "{body}");
        }
    }
}
