//! The connection to the API's host, and the separate one to storage hosts, which never carries a key.

use super::{Answer, Request};
use crate::config::Proxy;
use crate::{Config, Error, Result, Secret, TransportError, TransportKind};
use bytes::BytesMut;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, HeaderName, HeaderValue};
use reqwest::redirect::Policy;
use std::time::Duration;

/// Servers close connections that have been idle for a while, many after five seconds. A request that meets the closing
/// is lost without a word; where that leaves a submission in doubt, connections are given up before the server does.
const IDLE: Duration = Duration::from_secs(4);
/// No answer of the API is larger.
const LARGEST_ANSWER: usize = 512 << 20;

/// How one attempt ended.
pub(crate) enum Attempt {
    /// The server answered, with whatever status.
    Answered(Answer),
    /// Nothing reached the server.
    NotSent(Error),
    /// The server may have taken it.
    Lost(TransportError),
}

impl Attempt {
    /// For requests that may be asked twice without harm.
    pub(crate) fn answered(self) -> Result<Answer> {
        match self {
            Self::Answered(answer) => Ok(answer),
            Self::NotSent(error) => Err(error),
            Self::Lost(error) => Err(error.into()),
        }
    }
}

pub(crate) struct Wire {
    base: String,
    api: reqwest::Client,
    storage: reqwest::Client,
}

impl Wire {
    pub(crate) fn new(config: &Config) -> Result<Self> {
        let base = config.checked_base()?.as_str().trim_end_matches('/').to_owned();
        Ok(Self { base, api: client(config, true)?, storage: client(config, false)? })
    }

    /// The client for storage hosts. It is a separate one, so that no setting meant for the API reaches them.
    pub(crate) fn storage(&self) -> &reqwest::Client {
        &self.storage
    }

    /// The address of a path.
    pub(crate) fn address(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// Sends once and reads the whole answer.
    pub(crate) async fn attempt(&self, request: &Request, credential: &Secret) -> Attempt {
        let secrets = vec![credential.clone()];
        let response = match self.open(request, credential, Some(request.timeout)).await {
            Ok(response) => response,
            Err(error) => return error,
        };
        read(response, request, secrets).await
    }

    /// Sends once and leaves the body to be read piece by piece.
    pub(crate) async fn open(
        &self,
        request: &Request,
        credential: &Secret,
        timeout: Option<Duration>,
    ) -> Result<reqwest::Response, Attempt> {
        let mut builder = self.api.request(request.method.clone(), self.address(&request.path));
        let shown = match request.credential {
            super::Credential::Bearer => (AUTHORIZATION, format!("Bearer {}", credential.expose())),
            _ => (HeaderName::from_static("x-api-key"), credential.expose().to_owned()),
        };
        let Ok(mut value) = HeaderValue::from_str(&shown.1) else {
            let why = "it holds characters that cannot be sent; copy it again";
            return Err(Attempt::NotSent(Error::NoKey(why.to_owned())));
        };
        value.set_sensitive(true);
        builder = builder.header(shown.0, value).header(ACCEPT, request.accept);
        if let Some(key) = &request.idempotency_key {
            builder = builder.header("x-idempotency-key", key);
        }
        for (name, value) in &request.headers {
            builder = builder.header(*name, value);
        }
        if let Some(body) = &request.body {
            builder = builder.header(CONTENT_TYPE, body.content_type).body(body.bytes.clone());
            if let Some(encoding) = body.encoding {
                builder = builder.header(CONTENT_ENCODING, encoding);
            }
        }
        if let Some(timeout) = timeout {
            builder = builder.timeout(timeout);
        }
        builder.send().await.map_err(|error| lost(request, error, &[credential.expose()]))
    }
}

/// Reads the whole body of an answer.
pub(crate) async fn read(mut response: reqwest::Response, request: &Request, secrets: Vec<Secret>) -> Attempt {
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let mut body = BytesMut::new();
    loop {
        match response.chunk().await {
            Ok(Some(piece)) if body.len() + piece.len() <= LARGEST_ANSWER => body.extend_from_slice(&piece),
            Ok(Some(_)) => {
                let (kind, detail) = (TransportKind::TooLarge, format!("more than {LARGEST_ANSWER} bytes"));
                return Attempt::Lost(TransportError { kind, doing: request.doing(), detail });
            }
            Ok(None) => break,
            Err(error) => {
                let known: Vec<&str> = secrets.iter().map(Secret::expose).collect();
                return Attempt::Lost(TransportError::new(&request.doing(), error, &known));
            }
        }
    }
    Attempt::Answered(Answer { status, headers, body: body.freeze(), doing: request.doing(), secrets })
}

fn lost(request: &Request, error: reqwest::Error, known: &[&str]) -> Attempt {
    let error = TransportError::new(&request.doing(), error, known);
    if error.may_have_arrived() { Attempt::Lost(error) } else { Attempt::NotSent(error.into()) }
}

fn client(config: &Config, compressed: bool) -> Result<reqwest::Client> {
    let mut builder = reqwest::Client::builder()
        .user_agent(&config.user_agent)
        // A file that is unpacked on the way can neither be resumed nor checked.
        .gzip(compressed)
        // A redirect would carry the key along; the few that are expected are followed by hand.
        .redirect(Policy::none())
        // A submission must not be repeated behind our back.
        .retry(reqwest::retry::never())
        .connect_timeout(config.timeouts.connect)
        .read_timeout(config.timeouts.stall);
    if !config.resends_lost() {
        builder = builder.pool_idle_timeout(IDLE);
    }
    builder = match &config.proxy {
        Proxy::System => builder,
        Proxy::None => builder.no_proxy(),
        Proxy::Address(address) => builder.proxy(
            reqwest::Proxy::all(address.expose())
                // The address may hold a password, so it is not repeated.
                .map_err(|_| Error::invalid("The proxy's address cannot be used."))?,
        ),
    };
    builder.build().map_err(|error| Error::Transport(TransportError::new("setting up the connection", error, &[])))
}
