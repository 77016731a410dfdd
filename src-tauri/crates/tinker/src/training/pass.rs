//! Passes through the model, with and without gradients.

use super::batch::{cut, encode};
use super::{Datum, ForwardBackwardOutput, Loss, TrainingModel, json};
use crate::future::sealed::Sealed;
use crate::future::{Outcome, Pending, RequestKind, Ticket};
use crate::http::{Answer, Request};
use crate::submit::Build;
use crate::{Error, Result, proto};
use std::sync::atomic::Ordering;

impl Outcome for ForwardBackwardOutput {}

impl Sealed for ForwardBackwardOutput {
    const KINDS: &'static [RequestKind] = &[RequestKind::ForwardBackward, RequestKind::Forward];

    fn read(answer: &Answer, _ticket: &Ticket) -> Result<Self> {
        let read = if answer.is_json() { json::output(&answer.body) } else { Self::decode(&answer.body) };
        read.map_err(|why| answer.undecodable(why))
    }

    fn join(parts: Vec<Self>) -> Option<Self> {
        (!parts.is_empty()).then(|| Self::combine(parts))
    }
}

impl TrainingModel {
    /// Submits a batch for loss and gradients. Gradients add up until the next optimizer step. A batch that is too large
    /// for one request goes out in several.
    ///
    /// # Errors
    /// As every submission. [`Error::Unsure`](crate::Error::Unsure) when a large batch broke off in the middle.
    pub async fn forward_backward(&self, data: &[Datum], loss: &Loss) -> Result<Pending<ForwardBackwardOutput>> {
        self.pass(data, loss, RequestKind::ForwardBackward).await
    }

    /// Submits a batch for loss alone; it leaves no gradients.
    ///
    /// ```no_run
    /// # async fn example(model: idiolect_tinker::TrainingModel) -> idiolect_tinker::Result<()> {
    /// use idiolect_tinker::{Datum, Loss};
    ///
    /// let held_out = [Datum::cross_entropy(&[1, 2, 3], &[0.0, 1.0, 1.0])?];
    /// let output = model.forward(&held_out, &Loss::cross_entropy()).await?.wait().await?;
    /// println!("{:?}", output.surprise(&held_out)[0].and_then(|surprise| surprise.mean()));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`TrainingModel::forward_backward`].
    pub async fn forward(&self, data: &[Datum], loss: &Loss) -> Result<Pending<ForwardBackwardOutput>> {
        self.pass(data, loss, RequestKind::Forward).await
    }

    async fn pass(&self, data: &[Datum], loss: &Loss, kind: RequestKind) -> Result<Pending<ForwardBackwardOutput>> {
        loss.check(data)?;
        if self.session().client().inner.passes_in_json.load(Ordering::Relaxed) {
            return self.submit(kind, vec![self.in_json(data, loss, kind)]).await;
        }
        let flags = self.session().client().flags().await?;
        let pieces = cut(data, flags).into_iter().map(|piece| self.piece(piece, loss, kind, flags)).collect();
        match self.submit(kind, pieces).await {
            Err(Error::Status(status)) if matches!(status.status, 400 | 415 | 422) => {
                self.pass_the_old_way(data, loss, kind).await.map_err(|error| error.unwrap_or(Error::Status(status)))
            }
            outcome => outcome,
        }
    }

    /// An older server refuses the binary form, and the refusal has used up no number. Where it refuses the older form
    /// too, nothing is the matter with the form, and the first refusal counts.
    async fn pass_the_old_way(
        &self,
        data: &[Datum],
        loss: &Loss,
        kind: RequestKind,
    ) -> Result<Pending<ForwardBackwardOutput>, Option<Error>> {
        match self.submit(kind, vec![self.in_json(data, loss, kind)]).await {
            Ok(pending) => {
                self.session().client().inner.passes_in_json.store(true, Ordering::Relaxed);
                Ok(pending)
            }
            Err(Error::Status(status)) if (400..500).contains(&status.status) => Err(None),
            Err(error) => Err(Some(error)),
        }
    }

    fn in_json(&self, data: &[Datum], loss: &Loss, kind: RequestKind) -> Build {
        let (model, data, loss) = (self.clone(), data.to_vec(), loss.clone());
        Box::new(move |seq_id| {
            let (path, body) = json::request(&data, model.id(), seq_id, &loss, kind == RequestKind::Forward);
            model.session().client().post(path, &body)
        })
    }

    fn piece(&self, data: Vec<proto::Datum>, loss: &Loss, kind: RequestKind, flags: &crate::Flags) -> Build {
        let (model_id, loss, flags) = (self.id().to_owned(), loss.clone(), flags.clone());
        let timeout = self.session().client().config().timeouts.answer;
        Box::new(move |seq_id| {
            let body = encode(data, &model_id, seq_id, &loss, kind == RequestKind::Forward, &flags)?;
            Ok(Request::post_bytes("/api/v1/forward_backward", body, timeout))
        })
    }
}
