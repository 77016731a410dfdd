//! An answer, whatever its status.

use crate::secret::scrub;
use crate::{Error, Result, StatusError};
use bytes::Bytes;
use reqwest::header::HeaderMap;
use serde::de::DeserializeOwned;
use std::time::Duration;

/// As much of a body as an error keeps.
const KEPT: usize = 2000;

/// An answer, whatever its status.
pub struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) doing: String,
    /// What is to be taken out of everything that is shown.
    pub(crate) secrets: Vec<crate::Secret>,
}

impl Answer {
    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Whether the body is in JSON: by its content type, or by its looks.
    pub(crate) fn is_json(&self) -> bool {
        self.header("content-type").map_or(self.body.first() == Some(&b'{'), |kind| kind.contains("json"))
    }

    /// The error status as an error.
    pub(crate) fn into_error(self) -> Error {
        StatusError {
            status: self.status,
            retry_after: self.retry_after(),
            should_retry: self.header("x-should-retry").and_then(|says| says.trim().parse().ok()),
            body: self.clean(&self.body, KEPT),
            doing: self.doing,
        }
        .into()
    }

    /// How long the server asks to wait. Dates are not understood; the usual pause is near enough.
    pub(crate) fn retry_after(&self) -> Option<Duration> {
        let number = |name| self.header(name).and_then(|value| value.trim().parse::<f64>().ok());
        let seconds = number("retry-after-ms").map(|ms| ms / 1000.0).or_else(|| number("retry-after"))?;
        Duration::try_from_secs_f64(seconds).ok()
    }

    /// Reads the body as JSON, whatever its content type says.
    pub(crate) fn json<T: DeserializeOwned>(&self) -> Result<T> {
        serde_json::from_slice(&self.body).map_err(|error| self.undecodable(error.to_string()))
    }

    /// The error for a body that is not what it should be.
    pub(crate) fn undecodable(&self, why: impl Into<String>) -> Error {
        let printable = std::str::from_utf8(&self.body).is_ok_and(|text| !text.contains('\0'));
        let excerpt = if printable {
            self.clean(&self.body, 200)
        } else {
            let bytes: Vec<String> = self.body.iter().take(32).map(|byte| format!("{byte:02x}")).collect();
            format!("{} ({} bytes)", bytes.join(" "), self.body.len())
        };
        let why = self.clean(why.into().as_bytes(), KEPT);
        Error::Decode { doing: self.doing.clone(), why, excerpt }
    }

    /// Whether this says that the server has no such endpoint, rather than no such thing behind it.
    pub(crate) fn is_not_offered(&self) -> bool {
        match self.status {
            405 | 501 => true,
            404 => match serde_json::from_slice::<serde_json::Value>(&self.body) {
                Ok(json) => matches!(json.get("detail").and_then(|detail| detail.as_str()), Some("Not Found")),
                Err(_) => true,
            },
            _ => false,
        }
    }

    fn clean(&self, bytes: &[u8], longest: usize) -> String {
        let secrets: Vec<&str> = self.secrets.iter().map(crate::Secret::expose).collect();
        // Cut after cleaning, so that no secret is cut in two and then not recognised; but not so late that an
        // enormous body is cleaned to its end.
        let some = &bytes[..bytes.len().min(longest * 8)];
        scrub(&String::from_utf8_lossy(some), &secrets).chars().take(longest).collect()
    }
}
