//! Weights in PEFT's format, file by file. *Unproven against the production service.*

use super::{Downloaded, Progress, SignedUrl, place};
use crate::remote::TinkerPath;
use crate::timestamp::Timestamp;
use crate::{Client, Error, Result, StatusKind};
use reqwest::Url;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, SystemTime};

/// The files of external weights, with addresses that are good for a while.
#[derive(Debug, Clone)]
pub struct SignedFiles {
    /// By their names, which may hold folders.
    pub files: BTreeMap<String, SignedUrl>,
    /// Until when the addresses are good.
    pub expires: Option<Timestamp>,
}

/// Addresses are asked for again when less than this is left.
const ENDING: Duration = Duration::from_secs(300);

impl SignedFiles {
    fn is_ending(&self) -> bool {
        let expires = self.expires.as_ref().and_then(Timestamp::time);
        expires.is_some_and(|expires| SystemTime::now() + ENDING >= expires)
    }
}

impl Client {
    /// The files of external weights. Nothing where the server has no such thing.
    ///
    /// # Errors
    /// As every request.
    pub async fn external_files(&self, path: &TinkerPath) -> Result<Option<SignedFiles>> {
        #[derive(Deserialize)]
        struct Wire {
            urls: BTreeMap<String, String>,
            #[serde(default)]
            expires: Option<Timestamp>,
        }
        let request = self.get(format!("{}/external_weights_urls", path.endpoint()?));
        let Some(answer) = self.send_if_offered(&request).await? else { return Ok(None) };
        // A decoding error would quote signed addresses.
        let wire: Wire = answer.json().map_err(|_| Error::Decode {
            doing: request.doing(),
            why: "it is not a list of files".to_owned(),
            excerpt: "(not shown, it holds signed addresses)".to_owned(),
        })?;
        let base = Url::parse(&self.inner.wire.address("/")).map_err(|error| Error::invalid(error.to_string()))?;
        let files = wire.urls.into_iter().map(|(name, address)| Ok((name, SignedUrl::parse(&address, &base)?)));
        Ok(Some(SignedFiles { files: files.collect::<Result<_>>()?, expires: wire.expires }))
    }

    /// Fetches external weights into a folder. Nothing where the server has no such thing; then there may be an
    /// [archive](Client::download_archive). Files that are there already are fetched again.
    ///
    /// ```no_run
    /// # async fn example(client: idiolect_tinker::Client) -> idiolect_tinker::Result<()> {
    /// let path = idiolect_tinker::TinkerPath::parse("tinker://0d1e:train:0/external_weights/export")?;
    /// let folder = std::path::Path::new("adapter");
    /// let files = client.download_external(&path, folder, &mut |progress| println!("{} {}", progress.file, progress.done)).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`Client::external_files`] and [`Client::download`].
    pub async fn download_external(
        &self,
        path: &TinkerPath,
        folder: &Path,
        progress: &mut (dyn FnMut(&Progress) + Send),
    ) -> Result<Option<Vec<Downloaded>>> {
        let Some(mut signed) = self.external_files(path).await? else { return Ok(None) };
        tokio::fs::create_dir_all(folder).await.map_err(Error::written(folder))?;
        let names: Vec<String> = signed.files.keys().cloned().collect();
        // All names are looked at before the first byte is fetched.
        let mut targets = Vec::with_capacity(names.len());
        for name in names {
            targets.push((place::inside(folder, &name).await?, name));
        }
        let mut done = Vec::with_capacity(targets.len());
        for (target, name) in targets {
            if signed.is_ending() {
                signed = self.signed_again(path).await?;
            }
            let outcome = match self.download(address(&signed, &name)?, &target, progress).await {
                // The address has expired early, or on the way.
                Err(error) if error.status_kind() == Some(StatusKind::Forbidden) => {
                    signed = self.signed_again(path).await?;
                    self.download(address(&signed, &name)?, &target, progress).await
                }
                outcome => outcome,
            };
            done.push(outcome?);
        }
        Ok(Some(done))
    }

    async fn signed_again(&self, path: &TinkerPath) -> Result<SignedFiles> {
        let signed = self.external_files(path).await?;
        signed.ok_or_else(|| Error::Unsafe("it no longer lists the files it listed before".to_owned()))
    }
}

fn address<'a>(signed: &'a SignedFiles, name: &str) -> Result<&'a SignedUrl> {
    signed.files.get(name).ok_or_else(|| Error::Unsafe("it no longer lists a file it listed before".to_owned()))
}
