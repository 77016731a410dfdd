//! What kept weights are made of.

use crate::{Client, Result};
use serde::{Deserialize, Serialize};

/// What kept weights are made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WeightsInfo {
    /// The base model's name.
    pub base_model: String,
    /// Whether they are an adapter.
    #[serde(default)]
    pub is_lora: bool,
    /// The adapter's rank.
    #[serde(default)]
    pub lora_rank: Option<u32>,
    /// Whether the output layer is trained, where the server says so.
    #[serde(default)]
    pub train_unembed: Option<bool>,
    /// Whether the feed-forward layers are trained, where the server says so.
    #[serde(default)]
    pub train_mlp: Option<bool>,
    /// Whether attention is trained, where the server says so.
    #[serde(default)]
    pub train_attn: Option<bool>,
}

impl Client {
    /// What kept weights are made of, by their path.
    ///
    /// ```no_run
    /// # async fn example(client: idiolect_tinker::Client) -> idiolect_tinker::Result<()> {
    /// println!("{}", client.weights_info("tinker://0d1e:train:0/weights/step-20").await?.base_model);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As every request.
    pub async fn weights_info(&self, tinker_path: &str) -> Result<WeightsInfo> {
        #[derive(Serialize)]
        struct Ask<'a> {
            tinker_path: &'a str,
        }
        self.send(&self.post("/api/v1/weights_info", &Ask { tinker_path })?).await?.json()
    }
}
