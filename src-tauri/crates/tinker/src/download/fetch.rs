//! Fetching one file from a storage host.

use super::SignedUrl;
use super::checksum::{Sums, announced};
use super::part::Part;
use crate::{Client, Error, Result, StatusError, TransportError, TransportKind};
use reqwest::header::{ACCEPT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE, ETAG, HeaderMap, IF_RANGE, LOCATION, RANGE};
use reqwest::{Response, Url};
use std::path::{Path, PathBuf};
use tokio::io::AsyncWriteExt;

/// A file that is here and checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Downloaded {
    /// Where it lies.
    pub path: PathBuf,
    /// Its size.
    pub bytes: u64,
    /// Its SHA-256, in hexadecimal, for later.
    pub sha256: String,
    /// The kind of checksum it was held against; nothing where the host gave none.
    pub checked: Option<&'static str>,
}

/// How a download goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// The file's name.
    pub file: String,
    /// Bytes here.
    pub done: u64,
    /// Bytes in all, where the host says it.
    pub total: Option<u64>,
}

/// Redirects that are followed.
const HOPS: usize = 5;
/// Attempts that bring nothing new before a download is given up.
const IDLE_ATTEMPTS: u32 = 4;
const DOING: &str = "GET from the storage host";

impl Client {
    /// Fetches a file by its signed address, without the key. What was fetched before an interruption is kept beside the
    /// target (`….part`) and used when the host's file is still the same.
    ///
    /// # Errors
    /// [`Error::Status`] 403 when the address has expired, [`Error::CutShort`] when the connection kept breaking,
    /// [`Error::Checksum`] when what came is not what the host says it is, [`Error::Unsafe`] for a redirect that must
    /// not be followed, [`Error::Io`].
    pub async fn download(
        &self,
        from: &SignedUrl,
        target: &Path,
        progress: &mut (dyn FnMut(&Progress) + Send),
    ) -> Result<Downloaded> {
        let part = Part::of(target);
        let mut idle = 0;
        loop {
            let before = part.begun().await;
            let response = match self.ask(from, before.as_ref()).await {
                Ok(response) => response,
                Err(error) if error.is_temporary() && idle + 1 < IDLE_ATTEMPTS => {
                    self.breathe(&mut idle).await;
                    continue;
                }
                Err(error) => return Err(error),
            };
            if response.status().as_u16() == 416 {
                // More is here than there is; begin anew.
                part.discard().await?;
                self.breathe(&mut idle).await;
                if idle >= IDLE_ATTEMPTS {
                    return Err(cut_short(target, 0));
                }
                continue;
            }
            let headers = response.headers().clone();
            let begun = before.map_or(0, |(length, _)| length);
            let (done, total) = take(response, &part, begun, target, progress).await?;
            if total.is_none_or(|total| total == done) {
                return finish(&part, target, &headers).await;
            }
            if done > begun {
                idle = 0;
            }
            self.breathe(&mut idle).await;
            if idle >= IDLE_ATTEMPTS {
                return Err(cut_short(target, done));
            }
        }
    }

    async fn breathe(&self, idle: &mut u32) {
        tokio::time::sleep(self.config().pace.pause(*idle, None)).await;
        *idle += 1;
    }

    /// Asks the host, following redirects by hand.
    async fn ask(&self, from: &SignedUrl, begun: Option<&(u64, String)>) -> Result<Response> {
        let mut at = from.clone();
        for _ in 0..=HOPS {
            self.judge(at.url())?;
            let mut request = self.inner.wire.storage().get(at.url().clone()).header(ACCEPT_ENCODING, "identity");
            if let Some((length, tag)) = begun {
                request = request.header(RANGE, format!("bytes={length}-")).header(IF_RANGE, tag);
            }
            let response = request.send().await.map_err(|error| TransportError::new(DOING, error, &[]))?;
            let status = response.status();
            if status.is_redirection() && status.as_u16() != 304 {
                let location = response.headers().get(LOCATION).and_then(|value| value.to_str().ok());
                let location = location.ok_or_else(|| Error::Unsafe("it redirects to nowhere".to_owned()))?;
                at = SignedUrl::parse(location, at.url())?;
            } else if status.is_success() || (status.as_u16() == 416 && begun.is_some()) {
                return Ok(response);
            } else {
                // Storage hosts repeat signatures in their explanations, so none is kept.
                let (doing, body) = (format!("{DOING} {}", at.host()), String::new());
                return Err(StatusError {
                    status: status.as_u16(),
                    doing,
                    body,
                    retry_after: None,
                    should_retry: None,
                }
                .into());
            }
        }
        Err(Error::Unsafe("it redirects in circles".to_owned()))
    }

    /// Storage is reached over HTTPS; only a server that is itself reached without it (one on this computer) may send
    /// people to other places without it.
    fn judge(&self, url: &Url) -> Result<()> {
        let plain_is_fine = self.config().base.starts_with("http://");
        match url.scheme() {
            "https" => Ok(()),
            "http" if plain_is_fine => Ok(()),
            other => Err(Error::Unsafe(format!("it leads to an address that begins with {other}:"))),
        }
    }
}

/// Writes what comes, and tells how much is here and how much there should be. A broken connection is no error here.
pub(super) async fn take(
    mut response: Response,
    part: &Part,
    begun: u64,
    target: &Path,
    progress: &mut (dyn FnMut(&Progress) + Send),
) -> Result<(u64, Option<u64>)> {
    let (start, total) = extent(&response, begun)?;
    let tag = response.headers().get(ETAG).and_then(|tag| tag.to_str().ok()).filter(|tag| !tag.starts_with("W/"));
    let mut file = part.open(start > 0, tag.map(str::to_owned).as_deref()).await?;
    let mut done = start;
    let name = target.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut broken = false;
    loop {
        match response.chunk().await {
            Ok(Some(bytes)) => {
                done += bytes.len() as u64;
                file.write_all(&bytes).await.map_err(Error::written(&part.path))?;
                progress(&Progress { file: name.clone(), done, total });
            }
            Ok(None) => break,
            Err(_) => {
                broken = true;
                break;
            }
        }
    }
    file.flush().await.map_err(Error::written(&part.path))?;
    file.sync_all().await.map_err(Error::written(&part.path))?;
    // Without a length, a break is only known by itself.
    Ok((done, total.or_else(|| broken.then_some(u64::MAX))))
}

/// Where the bytes of this answer begin, and how many there are in the whole file.
fn extent(response: &Response, begun: u64) -> Result<(u64, Option<u64>)> {
    let header = |name| response.headers().get(name).and_then(|value| value.to_str().ok());
    let length = header(CONTENT_LENGTH).and_then(|length| length.parse::<u64>().ok());
    if response.status().as_u16() != 206 {
        return Ok((0, length));
    }
    let range = header(CONTENT_RANGE).and_then(|range| range.strip_prefix("bytes "));
    let start = range.and_then(|range| range.split('-').next()).and_then(|start| start.parse::<u64>().ok());
    if start != Some(begun) {
        let detail = "the host sent another part of the file than was asked for".to_owned();
        return Err(TransportError { kind: TransportKind::Broken, doing: DOING.to_owned(), detail }.into());
    }
    let total = range.and_then(|range| range.split('/').nth(1)).and_then(|total| total.parse().ok());
    Ok((begun, total.or(length.map(|length| begun + length))))
}

/// Checks what came and gives it its name; what fails the check is removed.
pub(super) async fn finish(part: &Part, target: &Path, headers: &HeaderMap) -> Result<Downloaded> {
    let path = part.path.clone();
    let sums = tokio::task::spawn_blocking(move || Sums::of(&path)).await;
    let sums = sums.map_err(std::io::Error::other).and_then(|sums| sums).map_err(Error::read(&part.path))?;
    let announced = announced(headers);
    if let Some(checksum) = announced.as_ref().filter(|checksum| !sums.matches(checksum)) {
        part.discard().await?;
        return Err(Error::Checksum { path: target.to_owned(), algorithm: checksum.algorithm() });
    }
    part.complete(target).await?;
    Ok(Downloaded {
        path: target.to_owned(),
        bytes: sums.bytes,
        sha256: sums.sha256.iter().map(|byte| format!("{byte:02x}")).collect(),
        checked: announced.map(|checksum| checksum.algorithm()),
    })
}

fn cut_short(target: &Path, at: u64) -> Error {
    Error::CutShort { path: target.to_owned(), at }
}
