//! Requests and answers, without any knowledge of what they mean: one attempt, no repetition.

mod answer;
mod wire;

pub(crate) use answer::Answer;
pub(crate) use wire::{Attempt, Wire, read};

use crate::{Error, Result};
use bytes::Bytes;
use reqwest::Method;
use std::time::Duration;

/// The content type of protobuf bodies.
pub(crate) const PROTOBUF: &str = "application/x-protobuf";
const JSON: &str = "application/json";

/// One request, ready to be sent any number of times; the idempotency key stays the same.
#[derive(Clone)]
pub(crate) struct Request {
    pub method: Method,
    /// From the base address on, with its query.
    pub path: String,
    pub body: Option<Body>,
    pub accept: &'static str,
    pub timeout: Duration,
    /// On everything but GET.
    pub idempotency_key: Option<String>,
    pub headers: Vec<(&'static str, String)>,
    /// How the key is shown.
    pub credential: Credential,
}

/// Which credential a request carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Credential {
    /// The session token where the server hands them out, else the key.
    Usual,
    /// The key itself.
    Key,
    /// The key itself, the way OpenAI's clients show it.
    Bearer,
}

#[derive(Clone)]
pub(crate) struct Body {
    pub bytes: Bytes,
    pub content_type: &'static str,
    pub encoding: Option<&'static str>,
}

impl Request {
    pub(crate) fn get(path: impl Into<String>, timeout: Duration) -> Self {
        Self::new(Method::GET, path.into(), None, timeout)
    }

    pub(crate) fn delete(path: impl Into<String>, timeout: Duration) -> Self {
        Self::new(Method::DELETE, path.into(), None, timeout)
    }

    pub(crate) fn post(path: impl Into<String>, json: &impl serde::Serialize, timeout: Duration) -> Result<Self> {
        Ok(Self::new(Method::POST, path.into(), Some(json_body(json)?), timeout))
    }

    pub(crate) fn put(path: impl Into<String>, json: &impl serde::Serialize, timeout: Duration) -> Result<Self> {
        Ok(Self::new(Method::PUT, path.into(), Some(json_body(json)?), timeout))
    }

    pub(crate) fn post_bytes(path: impl Into<String>, body: Body, timeout: Duration) -> Self {
        Self::new(Method::POST, path.into(), Some(body), timeout)
    }

    fn new(method: Method, path: String, body: Option<Body>, timeout: Duration) -> Self {
        let changes = method != Method::GET;
        let idempotency_key = changes.then(|| format!("idiolect-tinker-{:032x}", fastrand::u128(..)));
        let (headers, credential) = (Vec::new(), Credential::Usual);
        Self { method, path, body, accept: JSON, timeout, idempotency_key, headers, credential }
    }

    pub(crate) fn with_credential(mut self, credential: Credential) -> Self {
        self.credential = credential;
        self
    }

    pub(crate) fn accepting(mut self, accept: &'static str) -> Self {
        self.accept = accept;
        self
    }

    /// Method and path, for error messages.
    pub(crate) fn doing(&self) -> String {
        let path = self.path.split('?').next().unwrap_or_default();
        format!("{} {path}", self.method)
    }
}

fn json_body(json: &impl serde::Serialize) -> Result<Body> {
    let bytes =
        serde_json::to_vec(json).map_err(|error| Error::invalid(format!("The request has no JSON form: {error}.")))?;
    Ok(Body { bytes: bytes.into(), content_type: JSON, encoding: None })
}

/// One segment of a path, encoded. The colons of the service's ids stay as they are.
pub(crate) fn segment(text: &str) -> Result<String> {
    if matches!(text, "" | "." | "..") {
        return Err(Error::invalid(format!("\"{text}\" cannot be part of an address.")));
    }
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~:@".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    Ok(out)
}

/// A query, with the values that are there.
pub(crate) fn query(pairs: &[(&str, Option<String>)]) -> Result<String> {
    let mut out = String::new();
    for (name, value) in pairs {
        let Some(value) = value.as_deref() else { continue };
        out.push(if out.is_empty() { '?' } else { '&' });
        out.push_str(name);
        out.push('=');
        out.push_str(&segment(value)?);
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_survive_and_tricks_do_not() {
        assert_eq!(segment("0d1e-aa:train:0").unwrap(), "0d1e-aa:train:0");
        assert_eq!(segment("a/b?c#d%").unwrap(), "a%2Fb%3Fc%23d%25");
        assert!(segment("..").is_err());
        let pairs = [("limit", Some("5".to_owned())), ("scope", None), ("from", Some("a b".to_owned()))];
        assert_eq!(query(&pairs).unwrap(), "?limit=5&from=a%20b");
    }
}
