//! Submitting: sending a request that is carried out, and billed, once. Everything here is about not doing it twice.

mod journal;
mod lane;

pub use journal::{Intent, Journal};
pub(crate) use lane::{Build, Lane, Work};

use crate::http::{Answer, Attempt, Request};
use crate::{Client, Error, Result};
use serde::Deserialize;

/// What became of a submission.
pub(crate) enum Fate {
    /// The server has it.
    Accepted(Promise),
    /// The server does not have it.
    Refused(Error),
    /// It may have it.
    Unsure(Error),
    /// It has it, and had it before; there is nothing to poll.
    Already,
}

/// The server's promise of a result.
pub(crate) struct Promise {
    pub request_id: String,
    pub model_id: Option<String>,
}

/// A request that can be submitted once more, at servers that recognise it.
pub(crate) struct Resubmission(Request);

impl Resubmission {
    /// Nothing where a second submission could be carried out a second time.
    pub(crate) fn of(client: &Client, request: &Request) -> Option<Self> {
        client.inner.resends_lost.then(|| Self(request.clone()))
    }

    pub(crate) async fn send(&self, client: &Client) -> Result<String> {
        let mut request = self.0.clone();
        // A new question: under the old key a server could repeat its old answer.
        request.idempotency_key = Some(format!("idiolect-tinker-{:032x}", fastrand::u128(..)));
        match client.submit(&request, &|| true).await {
            Fate::Accepted(promise) => Ok(promise.request_id),
            Fate::Refused(error) | Fate::Unsure(error) => Err(error),
            Fate::Already => Err(Error::invalid("The server has the request and does not say under which number.")),
        }
    }
}

impl Client {
    /// Sends a submission, again and again where that is right and while somebody is `wanted`-ing it.
    pub(crate) async fn submit(&self, request: &Request, wanted: &(dyn Fn() -> bool + Send + Sync)) -> Fate {
        let pace = self.config().pace;
        let mut doubtful = false;
        let mut retry = 0;
        loop {
            let (error, asked) = match self.once(request).await {
                Attempt::Answered(answer) if answer.is_success() => match promise(&answer) {
                    Ok(promise) => return Fate::Accepted(promise),
                    Err(error) => return Fate::Unsure(error),
                },
                Attempt::Answered(answer) if answer.status == 409 && doubtful => {
                    return promise(&answer).map_or(Fate::Already, Fate::Accepted);
                }
                Attempt::Answered(answer) => {
                    let asked = answer.retry_after();
                    doubtful |= matches!(answer.status, 502 | 504);
                    (answer.into_error(), asked)
                }
                Attempt::NotSent(error) => (error, None),
                Attempt::Lost(error) => {
                    doubtful = true;
                    (error.into(), None)
                }
            };
            let may_repeat = error.is_temporary() && (!doubtful || self.inner.resends_lost);
            if !may_repeat || retry >= pace.submission_retries || !wanted() {
                return if doubtful { Fate::Unsure(error) } else { Fate::Refused(error) };
            }
            let pause = pace.pause(retry, asked);
            self.config().listener.waiting(&told(&error, pause));
            tokio::time::sleep(pause).await;
            if !wanted() {
                return if doubtful { Fate::Unsure(error) } else { Fate::Refused(error) };
            }
            retry += 1;
        }
    }
}

fn told(error: &Error, pause: std::time::Duration) -> crate::Waiting {
    match error {
        Error::Transport(error) => crate::Waiting::Unreachable { error: error.clone(), pause },
        other => {
            let status = other.status();
            let message = status.map_or_else(|| other.to_string(), crate::StatusError::message);
            crate::Waiting::Trouble { status: status.map_or(0, |status| status.status), message, pause }
        }
    }
}

fn promise(answer: &Answer) -> Result<Promise> {
    #[derive(Deserialize)]
    struct Wire {
        request_id: serde_json::Value,
        model_id: Option<String>,
    }
    let wire: Wire = answer.json()?;
    let request_id = match wire.request_id {
        serde_json::Value::String(id) if !id.is_empty() => id,
        serde_json::Value::Number(id) => id.to_string(),
        _ => return Err(answer.undecodable("request_id is neither a text nor a number")),
    };
    Ok(Promise { request_id, model_id: wire.model_id })
}
