//! Saving a model's weights at the server.

use super::TrainingModel;
use super::create::build;
use crate::future::sealed::Sealed;
use crate::future::{Outcome, Pending, RequestKind, Ticket};
use crate::http::Answer;
use crate::{Error, Result, StatusKind};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::time::Duration;

/// The shortest and the longest that the service keeps weights which expire.
const SHORTEST: Duration = Duration::from_secs(3600);
const LONGEST: Duration = Duration::from_secs(10 * 365 * 24 * 3600);

/// Under what name, and for how long, to keep weights. What is kept is billed by size and time until it expires or is
/// deleted.
///
/// ```
/// use idiolect_tinker::SaveOptions;
/// use std::time::Duration;
///
/// let last = SaveOptions::named("final").unwrap();
/// let rolling = SaveOptions::named("step-20").unwrap().expires_after(Duration::from_secs(7 * 86400)).unwrap();
/// assert!(SaveOptions::named("a/b").is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaveOptions {
    name: String,
    ttl_seconds: Option<u64>,
}

impl SaveOptions {
    /// Weights that are kept until they are deleted.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a name with other characters than letters, digits, `-`, `_` and `.`.
    pub fn named(name: impl Into<String>) -> Result<Self> {
        let name = name.into();
        let good = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        if name.is_empty() || name.starts_with('.') || name.len() > 200 || !name.chars().all(good) {
            return Err(Error::invalid(format!(
                "\"{name}\" cannot be the name of saved weights: use letters, digits, - and _."
            )));
        }
        Ok(Self { name, ttl_seconds: None })
    }

    /// The same, deleted by the server after a time.
    ///
    /// # Errors
    /// [`Error::Invalid`] for less than an hour or more than ten years.
    pub fn expires_after(mut self, time: Duration) -> Result<Self> {
        self.ttl_seconds = Some(Self::checked_ttl(time)?);
        Ok(self)
    }

    fn body(&self, model_id: &str, seq_id: u32, kind: &str) -> Value {
        let mut body = json!({ "model_id": model_id, "path": self.name, "seq_id": seq_id });
        if let Some(seconds) = self.ttl_seconds {
            body["ttl_seconds"] = seconds.into();
        }
        body["type"] = kind.into();
        body
    }
}

impl SaveOptions {
    pub(crate) fn checked_ttl(time: Duration) -> Result<u64> {
        if (SHORTEST..=LONGEST).contains(&time) {
            return Ok(time.as_secs());
        }
        Err(Error::invalid("Weights are kept for an hour at least, and ten years at most, or until they are deleted."))
    }
}

/// Saved weights.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedWeights {
    /// Where they are (`tinker://…`): the name by which everything else asks for them.
    pub path: String,
    /// Their size, where the server says it.
    #[serde(default)]
    pub size_bytes: Option<u64>,
}

impl Outcome for SavedWeights {}

impl Sealed for SavedWeights {
    const KINDS: &'static [RequestKind] =
        &[RequestKind::SaveWeights, RequestKind::SaveWeightsForSampler, RequestKind::SaveWeightsExternal];

    fn read(answer: &Answer, _ticket: &Ticket) -> Result<Self> {
        answer.json()
    }
}

impl TrainingModel {
    /// Saves weights and optimizer, to train on from later.
    ///
    /// A conflict (409) often means that an earlier attempt did succeed: look at the list of checkpoints. Some servers
    /// overwrite without a word instead.
    ///
    /// ```no_run
    /// # async fn example(model: idiolect_tinker::TrainingModel) -> idiolect_tinker::Result<()> {
    /// let saved = model.save_weights(&idiolect_tinker::SaveOptions::named("step-20")?).await?.wait().await?;
    /// println!("{}", saved.path);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As every submission.
    pub async fn save_weights(&self, options: &SaveOptions) -> Result<Pending<SavedWeights>> {
        self.save(RequestKind::SaveWeights, "/api/v1/save_weights", "save_weights", options).await
    }

    /// Saves weights to draw from, under a name: they last, are listed, and can be used for chat.
    ///
    /// # Errors
    /// As every submission.
    pub async fn save_weights_for_sampler(&self, options: &SaveOptions) -> Result<Pending<SavedWeights>> {
        let kind = RequestKind::SaveWeightsForSampler;
        self.save(kind, "/api/v1/save_weights_for_sampler", "save_weights_for_sampler", options).await
    }

    /// Saves weights in PEFT's format, to be downloaded with [`Client::download_external`](crate::Client::download_external).
    /// Nothing where the server has no such thing. *Unproven against the production service.*
    ///
    /// ```no_run
    /// # async fn example(model: idiolect_tinker::TrainingModel) -> idiolect_tinker::Result<()> {
    /// use idiolect_tinker::{SaveOptions, TinkerPath};
    ///
    /// if let Some(pending) = model.save_weights_external(&SaveOptions::named("export")?).await? {
    ///     let path = TinkerPath::parse(&pending.wait().await?.path)?;
    ///     let folder = std::path::Path::new("adapter");
    ///     model.session().client().download_external(&path, folder, &mut |progress| println!("{progress:?}")).await?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As every submission.
    pub async fn save_weights_external(&self, options: &SaveOptions) -> Result<Option<Pending<SavedWeights>>> {
        let kind = RequestKind::SaveWeightsExternal;
        match self.save(kind, "/api/v1/save_weights_external", "save_weights_external", options).await {
            Ok(pending) => Ok(Some(pending)),
            Err(error) if is_missing(&error) => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn save(
        &self,
        kind: RequestKind,
        path: &'static str,
        word: &'static str,
        options: &SaveOptions,
    ) -> Result<Pending<SavedWeights>> {
        let (model_id, options) = (self.id().to_owned(), options.clone());
        let build = build(self.session(), path, move |seq_id| options.body(&model_id, seq_id, word));
        self.submit(kind, vec![build]).await
    }
}

/// A refusal by a server that has no such endpoint.
fn is_missing(error: &Error) -> bool {
    matches!(error, Error::Status(status)
        if matches!(status.status, 405 | 501)
            || (status.kind() == StatusKind::NotFound && matches!(status.message().as_str(), "Not Found" | "it gave no reason")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_needed_is_sent() {
        let plain = SaveOptions::named("st-1").unwrap();
        assert_eq!(
            plain.body("m", 8, "save_weights"),
            json!({"model_id": "m", "path": "st-1", "seq_id": 8, "type": "save_weights"})
        );
        let expiring = plain.expires_after(Duration::from_secs(86400)).unwrap();
        assert_eq!(expiring.body("m", 8, "save_weights")["ttl_seconds"], 86400);
        assert!(SaveOptions::named("x").unwrap().expires_after(Duration::from_secs(60)).is_err());
        for name in ["", "..", "a b", "a/b", "ä"] {
            assert!(SaveOptions::named(name).is_err(), "{name}");
        }
    }
}
