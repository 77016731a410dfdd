//! Asking a blog for something, politely and with care: we say who we are, wait a bounded time, take a bounded
//! amount, follow few redirects, and never let an address from outside lead into the author's own network.

mod error;
mod guard;
mod pace;

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use reqwest::header::{
    ACCEPT, CONTENT_TYPE, DATE, ETAG, HeaderMap, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED, LOCATION, RETRY_AFTER,
};
use reqwest::{Client, Response, StatusCode};
use tokio_util::sync::CancellationToken;
use url::Url;

pub use error::FetchError;
pub use pace::Manners;

/// The most redirects that are followed.
const MAX_REDIRECTS: usize = 5;

/// How often a busy server is asked in all.
const ATTEMPTS: u32 = 4;
/// How long the second attempt waits where the server names no time; doubled for each later one.
const FIRST_PAUSE: Duration = Duration::from_secs(2);
/// A server that wants a longer pause is left for another day.
pub const LONGEST_WAIT: Duration = Duration::from_secs(300);

/// A feed is at most this large, in bytes.
pub const LARGEST_FEED: u64 = 50 * 1024 * 1024;

/// What is asked for; it decides how much is accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A feed: at most 50 MB.
    Feed,
    /// A web page, sitemap or similar: at most 10 MB.
    Page,
}

impl Kind {
    fn max_bytes(self) -> u64 {
        match self {
            Kind::Feed => LARGEST_FEED,
            Kind::Page => 10 * 1024 * 1024,
        }
    }

    fn accept(self) -> &'static str {
        match self {
            Kind::Feed => {
                "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, */*;q=0.8"
            }
            Kind::Page => "text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.8",
        }
    }
}

/// What a server said about the state of a document, to be sent back exactly as it was received.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Validators {
    /// The `ETag` header.
    pub etag: Option<String>,
    /// The `Last-Modified` header.
    pub last_modified: Option<String>,
}

/// A document that arrived whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// Where it was found, after redirects.
    pub final_url: String,
    /// What the server says it is.
    pub content_type: Option<String>,
    /// The document.
    pub body: Vec<u8>,
    /// For the next request, verbatim.
    pub etag: Option<String>,
    /// For the next request, verbatim.
    pub last_modified: Option<String>,
    /// How many items there are in all, where a list is sent page by page (WordPress' `X-WP-Total`).
    pub total: Option<u32>,
}

impl Fetched {
    /// What to send with the next request for the same document.
    pub fn validators(&self) -> Validators {
        Validators { etag: self.etag.clone(), last_modified: self.last_modified.clone() }
    }

    /// The body as text: UTF-8, or the Western encoding of old pages when it is not.
    pub fn text(&self) -> String {
        match std::str::from_utf8(&self.body) {
            Ok(text) => text.to_owned(),
            Err(_) if self.content_type.as_deref().is_some_and(is_western) => {
                self.body.iter().map(|byte| char::from(*byte)).collect()
            }
            Err(_) => String::from_utf8_lossy(&self.body).into_owned(),
        }
    }
}

fn is_western(content_type: &str) -> bool {
    let lower = content_type.to_ascii_lowercase();
    lower.contains("8859-1") || lower.contains("windows-1252")
}

/// The answer to a request that carried validators.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The document, new or again.
    Fetched(Fetched),
    /// The server says that it is what we have.
    NotModified,
}

/// How long to wait.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// For a connection.
    pub connect: Duration,
    /// For the next piece of an answer.
    pub read: Duration,
    /// For a whole answer.
    pub total: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { connect: Duration::from_secs(10), read: Duration::from_secs(20), total: Duration::from_secs(120) }
    }
}

/// Fetches for one blog. Made from the address the author typed: only that host may lie in a private network.
#[derive(Clone)]
pub struct Fetcher {
    client: Client,
    guard: Arc<guard::Guard>,
    cancel: CancellationToken,
    manners: Manners,
}

impl Fetcher {
    /// A fetcher for the blog at this address, which stops when `cancel` fires.
    ///
    /// # Errors
    /// When the system's certificates cannot be used.
    pub fn new(typed: &Url, cancel: CancellationToken, manners: &Manners) -> Result<Self, FetchError> {
        let patience = manners.patience;
        let guard = Arc::new(guard::Guard::trusting(typed));
        let client = Client::builder()
            .user_agent(concat!("Idiolect/", env!("CARGO_PKG_VERSION"), " (+blog import)"))
            // Every hop is judged here before it is followed.
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(patience.connect)
            .read_timeout(patience.read)
            .dns_resolver(Arc::clone(&guard))
            .build()
            .map_err(|error| FetchError::no_answer(typed, &error))?;
        Ok(Self { client, guard, cancel, manners: manners.clone() })
    }

    /// Fetches a document.
    pub async fn get(&self, url: &Url, kind: Kind) -> Result<Fetched, FetchError> {
        match self.get_if_changed(url, kind, &Validators::default()).await? {
            Answer::Fetched(fetched) => Ok(fetched),
            // Nobody asked for this answer; treat it as the refusal it is.
            Answer::NotModified => Err(FetchError::Status { host: host_of(url), status: 304, retry_after_s: None }),
        }
    }

    /// Fetches a document unless the server says that it has not changed. Many servers ignore the question and
    /// send everything again, so whoever asks still has to compare.
    pub async fn get_if_changed(&self, url: &Url, kind: Kind, known: &Validators) -> Result<Answer, FetchError> {
        let work = tokio::time::timeout(self.manners.patience.total, self.follow(url, kind, known));
        tokio::select! {
            biased;
            () = self.cancel.cancelled() => Err(FetchError::Cancelled),
            answer = work => answer.unwrap_or_else(|_| Err(FetchError::NoAnswer {
                host: host_of(url),
                why: "it took too long to send its answer",
            })),
        }
    }

    /// The same, asking again where the server is busy: after as long as it says, or a little longer each time.
    ///
    /// # Errors
    /// The last answer, when it stays busy, wants a longer wait than [`LONGEST_WAIT`], or says something else.
    pub async fn get_in_time(&self, url: &Url, kind: Kind) -> Result<Fetched, FetchError> {
        let mut pause = FIRST_PAUSE;
        for _ in 1..ATTEMPTS {
            let error = match self.get(url, kind).await {
                Err(error) if error.is_temporary() => error,
                other => return other,
            };
            let wait = error.retry_after().unwrap_or(pause);
            if wait > LONGEST_WAIT {
                return Err(error);
            }
            tokio::select! {
                () = self.cancel.cancelled() => return Err(FetchError::Cancelled),
                () = tokio::time::sleep(wait) => {}
            }
            pause *= 2;
        }
        self.get(url, kind).await
    }

    async fn follow(&self, url: &Url, kind: Kind, known: &Validators) -> Result<Answer, FetchError> {
        let mut at = url.clone();
        for _ in 0..=MAX_REDIRECTS {
            self.guard.check(&at)?;
            self.manners.turn().await;
            let response = self.send(&at, kind, known).await?;
            let status = response.status();
            if status == StatusCode::NOT_MODIFIED {
                return Ok(Answer::NotModified);
            }
            if status.is_redirection() {
                at = next_hop(&at, response.headers())?;
                continue;
            }
            if !status.is_success() {
                return Err(FetchError::Status {
                    host: host_of(&at),
                    status: status.as_u16(),
                    retry_after_s: retry_after_s(response.headers()),
                });
            }
            return receive(response, &at, kind).await.map(Answer::Fetched);
        }
        Err(FetchError::RefusedRedirect {
            host: host_of(url),
            why: "sends us from one address to the next without end",
        })
    }

    async fn send(&self, url: &Url, kind: Kind, known: &Validators) -> Result<Response, FetchError> {
        let mut request = self.client.get(url.clone()).header(ACCEPT, kind.accept());
        if let Some(etag) = &known.etag {
            request = request.header(IF_NONE_MATCH, etag);
        }
        if let Some(date) = &known.last_modified {
            request = request.header(IF_MODIFIED_SINCE, date);
        }
        request.send().await.map_err(|error| self.guard.explain(url, &error))
    }
}

/// Where a redirect leads, if we may go there.
fn next_hop(from: &Url, headers: &HeaderMap) -> Result<Url, FetchError> {
    let refused = |why| FetchError::RefusedRedirect { host: host_of(from), why };
    let location = header(headers, LOCATION).ok_or_else(|| refused("sends us on without saying where to"))?;
    let next = from.join(&location).map_err(|_| refused("sends us to an address that cannot be read"))?;
    if !matches!(next.scheme(), "http" | "https") {
        return Err(refused("sends us to something that is not a web address"));
    }
    if from.scheme() == "https" && next.scheme() == "http" {
        return Err(refused("sends us from a protected connection to an unprotected one"));
    }
    Ok(next)
}

/// Takes the body piece by piece, and stops at the limit whatever the headers promised.
async fn receive(response: Response, url: &Url, kind: Kind) -> Result<Fetched, FetchError> {
    let limit = kind.max_bytes();
    let too_large =
        || FetchError::TooLarge { host: host_of(url), limit_mb: u32::try_from(limit >> 20).unwrap_or(u32::MAX) };
    if response.content_length().is_some_and(|length| length > limit) {
        return Err(too_large());
    }
    let headers = response.headers();
    let (content_type, etag, last_modified) =
        (header(headers, CONTENT_TYPE), header(headers, ETAG), header(headers, LAST_MODIFIED));
    let total = headers.get("x-wp-total").and_then(|value| value.to_str().ok()?.trim().parse().ok());
    let mut body = Vec::new();
    let mut pieces = response.bytes_stream();
    while let Some(piece) = pieces.next().await {
        let piece = piece.map_err(|error| FetchError::no_answer(url, &error))?;
        if body.len() as u64 + piece.len() as u64 > limit {
            return Err(too_large());
        }
        body.extend_from_slice(&piece);
    }
    Ok(Fetched { final_url: url.to_string(), content_type, body, etag, last_modified, total })
}

/// `Retry-After` in seconds; a date is read against the server's own clock.
fn retry_after_s(headers: &HeaderMap) -> Option<u32> {
    let text = header(headers, RETRY_AFTER)?;
    let date = |text: &str| chrono::DateTime::parse_from_rfc2822(text.trim()).ok();
    text.trim().parse().ok().or_else(|| {
        let wait = date(&text)? - date(&header(headers, DATE)?)?;
        u32::try_from(wait.num_seconds().max(0)).ok()
    })
}

fn header(headers: &HeaderMap, name: reqwest::header::HeaderName) -> Option<String> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

/// The host of an address, as a person would name it: with the port when there is one.
pub(crate) fn host_of(url: &Url) -> String {
    let host = url.host_str().unwrap_or("this address");
    match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}

#[cfg(test)]
mod tests;
