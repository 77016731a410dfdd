//! New adapters.

use super::TrainingModel;
use crate::future::sealed::Sealed;
use crate::future::{Outcome, Pending, RequestKind, Ticket};
use crate::http::{Answer, Request};
use crate::submit::{Build, Work};
use crate::{Error, Result, Session};
use serde::{Deserialize, Serialize};

/// The size and place of an adapter. Its alpha is fixed by the service (32).
///
/// ```
/// use idiolect_tinker::LoraConfig;
///
/// assert!(LoraConfig::rank(16).is_ok());
/// assert!(LoraConfig::rank(12).is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoraConfig {
    rank: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    seed: Option<u64>,
    // All are on unless said otherwise, also at the server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    train_unembed: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    train_mlp: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    train_attn: Option<bool>,
}

impl LoraConfig {
    /// An adapter of this rank on all layers.
    ///
    /// # Errors
    /// [`Error::Invalid`] when the rank is not a power of two.
    pub fn rank(rank: u32) -> Result<Self> {
        if !rank.is_power_of_two() {
            return Err(Error::invalid(format!("The rank has to be a power of two, such as 16 or 32; it is {rank}.")));
        }
        Ok(Self { rank, seed: None, train_unembed: None, train_mlp: None, train_attn: None })
    }

    /// What its first weights are drawn from.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// Leaves layers out: whether to train the output layer, the feed-forward layers, and attention.
    #[must_use]
    pub fn layers(mut self, unembed: bool, mlp: bool, attention: bool) -> Self {
        (self.train_unembed, self.train_mlp, self.train_attn) = (Some(unembed), Some(mlp), Some(attention));
        self
    }
}

/// A new adapter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreatedModel {
    /// Its id, which names the training run too.
    pub model_id: String,
}

impl Outcome for CreatedModel {}

impl Sealed for CreatedModel {
    const KINDS: &'static [RequestKind] = &[RequestKind::CreateModel];

    fn read(answer: &Answer, ticket: &Ticket) -> Result<Self> {
        #[derive(Deserialize)]
        struct Wire {
            model_id: Option<String>,
        }
        let wire: Wire = answer.json()?;
        let promised = ticket.parts.first().and_then(|part| part.model_id.clone());
        let model_id = wire.model_id.or(promised).ok_or_else(|| answer.undecodable("there is no model_id"))?;
        Ok(Self { model_id })
    }
}

#[derive(Serialize)]
struct Create<'a> {
    session_id: &'a str,
    model_seq_id: u32,
    base_model: &'a str,
    lora_config: LoraConfig,
    r#type: &'static str,
}

impl Session {
    /// Asks for a new adapter on a base model. This makes a training run at the server.
    ///
    /// ```no_run
    /// # async fn example(session: idiolect_tinker::Session) -> idiolect_tinker::Result<()> {
    /// use idiolect_tinker::LoraConfig;
    ///
    /// let pending = session.create_model("Qwen/Qwen3-8B", LoraConfig::rank(16)?).await?;
    /// let model = session.model(pending.wait().await?);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As every submission.
    pub async fn create_model(&self, base_model: &str, lora: LoraConfig) -> Result<Pending<CreatedModel>> {
        let (base_model, session) = (base_model.to_owned(), self.clone());
        let build: Build = Box::new(move |model_seq_id| {
            let (session_id, base_model) = (session.id(), base_model.as_str());
            let body = Create { session_id, model_seq_id, base_model, lora_config: lora, r#type: "create_model" };
            Request::post("/api/v1/create_model", &body, session.client().config().timeouts.creation)
        });
        let sent = self.inner.models.submit(self.work(RequestKind::CreateModel, vec![build])).await?;
        Ok(Pending::new(self.client(), sent.ticket, sent.again))
    }

    /// A new adapter on a base model, when the server has made it.
    ///
    /// ```no_run
    /// # async fn example(session: idiolect_tinker::Session) -> idiolect_tinker::Result<()> {
    /// use idiolect_tinker::{AdamParams, Datum, LoraConfig, Loss};
    ///
    /// let model = session.new_model("Qwen/Qwen3-8B", LoraConfig::rank(32)?).await?;
    /// let batch = [Datum::cross_entropy(&[1, 2, 3], &[0.0, 1.0, 1.0])?];
    /// let pass = model.forward_backward(&batch, &Loss::cross_entropy()).await?;
    /// let step = model.optim_step(&AdamParams::default()).await?;
    /// println!("{:?}", pass.wait().await?.surprise(&batch));
    /// step.wait().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As every submission, and as [`Pending::wait`].
    pub async fn new_model(&self, base_model: &str, lora: LoraConfig) -> Result<TrainingModel> {
        let created = self.create_model(base_model, lora).await?.wait().await?;
        Ok(self.model(created))
    }

    /// The handle of a model that this session has just made.
    #[must_use]
    pub fn model(&self, created: CreatedModel) -> TrainingModel {
        // create_model itself counts as number 0.
        TrainingModel::new(self, created.model_id, 1)
    }

    pub(crate) fn work(&self, kind: RequestKind, pieces: Vec<Build>) -> Work {
        Work {
            client: self.client().clone(),
            journal: self.inner.journal.clone(),
            kind,
            session_id: self.id().to_owned(),
            target: None,
            pieces,
        }
    }
}

/// Makes a request out of a path and what depends on its number.
pub(crate) fn build(
    session: &Session,
    path: &'static str,
    body: impl FnOnce(u32) -> serde_json::Value + Send + 'static,
) -> Build {
    let client = session.client().clone();
    Box::new(move |seq_id| -> Result<Request> { client.post(path, &body(seq_id)) })
}
