//! An adapter in training.

use crate::future::{Outcome, Pending, RequestKind};
use crate::submit::{Build, Lane};
use crate::{Result, Session};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// An adapter in training. Clones share its sequence of requests: submissions are numbered in the order in which they
/// are begun, and need not wait for one another's results.
///
/// ```no_run
/// # async fn example(model: idiolect_tinker::TrainingModel) -> idiolect_tinker::Result<()> {
/// let state = model.state().await?;
/// let again = model.session().attach_model(state);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct TrainingModel {
    session: Session,
    id: String,
    lane: Arc<Lane>,
}

/// What is needed to take a model up again in another process, as long as its session lives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelState {
    /// The model's id.
    pub model_id: String,
    /// The number of its next request.
    pub next_seq_id: u32,
}

/// What the server says about a model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelInfo {
    /// Its id.
    pub model_id: String,
    /// The base model's name.
    pub base_model: Option<String>,
    /// The rank of the adapter.
    pub lora_rank: Option<u32>,
    /// The base model's kind.
    pub architecture: Option<String>,
    /// Where its tokenizer is to be found, without the part after a colon.
    pub tokenizer: Option<String>,
}

impl TrainingModel {
    pub(crate) fn new(session: &Session, id: String, next_seq_id: u32) -> Self {
        Self { session: session.clone(), id, lane: Arc::new(Lane::starting_at(next_seq_id)) }
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The session it belongs to.
    #[must_use]
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// What is needed to take it up again. Waits while a submission is on its way.
    ///
    /// # Errors
    /// [`Error::Unsure`](crate::Error::Unsure) while it is unknown whether the server has the last submission.
    pub async fn state(&self) -> Result<ModelState> {
        Ok(ModelState { model_id: self.id.clone(), next_seq_id: self.lane.next().await? })
    }

    /// Settles a doubt after [`Error::Unsure`](crate::Error::Unsure), when the caller knows better: whether the server
    /// has the submission. A wrong answer doubles a step, or blocks the model for ever.
    pub async fn settle(&self, accepted: bool) {
        self.lane.settle(accepted).await;
    }

    /// What the server says about it.
    ///
    /// ```no_run
    /// # async fn example(model: idiolect_tinker::TrainingModel) -> idiolect_tinker::Result<()> {
    /// println!("{:?}", model.info().await?.tokenizer);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As every request.
    pub async fn info(&self) -> Result<ModelInfo> {
        #[derive(Serialize)]
        struct GetInfo<'a> {
            model_id: &'a str,
            r#type: &'static str,
        }
        #[derive(Deserialize)]
        struct Wire {
            lora_rank: Option<u32>,
            model_name: Option<String>,
            #[serde(default)]
            model_data: Data,
        }
        #[derive(Deserialize, Default)]
        struct Data {
            arch: Option<String>,
            model_name: Option<String>,
            tokenizer_id: Option<String>,
        }
        let client = self.session.client();
        let request = client.post("/api/v1/get_info", &GetInfo { model_id: &self.id, r#type: "get_info" })?;
        let wire: Wire = client.send(&request).await?.json()?;
        let tokenizer = wire.model_data.tokenizer_id.map(|id| id.split(':').next().unwrap_or_default().to_owned());
        Ok(ModelInfo {
            model_id: self.id.clone(),
            base_model: wire.model_data.model_name.or(wire.model_name),
            lora_rank: wire.lora_rank,
            architecture: wire.model_data.arch,
            tokenizer,
        })
    }

    /// Submits in the model's sequence.
    pub(crate) async fn submit<T: Outcome>(&self, kind: RequestKind, pieces: Vec<Build>) -> Result<Pending<T>> {
        let mut work = self.session.work(kind, pieces);
        work.target = Some(self.id.clone());
        let sent = self.lane.submit(work).await?;
        Ok(Pending::new(self.session.client(), sent.ticket, sent.again))
    }
}

impl Session {
    /// Takes up a model of this session again, perhaps in another process. The number of its next request must be
    /// right: a number too low may repeat a step, one too high blocks the model for ever.
    #[must_use]
    pub fn attach_model(&self, state: ModelState) -> TrainingModel {
        TrainingModel::new(self, state.model_id, state.next_seq_id)
    }
}

impl std::fmt::Debug for TrainingModel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TrainingModel")
            .field("id", &self.id)
            .field("session", &self.session.id())
            .finish_non_exhaustive()
    }
}
