//! What was drawn.

use crate::future::sealed::Sealed;
use crate::future::{Outcome, RequestKind, Ticket};
use crate::http::Answer;
use crate::tensor::{floats, numbers};
use crate::{Result, proto};
use prost::Message;
use serde::Deserialize;

/// What was drawn.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SampleOutput {
    /// As many as were asked for.
    pub sequences: Vec<SampledSequence>,
    /// The log-probability of each token of the prompt given those before it, when it was asked for; the first has none.
    pub prompt_logprobs: Option<Vec<Option<f32>>>,
    /// Tokens of the prompt that the server still knew, which are cheaper.
    pub prompt_cache_hit_tokens: u32,
}

/// One drawn sequence.
#[derive(Debug, Clone, PartialEq)]
pub struct SampledSequence {
    /// Token ids.
    pub tokens: Vec<u32>,
    /// The log-probability of each, in nats.
    pub logprobs: Option<Vec<f32>>,
    /// Why it ended.
    pub stop_reason: StopReason,
}

/// Why a sequence ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum StopReason {
    /// At the model's end, or at a stop.
    Stop,
    /// At its longest length.
    Length,
    /// For a reason this crate does not know.
    Other(i32),
}

impl Outcome for SampleOutput {}

impl Sealed for SampleOutput {
    const KINDS: &'static [RequestKind] = &[RequestKind::Sample];

    fn read(answer: &Answer, _ticket: &Ticket) -> Result<Self> {
        let read = if answer.is_json() { decode_json(&answer.body) } else { decode(&answer.body) };
        read.map_err(|why| answer.undecodable(why))
    }
}

fn decode(bytes: &[u8]) -> Result<SampleOutput, String> {
    let message = proto::SampleResponse::decode(bytes).map_err(|error| error.to_string())?;
    let prompt_logprobs = message.prompt_logprobs.map(|bytes| floats(&bytes)).transpose()?;
    Ok(SampleOutput {
        sequences: message.sequences.into_iter().map(sequence).collect::<Result<_, String>>()?,
        prompt_logprobs: prompt_logprobs.map(|all| all.into_iter().map(|p| (!p.is_nan()).then_some(p)).collect()),
        prompt_cache_hit_tokens: u32::try_from(message.prompt_cache_hit_tokens).unwrap_or(0),
    })
}

/// The older form, which some servers answer with whatever was asked for.
fn decode_json(bytes: &[u8]) -> Result<SampleOutput, String> {
    #[derive(Deserialize)]
    struct Wire {
        sequences: Vec<Sequence>,
        #[serde(default)]
        prompt_logprobs: Option<Vec<Option<f32>>>,
    }
    #[derive(Deserialize)]
    struct Sequence {
        tokens: Vec<u32>,
        #[serde(default)]
        logprobs: Option<Vec<f32>>,
        #[serde(default)]
        stop_reason: Option<String>,
    }
    let wire: Wire = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    let sequences = wire.sequences.into_iter().map(|sequence| SampledSequence {
        tokens: sequence.tokens,
        logprobs: sequence.logprobs,
        stop_reason: match sequence.stop_reason.as_deref() {
            Some("length") => StopReason::Length,
            _ => StopReason::Stop,
        },
    });
    Ok(SampleOutput {
        sequences: sequences.collect(),
        prompt_logprobs: wire.prompt_logprobs,
        prompt_cache_hit_tokens: 0,
    })
}

fn sequence(message: proto::SampledSequence) -> Result<SampledSequence, String> {
    let tokens = numbers(&message.tokens, i32::from_le_bytes)?;
    let tokens: Result<Vec<u32>, _> = tokens.into_iter().map(u32::try_from).collect();
    Ok(SampledSequence {
        tokens: tokens.map_err(|_| "a negative token id")?,
        logprobs: message.logprobs.map(|bytes| floats(&bytes)).transpose()?,
        stop_reason: match message.stop_reason {
            0 => StopReason::Stop,
            1 => StopReason::Length,
            other => StopReason::Other(other),
        },
    })
}
