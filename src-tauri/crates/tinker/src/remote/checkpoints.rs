//! Kept weights: listing, deleting, and how long they are kept.

use super::{Cursor, TinkerPath};
use crate::http::{Request, query, segment};
use crate::timestamp::Timestamp;
use crate::training::SaveOptions;
use crate::{Client, Error, Result};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::time::Duration;

/// Kept weights. They are billed by size and time until they expire or are deleted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// Their name within the run. Some servers put the kind before it.
    pub checkpoint_id: String,
    /// What they are for.
    #[serde(default)]
    pub checkpoint_type: CheckpointKind,
    /// When they were saved.
    #[serde(default)]
    pub time: Option<Timestamp>,
    /// The path by which everything else asks for them.
    pub tinker_path: String,
    /// Their size.
    #[serde(default)]
    pub size_bytes: Option<u64>,
    /// Whether everybody can see them.
    #[serde(default)]
    pub public: bool,
    /// When the server deletes them; nothing means never.
    #[serde(default)]
    pub expires_at: Option<Timestamp>,
    /// What was noted down about them.
    #[serde(default)]
    pub user_metadata: Option<BTreeMap<String, serde_json::Value>>,
}

/// What kept weights are for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum CheckpointKind {
    /// To train on from.
    Training,
    /// To draw from.
    Sampler,
    /// To download.
    External,
    /// Something this crate does not know.
    #[default]
    #[serde(other)]
    Other,
}

/// A page of kept weights, the newest first.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct CheckpointPage {
    /// The weights.
    #[serde(default)]
    pub checkpoints: Vec<Checkpoint>,
    /// Where the page stands among all.
    #[serde(default)]
    pub cursor: Option<Cursor>,
}

/// Entries asked for at a time when all are wanted.
const PAGE: u32 = 100;
/// No account has more pages; a server that always has another is not followed for ever.
const MOST_PAGES: u32 = 1000;

impl Client {
    /// The kept weights of one training run.
    ///
    /// # Errors
    /// As every request.
    pub async fn run_checkpoints(&self, run: &str) -> Result<Vec<Checkpoint>> {
        let request = self.get(format!("/api/v1/training_runs/{}/checkpoints", segment(run)?));
        Ok(self.send(&request).await?.json::<CheckpointPage>()?.checkpoints)
    }

    /// A page of all kept weights of the account.
    ///
    /// # Errors
    /// As every request.
    pub async fn checkpoints(&self, limit: u32, offset: u64) -> Result<CheckpointPage> {
        let query = query(&[("limit", Some(limit.to_string())), ("offset", Some(offset.to_string()))])?;
        self.send(&self.get(format!("/api/v1/checkpoints{query}"))).await?.json()
    }

    /// All kept weights of the account, page after page.
    ///
    /// ```no_run
    /// # async fn example(client: idiolect_tinker::Client) -> idiolect_tinker::Result<()> {
    /// let bytes: u64 = client.all_checkpoints().await?.iter().filter_map(|kept| kept.size_bytes).sum();
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As every request.
    pub async fn all_checkpoints(&self) -> Result<Vec<Checkpoint>> {
        let mut all = Vec::new();
        for _ in 0..MOST_PAGES {
            let page = self.checkpoints(PAGE, all.len() as u64).await?;
            let got = page.checkpoints.len();
            all.extend(page.checkpoints);
            // A server that does not say how many there are has no more when a page is not full.
            let ended = page.cursor.map_or(got < PAGE as usize, |cursor| all.len() as u64 >= cursor.total_count);
            if got == 0 || ended {
                break;
            }
        }
        Ok(all)
    }

    /// Deletes kept weights for good. Weights that are already gone count as deleted, except at servers that answer
    /// that with an error of their own.
    ///
    /// ```no_run
    /// # async fn example(client: idiolect_tinker::Client) -> idiolect_tinker::Result<()> {
    /// client.delete_checkpoint(&idiolect_tinker::TinkerPath::parse("tinker://0d1e:train:0/weights/step-20")?).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As every request.
    pub async fn delete_checkpoint(&self, path: &TinkerPath) -> Result<()> {
        let request = Request::delete(path.endpoint()?, self.config().timeouts.answer);
        match self.send(&request).await {
            Ok(_) => Ok(()),
            Err(Error::Status(status)) if matches!(status.status, 404 | 410) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Changes how long kept weights are kept: so long from now, or for good. False where the server cannot.
    /// *Unproven against the production service.*
    ///
    /// ```no_run
    /// # async fn example(client: idiolect_tinker::Client) -> idiolect_tinker::Result<()> {
    /// use idiolect_tinker::TinkerPath;
    ///
    /// let path = TinkerPath::parse("tinker://0d1e:train:0/weights/step-20")?;
    /// if !client.set_checkpoint_ttl(&path, None).await? {
    ///     println!("This server cannot change how long weights are kept.");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::Invalid`] for less than an hour or more than ten years, and as every request.
    pub async fn set_checkpoint_ttl(&self, path: &TinkerPath, keep: Option<Duration>) -> Result<bool> {
        #[derive(Serialize)]
        struct Ttl {
            ttl_seconds: Option<u64>,
        }
        let ttl_seconds = keep.map(SaveOptions::checked_ttl).transpose()?;
        let request =
            Request::put(format!("{}/ttl", path.endpoint()?), &Ttl { ttl_seconds }, self.config().timeouts.answer)?;
        Ok(self.send_if_offered(&request).await?.is_some())
    }
}
