//! The order of a model's submissions. The server carries them out by number and waits for holes for ever, so numbers
//! are given out one at a time, and only used up by what the server has.

use super::{Fate, Intent, Journal, Resubmission};
use crate::future::{RequestKind, Ticket, TicketPart};
use crate::http::Request;
use crate::{Client, Error, Result};
use std::sync::Arc;
use tokio::sync::{Mutex, OwnedMutexGuard, oneshot};

/// The numbers of one model, or of one session's models.
pub(crate) struct Lane(Arc<Mutex<Number>>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Number {
    /// The next submission gets this one.
    Next(u32),
    /// The server may or may not have the submission with this one.
    Unsure(u32),
}

/// Makes a request for a number.
pub(crate) type Build = Box<dyn FnOnce(u32) -> Result<Request> + Send>;

/// What is to be submitted: one request, or the pieces of one.
pub(crate) struct Work {
    pub client: Client,
    pub journal: Option<Arc<dyn Journal>>,
    pub kind: RequestKind,
    pub session_id: String,
    pub target: Option<String>,
    pub pieces: Vec<Build>,
}

/// What was submitted.
pub(crate) struct Sent {
    pub ticket: Ticket,
    pub again: Vec<Resubmission>,
}

impl Lane {
    pub(crate) fn starting_at(next: u32) -> Self {
        Self(Arc::new(Mutex::new(Number::Next(next))))
    }

    /// The next number; an error while it is unknown.
    pub(crate) async fn next(&self) -> Result<u32> {
        self.0.lock().await.next()
    }

    /// Settles by hand whether the server has the submission in doubt.
    pub(crate) async fn settle(&self, accepted: bool) {
        let mut number = self.0.lock().await;
        if let Number::Unsure(doubtful) = *number {
            *number = Number::Next(if accepted { doubtful + 1 } else { doubtful });
        }
    }

    /// Submits in turn. Once begun, a submission is carried through even if nobody waits for it any more: a request
    /// that is cut off half way would leave in doubt whether the server has it.
    pub(crate) async fn submit(&self, work: Work) -> Result<Sent> {
        let turn = Arc::clone(&self.0).lock_owned().await;
        let in_doubt = *turn;
        let (tell, told) = oneshot::channel();
        tokio::spawn(async move {
            let sent = carry_through(turn, work, &|| !tell.is_closed()).await;
            let _ = tell.send(sent);
        });
        // Only when the runtime goes down does nobody tell.
        told.await.unwrap_or_else(|_| Err(in_doubt.unsure(Error::invalid("The program is ending."))))
    }
}

impl Number {
    fn next(self) -> Result<u32> {
        match self {
            Self::Next(number) => Ok(number),
            Self::Unsure(_) => Err(self.unsure(Error::invalid("An earlier request was lost on its way."))),
        }
    }

    fn unsure(self, cause: Error) -> Error {
        let (Self::Next(seq_id) | Self::Unsure(seq_id)) = self;
        Error::Unsure { seq_id, cause: Box::new(cause) }
    }
}

async fn carry_through(
    mut turn: OwnedMutexGuard<Number>,
    work: Work,
    wanted: &(dyn Fn() -> bool + Send + Sync),
) -> Result<Sent> {
    let Work { client, journal, kind, session_id, target, pieces } = work;
    let last = pieces.len().saturating_sub(1);
    let mut sent = Sent { ticket: Ticket { kind, parts: Vec::new() }, again: Vec::new() };
    for (at, build) in pieces.into_iter().enumerate() {
        let seq_id = turn.next()?;
        let intent = Intent { kind, session_id: session_id.clone(), target: target.clone(), seq_id };
        let request = match written_down(build, journal.as_deref(), &intent) {
            Ok(request) => request,
            Err(error) => return Err(broken_off(&mut turn, at, seq_id, error)),
        };
        // Should this task be killed, the number stays in doubt.
        *turn = Number::Unsure(seq_id);
        match client.submit(&request, wanted).await {
            Fate::Accepted(promise) => {
                *turn = Number::Next(seq_id + 1);
                let part =
                    TicketPart { request_id: promise.request_id, seq_id: Some(seq_id), model_id: promise.model_id };
                if let Some(journal) = &journal {
                    journal.accepted(&intent, &part);
                }
                sent.ticket.parts.push(part);
                sent.again.extend(Resubmission::of(&client, &request));
            }
            Fate::Refused(error) => {
                *turn = Number::Next(seq_id);
                if let Some(journal) = &journal {
                    journal.refused(&intent);
                }
                return Err(broken_off(&mut turn, at, seq_id, error));
            }
            Fate::Already if at == last => {
                *turn = Number::Next(seq_id + 1);
                return Err(Error::AlreadyAccepted { seq_id });
            }
            Fate::Already => return Err(turn.unsure(Error::AlreadyAccepted { seq_id })),
            Fate::Unsure(error) => return Err(turn.unsure(error)),
        }
    }
    Ok(sent)
}

fn written_down(build: Build, journal: Option<&dyn Journal>, intent: &Intent) -> Result<Request> {
    let request = build(intent.seq_id)?;
    if let Some(journal) = journal {
        journal.sending(intent).map_err(Error::Journal)?;
    }
    Ok(request)
}

/// A batch that breaks off after its first piece leaves gradients at the server that nobody can take back.
fn broken_off(turn: &mut Number, at: usize, seq_id: u32, error: Error) -> Error {
    if at == 0 {
        return error;
    }
    *turn = Number::Unsure(seq_id);
    turn.unsure(error)
}
