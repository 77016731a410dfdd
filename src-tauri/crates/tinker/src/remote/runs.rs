//! Training runs. They cannot be deleted; only their checkpoints can.

use super::Checkpoint;
use crate::http::{query, segment};
use crate::timestamp::Timestamp;
use crate::{Client, Result};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A training run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TrainingRun {
    /// Its id, which is its model's.
    pub training_run_id: String,
    /// The base model's name.
    pub base_model: String,
    /// Whose it is.
    #[serde(default)]
    pub model_owner: Option<String>,
    /// Whether an adapter is trained.
    #[serde(default)]
    pub is_lora: bool,
    /// The adapter's rank.
    #[serde(default)]
    pub lora_rank: Option<u32>,
    /// Whether something went wrong with it at the server.
    #[serde(default)]
    pub corrupted: bool,
    /// When something was last asked of it.
    #[serde(default)]
    pub last_request_time: Option<Timestamp>,
    /// The last state to train on from.
    #[serde(default)]
    pub last_checkpoint: Option<Checkpoint>,
    /// The last weights to draw from.
    #[serde(default)]
    pub last_sampler_checkpoint: Option<Checkpoint>,
    /// What was noted down about it.
    #[serde(default)]
    pub user_metadata: Option<BTreeMap<String, serde_json::Value>>,
}

/// A page of training runs, the newest first.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct TrainingRunPage {
    /// The runs.
    #[serde(default)]
    pub training_runs: Vec<TrainingRun>,
    /// Where the page stands among all.
    #[serde(default)]
    pub cursor: Option<Cursor>,
}

/// Where a page stands among all entries.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    /// Entries before it.
    #[serde(default)]
    pub offset: u64,
    /// Entries on it, at most.
    #[serde(default)]
    pub limit: u64,
    /// Entries in all.
    #[serde(default)]
    pub total_count: u64,
}

impl Client {
    /// A page of the account's training runs.
    ///
    /// ```no_run
    /// # async fn example(client: idiolect_tinker::Client) -> idiolect_tinker::Result<()> {
    /// for run in client.training_runs(20, 0).await?.training_runs {
    ///     println!("{} on {}", run.training_run_id, run.base_model);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As every request.
    pub async fn training_runs(&self, limit: u32, offset: u64) -> Result<TrainingRunPage> {
        let query = query(&[("limit", Some(limit.to_string())), ("offset", Some(offset.to_string()))])?;
        self.send(&self.get(format!("/api/v1/training_runs{query}"))).await?.json()
    }

    /// One training run.
    ///
    /// # Errors
    /// As every request.
    pub async fn training_run(&self, id: &str) -> Result<TrainingRun> {
        self.send(&self.get(format!("/api/v1/training_runs/{}", segment(id)?))).await?.json()
    }
}
