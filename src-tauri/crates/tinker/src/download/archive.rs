//! Weights as one archive, which older servers offer: a redirect to a storage host, or the bytes themselves.

use super::fetch::{finish, take};
use super::part::Part;
use super::{Downloaded, Progress, SignedUrl};
use crate::http::{Attempt, read};
use crate::remote::TinkerPath;
use crate::{Client, Error, Result};
use reqwest::Url;
use reqwest::header::LOCATION;
use std::path::Path;

/// Where an archive is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Archive {
    /// At an address.
    At(SignedUrl),
    /// In a folder of the computer the server runs on, which cannot be reached from here (or should not be, on the
    /// word of a server).
    OnServer(String),
    /// The server hands it out itself.
    Direct,
}

impl Client {
    /// Where the archive of kept weights is. Nothing where the server has no such thing, or not any more.
    ///
    /// # Errors
    /// As every request.
    pub async fn archive(&self, path: &TinkerPath) -> Result<Option<Archive>> {
        Ok(self.open_archive(path).await?.map(|(archive, _)| archive))
    }

    /// Fetches the archive of kept weights (`.tar` or `.tar.gz`) into a file. Nothing where the server has no such
    /// thing.
    ///
    /// ```no_run
    /// # async fn example(client: idiolect_tinker::Client) -> idiolect_tinker::Result<()> {
    /// let path = idiolect_tinker::TinkerPath::parse("tinker://0d1e:train:0/sampler_weights/final")?;
    /// let target = std::path::Path::new("adapter.tar.gz");
    /// if client.download_archive(&path, target, &mut |_| {}).await?.is_none() {
    ///     println!("This server has no archives.");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::Unsafe`] when the server names a folder of its own, and as [`Client::download`].
    pub async fn download_archive(
        &self,
        path: &TinkerPath,
        target: &Path,
        progress: &mut (dyn FnMut(&Progress) + Send),
    ) -> Result<Option<Downloaded>> {
        match self.open_archive(path).await? {
            None => Ok(None),
            Some((Archive::At(address), _)) => self.download(&address, target, progress).await.map(Some),
            Some((Archive::OnServer(_), _)) => {
                Err(Error::Unsafe("it names a folder of the computer the server runs on".to_owned()))
            }
            Some((Archive::Direct, response)) => {
                let (part, headers) = (Part::of(target), response.headers().clone());
                part.discard().await?;
                let (done, total) = take(response, &part, 0, target, progress).await?;
                if total.is_some_and(|total| total != done) {
                    return Err(Error::CutShort { path: target.to_owned(), at: done });
                }
                finish(&part, target, &headers).await.map(Some)
            }
        }
    }

    async fn open_archive(&self, path: &TinkerPath) -> Result<Option<(Archive, reqwest::Response)>> {
        let request = self.get(format!("{}/archive", path.endpoint()?)).accepting("*/*");
        let credential = self.credential(request.credential).await?;
        let response = match self.inner.wire.open(&request, &credential, None).await {
            Ok(response) => response,
            Err(attempt) => return attempt.answered().map(|_| None),
        };
        let status = response.status();
        if status.is_success() {
            return Ok(Some((Archive::Direct, response)));
        }
        if !status.is_redirection() {
            let answer = match read(response, &request, vec![credential]).await {
                Attempt::Answered(answer) => answer,
                other => other.answered()?,
            };
            return if answer.is_not_offered() || answer.status == 410 { Ok(None) } else { Err(answer.into_error()) };
        }
        let location = response.headers().get(LOCATION).and_then(|value| value.to_str().ok());
        let location = location.ok_or_else(|| Error::Unsafe("it redirects to nowhere".to_owned()))?;
        let archive = match location.strip_prefix("file://") {
            Some(folder) => Archive::OnServer(folder.to_owned()),
            None => {
                let asked = Url::parse(&self.inner.wire.address(&request.path));
                Archive::At(SignedUrl::parse(location, &asked.map_err(|error| Error::invalid(error.to_string()))?)?)
            }
        };
        Ok(Some((archive, response)))
    }
}
