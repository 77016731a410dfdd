//! What the server tells its clients about itself when they introduce themselves.

use serde::Deserialize;
use std::time::Duration;

/// The server's settings for clients. Everything is optional; what is missing has the protocol's default, and what is
/// not known is ignored.
///
/// ```
/// let flags: idiolect_tinker::Flags = serde_json::from_str(r#"{"proto_compress_fwdbwd": true, "newer": 1}"#).unwrap();
/// assert!(flags.compress && flags.max_datums == 1024);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Flags {
    /// Whether the key is exchanged for a token that is valid for a while.
    #[serde(rename = "pjwt_auth_enabled")]
    pub token_exchange: bool,
    /// Whether training data is sent compressed.
    #[serde(rename = "proto_compress_fwdbwd")]
    pub compress: bool,
    /// Sequences in one request, at most.
    #[serde(rename = "fwdbwd_max_chunk_len")]
    pub max_datums: usize,
    /// Bytes of training data in one request, at most.
    #[serde(rename = "fwdbwd_max_chunk_bytes_count")]
    pub max_bytes: usize,
    /// Seconds to wait for an unpaid bill before giving up.
    #[serde(rename = "billing_exception_max_pause_duration_sec")]
    pub billing_pause_s: u64,
}

impl Default for Flags {
    fn default() -> Self {
        Self { token_exchange: false, compress: false, max_datums: 1024, max_bytes: 5_000_000, billing_pause_s: 3600 }
    }
}

impl Flags {
    pub(crate) fn billing_patience(&self) -> Duration {
        Duration::from_secs(self.billing_pause_s)
    }
}
