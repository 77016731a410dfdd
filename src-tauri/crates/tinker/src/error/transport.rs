//! What goes wrong between here and the server.

/// The server was not reached, or its answer did not arrive.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{doing} {}: {detail}", self.kind.words())]
pub struct TransportError {
    /// How far it got.
    pub kind: TransportKind,
    /// The request: method and path.
    pub doing: String,
    /// The network library's words, without secrets.
    pub detail: String,
}

/// How far a request got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransportKind {
    /// No connection was made, so nothing was sent: no network, a wrong address, a certificate that is not trusted.
    Connect,
    /// The answer did not come in time. The server may have taken the request.
    TimedOut,
    /// The connection broke. The server may have taken the request.
    Broken,
    /// The answer is larger than anything this service sends.
    TooLarge,
}

impl TransportKind {
    fn words(self) -> &'static str {
        match self {
            Self::Connect => "did not reach the server",
            Self::TimedOut => "got no answer in time",
            Self::Broken => "lost the connection",
            Self::TooLarge => "got an answer of unreasonable size",
        }
    }
}

impl TransportError {
    pub(crate) fn new(doing: &str, error: reqwest::Error, known: &[&str]) -> Self {
        let kind = if error.is_connect() || error.is_builder() {
            TransportKind::Connect
        } else if error.is_timeout() {
            TransportKind::TimedOut
        } else {
            TransportKind::Broken
        };
        // The address may be a signed one.
        let error = error.without_url();
        let mut detail = error.to_string();
        let mut source = std::error::Error::source(&error);
        while let Some(cause) = source {
            let said = cause.to_string();
            if !detail.contains(&said) {
                detail.push_str(": ");
                detail.push_str(&said);
            }
            source = cause.source();
        }
        Self { kind, doing: doing.to_owned(), detail: crate::secret::scrub(&detail, known) }
    }

    /// Whether the server can have seen the request.
    #[must_use]
    pub fn may_have_arrived(&self) -> bool {
        self.kind != TransportKind::Connect
    }
}
