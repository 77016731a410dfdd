//! Results that come later. The server answers a submission at once with a request's number, and gives the result to
//! whoever asks for that number, any number of times.

mod poll;
mod reply;
mod waiting;

pub use waiting::{Polled, QueueState, Waiting};

use crate::http::Answer;
use crate::submit::Resubmission;
use crate::{Client, Error, Result};
use serde::{Deserialize, Serialize};
use std::marker::PhantomData;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What a request is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RequestKind {
    /// Making a new adapter.
    CreateModel,
    /// Making an adapter from a saved state.
    LoadWeights,
    /// A pass with gradients.
    ForwardBackward,
    /// A pass without gradients.
    Forward,
    /// A change of the weights.
    OptimStep,
    /// Saving a state to train on from.
    SaveWeights,
    /// Saving weights to draw from.
    SaveWeightsForSampler,
    /// Saving weights to download.
    SaveWeightsExternal,
    /// Drawing tokens.
    Sample,
}

impl RequestKind {
    /// Whether the result comes in protobuf.
    pub(crate) fn is_protobuf(self) -> bool {
        matches!(self, Self::ForwardBackward | Self::Forward | Self::Sample)
    }
}

/// The claim to a result, to be kept where it outlives the process. It holds no secret.
///
/// ```
/// use idiolect_tinker::{RequestKind, Ticket};
///
/// let ticket = Ticket::new(RequestKind::OptimStep, "8f3a", Some(2));
/// let text = serde_json::to_string(&ticket).unwrap();
/// assert_eq!(serde_json::from_str::<Ticket>(&text).unwrap(), ticket);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    /// What was asked for.
    pub kind: RequestKind,
    /// The requests it was asked with: one, or several for a batch that was too large for one.
    pub parts: Vec<TicketPart>,
}

/// One request of a [`Ticket`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketPart {
    /// The request's number at the server.
    pub request_id: String,
    /// Its place in the model's sequence, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seq_id: Option<u32>,
    /// The model it belongs to, where the server said so at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model_id: Option<String>,
}

impl Ticket {
    /// A claim that consists of one request.
    pub fn new(kind: RequestKind, request_id: impl Into<String>, seq_id: Option<u32>) -> Self {
        Self { kind, parts: vec![TicketPart { request_id: request_id.into(), seq_id, model_id: None }] }
    }
}

/// A kind of result. Implemented by the results of this crate.
pub trait Outcome: sealed::Sealed + Sized + Send {}

pub(crate) mod sealed {
    use super::{RequestKind, Ticket};
    use crate::Result;
    use crate::http::Answer;

    pub trait Sealed: Sized {
        /// The kinds of request that end in this.
        const KINDS: &'static [RequestKind];
        /// Reads one part.
        fn read(answer: &Answer, ticket: &Ticket) -> Result<Self>;
        /// Puts the parts together; there is at least one.
        fn join(parts: Vec<Self>) -> Option<Self> {
            parts.into_iter().next()
        }
    }
}

/// A result that comes later.
///
/// Dropping it changes nothing at the server: what was submitted is carried out (and billed), and [`Client::pending`]
/// can ask for the result again, in another process too.
///
/// ```no_run
/// # async fn example(client: idiolect_tinker::Client, kept: &str) -> idiolect_tinker::Result<()> {
/// use idiolect_tinker::OptimStepOutput;
///
/// let ticket = serde_json::from_str(kept).unwrap();
/// let pending = client.pending::<OptimStepOutput>(ticket)?;
/// let metrics = pending.wait().await?.metrics;
/// # Ok(())
/// # }
/// ```
pub struct Pending<T> {
    client: Client,
    kind: RequestKind,
    /// A request that is submitted again gets a new number.
    ticket: Arc<Mutex<Ticket>>,
    /// What to send again when the server has forgotten a part, where that is safe.
    again: Arc<Vec<Resubmission>>,
    outcome: PhantomData<fn() -> T>,
}

impl Client {
    /// The result that a ticket is good for.
    ///
    /// # Errors
    /// [`Error::Invalid`] when the ticket is for something else.
    pub fn pending<T: Outcome>(&self, ticket: Ticket) -> Result<Pending<T>> {
        if !T::KINDS.contains(&ticket.kind) || ticket.parts.is_empty() {
            return Err(Error::invalid(format!("The ticket is for {:?}, not for what is asked.", ticket.kind)));
        }
        Ok(Pending::new(self, ticket, Vec::new()))
    }
}

impl<T: Outcome> Pending<T> {
    pub(crate) fn new(client: &Client, ticket: Ticket, again: Vec<Resubmission>) -> Self {
        let (kind, ticket) = (ticket.kind, Arc::new(Mutex::new(ticket)));
        Self { client: client.clone(), kind, ticket, again: Arc::new(again), outcome: PhantomData }
    }

    /// The claim, to be kept.
    #[must_use]
    pub fn ticket(&self) -> Ticket {
        self.held().clone()
    }

    fn held(&self) -> MutexGuard<'_, Ticket> {
        self.ticket.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn read(&self, answers: &[Answer]) -> Result<T> {
        let ticket = self.ticket();
        let parts: Vec<T> = answers.iter().map(|answer| T::read(answer, &ticket)).collect::<Result<_>>()?;
        T::join(parts).ok_or_else(|| Error::invalid("The ticket has no parts."))
    }
}

impl<T> Clone for Pending<T> {
    fn clone(&self) -> Self {
        let (client, ticket, again) = (self.client.clone(), Arc::clone(&self.ticket), Arc::clone(&self.again));
        Self { client, kind: self.kind, ticket, again, outcome: PhantomData }
    }
}

impl<T> std::fmt::Debug for Pending<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Pending").field(&*self.ticket.lock().unwrap_or_else(PoisonError::into_inner)).finish()
    }
}
