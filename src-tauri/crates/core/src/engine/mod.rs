//! Where weights live and gradients happen. The training loop, scoring and drafting know only these traits, so batching,
//! schedule, evaluation, checkpoints and resume are written once for every engine.
//!
//! | file | |
//! |---|---|
//! | `local` | the engine on this computer, over the crate `lora` |
//! | `models` | which models there are, and where their files lie |
//! | `download` | fetching a model's file |
//! | `chat` | a chat model's own template |
//! | `fake` | an engine for tests that fails, stalls or diverges on request |

mod chat;
pub mod download;
pub mod fake;
pub mod local;
pub mod models;

pub use models::{Model, list_models};

use crate::Result;
use async_trait::async_trait;
use futures_util::future::BoxFuture;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// A place where weights live and gradients happen.
#[async_trait]
pub trait Engine: Send + Sync {
    /// Its stable name: `local`.
    fn id(&self) -> &'static str;

    /// The models it offers.
    fn models(&self) -> Vec<Model>;

    /// The tokenizer and template of a model.
    ///
    /// # Errors
    /// `ModelMissing` or `ModelDamaged`.
    async fn codec(&self, model: &str) -> Result<Arc<dyn Codec>>;

    /// The default model's codec, when the model is here; for counting without asking anyone.
    fn default_codec(&self) -> Option<Arc<dyn Codec>>;

    /// What training would need; measured on this computer where nothing was measured before.
    ///
    /// # Errors
    /// `ModelMissing` or `ModelDamaged`.
    async fn estimate(&self, model: &str, rank: u32, step_tokens: u32) -> Result<Estimate>;

    /// A trainer with new or stored weights.
    ///
    /// # Errors
    /// `ModelMissing`, `ModelDamaged`, or a checkpoint that does not fit the model.
    async fn trainer(&self, start: Start) -> Result<Box<dyn Trainer>>;

    /// A sampler over weights.
    ///
    /// # Errors
    /// `ModelMissing`, `ModelDamaged`, or an adapter that does not fit the model.
    async fn sampler(&self, weights: &Weights) -> Result<Box<dyn Sampler>>;
}

/// What a trainer begins with.
#[derive(Debug, Clone)]
pub enum Start {
    /// A new adapter on a base model.
    New {
        /// The base model's name.
        model: String,
        /// Rank of the adapter.
        rank: u32,
        /// LoRA's alpha; the update is scaled by alpha / rank.
        alpha: f32,
        /// What its first weights are drawn from.
        seed: u64,
    },
    /// A training checkpoint.
    From {
        /// The base model's name.
        model: String,
        /// The checkpoint's folder.
        checkpoint: PathBuf,
    },
}

/// What a sampler draws from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Weights {
    /// The base model's name.
    pub model: String,
    /// The adapter's folder; nothing for the base model alone.
    pub adapter: Option<PathBuf>,
}

/// Adam's settings for one step.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Adam {
    /// Learning rate of this step.
    pub learning_rate: f32,
    /// Decay of the first moment.
    pub beta1: f32,
    /// Decay of the second moment.
    pub beta2: f32,
    /// Keeps the division finite.
    pub epsilon: f32,
    /// Decoupled weight decay.
    pub weight_decay: f32,
    /// Gradients longer than this are shortened to it; 0 leaves them alone.
    pub max_grad_norm: f32,
}

/// One training sequence. `weights[i]` is the loss weight of foretelling `tokens[i]`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Datum {
    /// Token ids.
    pub tokens: Vec<u32>,
    /// Loss weights, one a token; 0 on the prompt.
    pub weights: Vec<f32>,
}

/// What a step came to.
#[derive(Debug, Clone, Copy)]
pub struct StepMetrics {
    /// Mean negative log-likelihood per weighted token, in nats.
    pub loss: f64,
    /// Tokens the step went through, prompts included.
    pub tokens: u32,
    /// Length of the gradient before clipping.
    pub grad_norm: f64,
}

/// How surprised the model was by the weighted tokens of a datum.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub struct Surprise {
    /// Sum of negative log-likelihoods, in nats.
    pub nll: f64,
    /// How many tokens it is over.
    pub tokens: u32,
}

/// What training would need.
#[derive(Debug, Clone, Copy)]
pub struct Estimate {
    /// Trained tokens per second.
    pub tokens_per_second: f64,
    /// Peak memory of the process, in bytes.
    pub memory_bytes: f64,
    /// The longest sequence the model takes, in tokens.
    pub longest: u32,
}

/// Trains one adapter.
#[async_trait]
pub trait Trainer: Send {
    /// Hands in one optimizer step. Accepted when this returns, done when the inner future resolves, so that a loop can
    /// keep the next step queued where waiting between steps would waste time.
    async fn submit(&mut self, batch: Vec<Datum>, adam: Adam) -> Result<BoxFuture<'static, Result<StepMetrics>>>;

    /// Gives up the step that was handed in last: its future ends soon, with `Cancelled` when the step was not taken.
    fn abandon(&mut self);

    /// How surprised the weights of now are by each datum.
    async fn evaluate(&mut self, data: Vec<Datum>) -> Result<Vec<Surprise>>;

    /// Writes a training checkpoint into a folder: adapter, moments, step.
    async fn save(&mut self, folder: &Path) -> Result<()>;

    /// Writes the adapter alone, in PEFT's format.
    async fn save_adapter(&mut self, folder: &Path) -> Result<()>;
}

/// How text is drawn.
#[derive(Debug, Clone, Copy)]
pub struct SampleParams {
    /// At most this many tokens.
    pub max_tokens: u32,
    /// 0 always takes the likeliest token.
    pub temperature: f32,
    /// Only the likeliest tokens that together reach this probability.
    pub top_p: f32,
    /// Where chance begins.
    pub seed: u64,
}

/// Why text ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SampleEnd {
    /// The model ended it.
    EndOfText,
    /// It reached `max_tokens`.
    Length,
    /// Whoever asked stopped it.
    Stopped,
}

/// Draws text from weights.
#[async_trait]
pub trait Sampler: Send {
    /// Sends tokens as they come. Stops when `stop` is cancelled or the receiver is dropped.
    async fn sample(
        &mut self,
        prompt: Vec<u32>,
        params: SampleParams,
        tokens: mpsc::Sender<u32>,
        stop: CancellationToken,
    ) -> Result<SampleEnd>;

    /// The log-probability of each token given those before it, in nats; the first is 0.
    async fn score(&mut self, tokens: Vec<u32>) -> Result<Vec<f32>>;
}

/// Text to tokens and back, as one model does it.
pub trait Codec: Send + Sync {
    /// Tokens of a text; nothing in the text is taken for a control token.
    fn encode(&self, text: &str) -> Vec<u32>;
    /// Tokens of a text the app made from the model's template, in which control tokens count.
    fn encode_template(&self, text: &str) -> Vec<u32>;
    /// The bytes of one token; a character may be spread over several. Empty for control tokens.
    fn bytes(&self, token: u32) -> Vec<u8>;
    /// The token that ends a text.
    fn end(&self) -> u32;
    /// The token that begins a text, where the model wants one.
    fn begin(&self) -> Option<u32>;
    /// A prompt in the model's own chat template, empty system message, ready for the answer.
    ///
    /// # Errors
    /// When the model has no template or it cannot be used.
    fn chat_prompt(&self, prompt: &str) -> Result<String>;

    /// The longest sequence its model is trained on, in tokens.
    fn longest(&self) -> u32;

    /// How many tokens a text has.
    fn count(&self, text: &str) -> u32 {
        u32::try_from(self.encode(text).len()).unwrap_or(u32::MAX)
    }
}
