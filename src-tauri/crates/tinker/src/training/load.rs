//! Adapters from saved states.

use super::create::build;
use super::{CreatedModel, LoraConfig, TrainingModel};
use crate::future::sealed::Sealed;
use crate::future::{Outcome, Pending, RequestKind, Ticket};
use crate::http::Answer;
use crate::{Error, Result, Session};
use serde::Deserialize;
use serde_json::json;

/// How to train on from a saved state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadOptions {
    /// The state's path, as it was given when it was saved (`tinker://…/weights/…`). Weights saved for sampling do not
    /// do.
    pub path: String,
    /// Whether to bring back Adam's moments too. Users have measured that they are not always brought back, so expect a
    /// small bump.
    pub optimizer: bool,
}

/// What loading answers.
struct Loaded {
    model_id: Option<String>,
}

impl Outcome for Loaded {}

impl Sealed for Loaded {
    const KINDS: &'static [RequestKind] = &[RequestKind::LoadWeights];

    fn read(answer: &Answer, ticket: &Ticket) -> Result<Self> {
        #[derive(Deserialize)]
        struct Wire {
            model_id: Option<String>,
        }
        let wire: Wire = answer.json()?;
        Ok(Self { model_id: wire.model_id.or_else(|| ticket.parts.first()?.model_id.clone()) })
    }
}

impl Session {
    /// Trains on from a saved state, as a new model of this session.
    ///
    /// Asks for it in one request, as current servers want it, and where that is refused in the two that older ones
    /// know.
    ///
    /// ```no_run
    /// # async fn example(session: idiolect_tinker::Session) -> idiolect_tinker::Result<()> {
    /// let options = idiolect_tinker::LoadOptions { path: "tinker://0d1e:train:0/weights/step-20".into(), optimizer: true };
    /// let model = session.load_model(&options).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As every submission, and as [`Pending::wait`].
    pub async fn load_model(&self, options: &LoadOptions) -> Result<TrainingModel> {
        match self.create_via_load(options).await {
            Err(Error::Status(status)) if matches!(status.status, 400 | 422) => self.create_then_load(options).await,
            outcome => outcome,
        }
    }

    /// *Unproven against the production service.*
    async fn create_via_load(&self, options: &LoadOptions) -> Result<TrainingModel> {
        let (session_id, path, optimizer) = (self.id().to_owned(), options.path.clone(), options.optimizer);
        let via_load = build(self, LOAD, move |model_seq_id| {
            json!({
                "session_id": session_id, "model_seq_id": model_seq_id,
                "path": path, "optimizer": optimizer, "type": "load_weights",
            })
        });
        let sent = self.inner.models.submit(self.work(RequestKind::LoadWeights, vec![via_load])).await?;
        let number = sent.ticket.parts.first().and_then(|part| part.seq_id).unwrap_or_default();
        let loaded = Pending::<Loaded>::new(self.client(), sent.ticket, sent.again).wait().await?;
        let model_id = loaded.model_id.unwrap_or_else(|| format!("{}:train:{number}", self.id()));
        Ok(self.model(CreatedModel { model_id }))
    }

    async fn create_then_load(&self, options: &LoadOptions) -> Result<TrainingModel> {
        let info = self.client().weights_info(&options.path).await?;
        let rank = info.lora_rank.ok_or_else(|| {
            Error::invalid("The server does not say the saved state's rank, so no model can be made for it.")
        })?;
        let mut lora = LoraConfig::rank(rank)?;
        if let (Some(unembed), Some(mlp), Some(attention)) = (info.train_unembed, info.train_mlp, info.train_attn) {
            lora = lora.layers(unembed, mlp, attention);
        }
        let model = self.new_model(&info.base_model, lora).await?;
        let (model_id, path, optimizer) = (model.id().to_owned(), options.path.clone(), options.optimizer);
        let load = build(self, LOAD, move |seq_id| {
            json!({
                "model_id": model_id, "seq_id": seq_id, "path": path, "optimizer": optimizer, "type": "load_weights",
            })
        });
        model.submit::<Loaded>(RequestKind::LoadWeights, vec![load]).await?.wait().await?;
        Ok(model)
    }
}

const LOAD: &str = "/api/v1/load_weights";
