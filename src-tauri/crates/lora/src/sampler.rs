//! Writing text with a model and an adapter, and scoring text that is there.

use std::ops::ControlFlow;
use std::sync::Arc;

use crate::adapter::Adapter;
use crate::choose::{SampleParams, choose};
use crate::decode::Decoder;
use crate::error::Error;
use crate::model::Model;
use crate::pack::{Datum, Pack};
use crate::pass;
use crate::rng::Rng;

/// A model, with or without an adapter, that writes.
pub struct Sampler {
    model: Arc<Model>,
    adapter: Option<Adapter>,
}

/// How writing ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Finish {
    /// Why it ended.
    pub reason: FinishReason,
    /// Tokens written, the end token not counted.
    pub tokens: usize,
}

/// Why writing ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FinishReason {
    /// The model wrote a token that ends a text.
    EndOfText,
    /// `max_tokens` or the model's context was reached.
    Length,
    /// `on_token` said so.
    Stopped,
}

impl Sampler {
    /// A sampler; fails when the adapter was made for a model of other dimensions.
    pub fn new(model: Arc<Model>, adapter: Option<Adapter>) -> Result<Sampler, Error> {
        if let Some(adapter) = &adapter {
            adapter.check(&model)?;
        }
        Ok(Sampler { model, adapter })
    }

    /// Continues `prompt`, which must have a token and fit the model's context. `on_token` gets each token as it is
    /// written, the end token excepted.
    pub fn sample(
        &mut self,
        prompt: &[u32],
        params: &SampleParams,
        on_token: &mut dyn FnMut(u32) -> ControlFlow<()>,
    ) -> Result<Finish, Error> {
        params.check()?;
        if prompt.is_empty() {
            return Err(Error::input("the prompt is empty"));
        }
        let room = self.model.config().context_length.saturating_sub(prompt.len()).min(params.max_tokens);
        let mut decoder = Decoder::new(&self.model, self.adapter.as_ref());
        let mut rng = Rng::new(params.seed);
        let mut text = prompt.to_vec();
        let mut logits = decoder.prefill(prompt)?;
        for tokens in 0..room {
            let next = choose(&mut logits, &text, params, &mut rng)?;
            if self.model.tokenizer().is_end(next) {
                return Ok(Finish { reason: FinishReason::EndOfText, tokens });
            }
            if on_token(next).is_break() {
                return Ok(Finish { reason: FinishReason::Stopped, tokens: tokens + 1 });
            }
            text.push(next);
            if tokens + 1 < room {
                logits = decoder.step(next);
            }
        }
        Ok(Finish { reason: FinishReason::Length, tokens: room })
    }

    /// The log-probability of each token given those before it, in nats; 0 for the first.
    pub fn score(&self, tokens: &[u32]) -> Result<Vec<f32>, Error> {
        let datum = Datum { tokens: tokens.to_vec(), weights: vec![1.0; tokens.len()] };
        let pack = Pack::new(&self.model, &[datum])?;
        let nll = pass::evaluate(&self.model, self.adapter.as_ref(), &pack, &|| false)?;
        Ok(tokens.iter().take(1).map(|_| 0.0).chain(nll.into_iter().map(|nll| -nll)).collect())
    }
}
