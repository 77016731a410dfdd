//! Asking for a result until it is there.

use super::reply::{self, Reply};
use super::waiting::{Polled, Waiting};
use super::{Outcome, Pending, TicketPart};
use crate::http::{Answer, Attempt, PROTOBUF, Request};
use crate::{Error, FailureCategory, Result, TransportKind};
use serde::Serialize;
use std::time::Duration;
use tokio::time::Instant;

/// Proxies on the way inject bare 400s; so many in a row are taken for theirs.
const BAD_REQUESTS: u32 = 3;
/// A failure that a server reports as 5xx is believed when it comes so many times in a row with the same reason.
const SAME_REASONS: u32 = 5;
/// A request that the server forgets is submitted again so many times.
const RESUBMISSIONS: u32 = 3;

#[derive(Serialize)]
struct Retrieve<'a> {
    request_id: &'a str,
    allow_metadata_only: bool,
}

/// What is remembered between looks at one part.
#[derive(Default)]
struct Looks {
    /// Failed in a row.
    misses: u32,
    bad_requests: u32,
    reason: Option<String>,
    same_reason: u32,
    resubmissions: u32,
    unpaid_since: Option<Instant>,
    whole: bool,
}

/// What to do after a look.
enum Next {
    Done(Answer),
    Look(Waiting, Duration),
}

impl<T: Outcome> Pending<T> {
    /// Waits for the result for as long as it takes, which may be hours when the service has no room. The client's
    /// [`Listener`](crate::Listener) hears why. Waiting again gives the same result again.
    ///
    /// # Errors
    /// [`Error::Failed`] when the server gave up on the request, [`Error::Gone`] when it has forgotten it, a status
    /// error that will not change, or a bill that stayed unpaid for an hour.
    pub async fn wait(&self) -> Result<T> {
        self.wait_watched(|_| {}).await
    }

    /// The same, telling each reason to wait.
    ///
    /// ```no_run
    /// # async fn example(pending: idiolect_tinker::Pending<idiolect_tinker::OptimStepOutput>) -> idiolect_tinker::Result<()> {
    /// let output = pending.wait_watched(|waiting| println!("{waiting}")).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`Pending::wait`].
    pub async fn wait_watched(&self, mut watch: impl FnMut(&Waiting) + Send) -> Result<T> {
        let mut parts = self.ticket().parts;
        let mut answers = Vec::with_capacity(parts.len());
        for (at, part) in parts.iter_mut().enumerate() {
            let mut looks = Looks::default();
            loop {
                match self.look(at, part, &mut looks).await? {
                    Next::Done(answer) => break answers.push(answer),
                    Next::Look(waiting, pause) => {
                        watch(&waiting);
                        self.client.pause(&waiting, pause).await;
                    }
                }
            }
        }
        self.read(&answers)
    }

    /// Waits for the result up to a time.
    ///
    /// # Errors
    /// As [`Pending::wait`], and [`Error::StillWaiting`] with the last thing heard.
    pub async fn wait_for(&self, patience: Duration) -> Result<T> {
        let mut last = Waiting::Queued { state: super::QueueState::Unsaid, reason: None };
        let waited = tokio::time::timeout(patience, self.wait_watched(|waiting| last = waiting.clone())).await;
        waited.unwrap_or(Err(Error::StillWaiting { waited: patience, last }))
    }

    /// Looks once. The server may hold the question for up to half a minute.
    ///
    /// # Errors
    /// As [`Pending::wait`].
    pub async fn poll(&self) -> Result<Polled<T>> {
        let mut answers = Vec::new();
        for (at, part) in self.ticket().parts.iter_mut().enumerate() {
            let mut looks = Looks::default();
            loop {
                let was_whole = looks.whole;
                match self.look(at, part, &mut looks).await? {
                    Next::Done(answer) => break answers.push(answer),
                    Next::Look(..) if looks.whole && !was_whole => {}
                    Next::Look(waiting, _) => return Ok(Polled::NotYet(waiting)),
                }
            }
        }
        self.read(&answers).map(Polled::Ready)
    }

    async fn look(&self, at: usize, part: &mut TicketPart, looks: &mut Looks) -> Result<Next> {
        let config = self.client.config();
        let body = Retrieve { request_id: &part.request_id, allow_metadata_only: !looks.whole };
        let mut request = Request::post("/api/v1/retrieve_future", &body, config.timeouts.poll)?;
        if self.kind.is_protobuf() {
            request = request.accepting(PROTOBUF);
        }
        let started = Instant::now();
        let answer = match self.client.once(&request).await {
            Attempt::Answered(answer) => answer,
            // The server held the question for longer than our patience: that is an answer too.
            Attempt::Lost(error) if error.kind == TransportKind::TimedOut => {
                let waiting = Waiting::Queued { state: super::QueueState::Unsaid, reason: None };
                return Ok(Next::Look(waiting, Duration::ZERO));
            }
            Attempt::NotSent(Error::Transport(error)) | Attempt::Lost(error) => {
                let pause = self.missed(looks);
                return Ok(Next::Look(Waiting::Unreachable { error, pause }, pause));
            }
            // The exchange of the key for a token meets the same weather as the poll itself.
            Attempt::NotSent(error) if error.is_temporary() => {
                let (pause, message) = (self.missed(looks), error.to_string());
                let status = error.status().map_or(0, |status| status.status);
                return Ok(Next::Look(Waiting::Trouble { status, message, pause }, pause));
            }
            Attempt::NotSent(error) => return Err(error),
        };
        let reply = reply::read(&answer, self.kind);
        self.judge(at, part, looks, reply, answer, started.elapsed()).await
    }

    async fn judge(
        &self,
        at: usize,
        part: &mut TicketPart,
        looks: &mut Looks,
        reply: Reply,
        answer: Answer,
        took: Duration,
    ) -> Result<Next> {
        if !matches!(reply, Reply::Billing(_)) {
            looks.unpaid_since = None;
        }
        match reply {
            Reply::Result => Ok(Next::Done(answer)),
            Reply::Again { state, reason } => {
                looks.misses = 0;
                // A server that does not hold the question would otherwise be asked thousands of times a second.
                let floor = self.client.config().pace.poll_floor;
                let pause = if took < floor { floor } else { Duration::ZERO };
                Ok(Next::Look(Waiting::Queued { state, reason }, pause))
            }
            Reply::AskForAll if looks.whole => Err(answer.undecodable("the result was announced, and did not come")),
            Reply::AskForAll => {
                looks.whole = true;
                Ok(Next::Look(Waiting::Queued { state: super::QueueState::Active, reason: None }, Duration::ZERO))
            }
            Reply::Failed(failure) => Err(failed(part, failure.category, failure.message)),
            Reply::Billing(message) => self.unpaid(looks, message, answer).await,
            Reply::Busy => {
                let pace = self.client.config().pace;
                let asked = answer.retry_after().filter(|asked| *asked <= pace.longest_asked);
                let pause = asked.map_or_else(|| self.missed(looks), |asked| asked.max(pace.poll_floor));
                Ok(Next::Look(trouble(answer, pause), pause))
            }
            Reply::Trouble => self.trouble(part, looks, answer),
            Reply::Gone => self.submit_again(at, part, looks).await,
            Reply::Refused => Err(answer.into_error()),
        }
    }

    fn trouble(&self, part: &TicketPart, looks: &mut Looks, answer: Answer) -> Result<Next> {
        if answer.status == 400 {
            looks.bad_requests += 1;
            if looks.bad_requests > BAD_REQUESTS {
                return Err(answer.into_error());
            }
        }
        let reason = reply::reason(&answer);
        looks.same_reason = if reason.is_some() && reason == looks.reason { looks.same_reason + 1 } else { 1 };
        looks.reason = reason;
        if let Some(reason) = looks.reason.take_if(|_| looks.same_reason >= SAME_REASONS) {
            return Err(failed(part, FailureCategory::Server, reason));
        }
        let pause = self.missed(looks);
        Ok(Next::Look(trouble(answer, pause), pause))
    }

    async fn unpaid(&self, looks: &mut Looks, message: String, answer: Answer) -> Result<Next> {
        let since = looks.unpaid_since.get_or_insert_with(Instant::now).elapsed();
        if since >= self.client.flags().await?.billing_patience() {
            return Err(answer.into_error());
        }
        Ok(Next::Look(Waiting::Billing { since, message }, self.client.config().pace.billing_pause))
    }

    async fn submit_again(&self, at: usize, part: &mut TicketPart, looks: &mut Looks) -> Result<Next> {
        let gone = || Error::Gone { request_id: part.request_id.clone() };
        let again = self.again.get(at).ok_or_else(gone)?;
        if looks.resubmissions >= RESUBMISSIONS {
            return Err(gone());
        }
        looks.resubmissions += 1;
        part.request_id = again.send(&self.client).await?;
        if let Some(kept) = self.held().parts.get_mut(at) {
            kept.request_id.clone_from(&part.request_id);
        }
        Ok(Next::Look(Waiting::Resubmitted, Duration::ZERO))
    }

    /// The pause after another failed look.
    fn missed(&self, looks: &mut Looks) -> Duration {
        let pause = self.client.config().pace.poll_pause(looks.misses);
        looks.misses += 1;
        pause
    }
}

fn trouble(answer: Answer, pause: Duration) -> Waiting {
    let error = answer.into_error();
    let (status, message) = error.status().map_or((0, String::new()), |status| (status.status, status.message()));
    Waiting::Trouble { status, message, pause }
}

fn failed(part: &TicketPart, category: FailureCategory, message: String) -> Error {
    Error::Failed { request_id: part.request_id.clone(), category, message }
}
