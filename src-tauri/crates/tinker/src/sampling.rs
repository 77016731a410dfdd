//! Drawing tokens from weights, natively: token ids in, token ids out.

mod output;
mod request;

pub use output::{SampleOutput, SampledSequence, StopReason};
pub use request::{SampleRequest, Stop};

use crate::future::{Pending, RequestKind, Ticket, TicketPart};
use crate::http::Request;
use crate::submit::{Fate, Intent, Resubmission};
use crate::{Error, Result, Session};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// What tokens are drawn from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SamplingWeights {
    /// Weights that were saved for sampling, by their path (`tinker://…/sampler_weights/…`).
    Saved(String),
    /// A base model as it is, by its name.
    Base(String),
}

/// A sampling session. Clones share its count of requests.
#[derive(Clone)]
pub struct SamplingSession {
    session: Session,
    id: String,
    next: Arc<AtomicU32>,
}

#[derive(Serialize)]
struct Create<'a> {
    session_id: &'a str,
    sampling_session_seq_id: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    model_path: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    base_model: Option<&'a str>,
    r#type: &'static str,
}

#[derive(Deserialize)]
struct Created {
    sampling_session_id: String,
}

impl Session {
    /// Prepares drawing from weights. Costs nothing by itself.
    ///
    /// ```no_run
    /// # async fn example(session: idiolect_tinker::Session, prompt: Vec<u32>) -> idiolect_tinker::Result<()> {
    /// use idiolect_tinker::{SampleRequest, SamplingWeights, Stop};
    ///
    /// let sampler = session.sampling_session(&SamplingWeights::Base("Qwen/Qwen3-8B".into())).await?;
    /// let request = SampleRequest::new(prompt).max_tokens(200).temperature(0.7).stop(Stop::Texts(vec!["\n\n\n".into()]));
    /// for sequence in sampler.sample(&request).await?.wait().await?.sequences {
    ///     println!("{:?}", sequence.tokens);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As every request.
    pub async fn sampling_session(&self, weights: &SamplingWeights) -> Result<SamplingSession> {
        // Held until the answer is there, so that the numbers reach the server in order.
        let mut next = self.inner.samplers.lock().await;
        let (model_path, base_model) = match weights {
            SamplingWeights::Saved(path) => (Some(path.as_str()), None),
            SamplingWeights::Base(name) => (None, Some(name.as_str())),
        };
        let (session_id, sampling_session_seq_id) = (self.id(), *next);
        let body =
            Create { session_id, sampling_session_seq_id, model_path, base_model, r#type: "create_sampling_session" };
        let request = self.client().post("/api/v1/create_sampling_session", &body)?;
        let created: Created = self.client().send(&request).await?.json()?;
        *next += 1;
        Ok(SamplingSession { session: self.clone(), id: created.sampling_session_id, next: Arc::default() })
    }
}

impl SamplingSession {
    /// Its id at the server.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Asks for tokens. Several requests may be under way at a time; there is no streaming.
    ///
    /// ```no_run
    /// # async fn example(sampler: idiolect_tinker::SamplingSession) -> idiolect_tinker::Result<()> {
    /// use idiolect_tinker::SampleRequest;
    ///
    /// // How likely a text is: its tokens as the prompt, and one token that is thrown away.
    /// let request = SampleRequest::new(vec![5, 17, 33]).max_tokens(1).prompt_logprobs();
    /// let scores = sampler.sample(&request).await?.wait().await?.prompt_logprobs;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::Invalid`] for a request that makes no sense, and as every submission.
    pub async fn sample(&self, request: &SampleRequest) -> Result<Pending<SampleOutput>> {
        let client = self.session.client();
        request.check()?;
        let seq_id = self.next.fetch_add(1, Ordering::Relaxed);
        let body = request.body(&self.id, seq_id);
        let mut post = Request::post("/api/v1/asample", &body, client.config().timeouts.answer)?;
        // Without it, an overloaded server queues the request instead of saying so.
        post.headers.push(("x-tinker-sampling-backpressure", "1".to_owned()));
        let intent = Intent {
            kind: RequestKind::Sample,
            session_id: self.session.id().to_owned(),
            target: Some(self.id.clone()),
            seq_id,
        };
        let journal = self.session.inner.journal.as_deref();
        if let Some(journal) = journal {
            journal.sending(&intent).map_err(Error::Journal)?;
        }
        match client.submit(&post, &|| true).await {
            Fate::Accepted(promise) => {
                let part = TicketPart { request_id: promise.request_id, seq_id: Some(seq_id), model_id: None };
                if let Some(journal) = journal {
                    journal.accepted(&intent, &part);
                }
                let ticket = Ticket { kind: RequestKind::Sample, parts: vec![part] };
                Ok(Pending::new(client, ticket, Resubmission::of(client, &post).into_iter().collect()))
            }
            Fate::Refused(error) => {
                if let Some(journal) = journal {
                    journal.refused(&intent);
                }
                Err(error)
            }
            Fate::Unsure(cause) => Err(Error::Unsure { seq_id, cause: Box::new(cause) }),
            Fate::Already => Err(Error::AlreadyAccepted { seq_id }),
        }
    }

    /// Gives up a request for tokens. False where the server cannot; then its tokens are drawn and billed all the same.
    /// *Unproven against the production service.*
    ///
    /// # Errors
    /// As every request.
    pub async fn cancel(&self, pending: &Pending<SampleOutput>) -> Result<bool> {
        #[derive(Serialize)]
        struct Cancel<'a> {
            request_id: &'a str,
        }
        let mut cancelled = false;
        for part in &pending.ticket().parts {
            let request =
                self.session.client().post("/api/v1/cancel_future", &Cancel { request_id: &part.request_id })?;
            cancelled = self.session.client().send_if_offered(&request).await?.is_some();
        }
        Ok(cancelled)
    }
}

impl std::fmt::Debug for SamplingSession {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SamplingSession").field("id", &self.id).finish_non_exhaustive()
    }
}
