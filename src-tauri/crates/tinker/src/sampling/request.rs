//! How tokens are drawn.

use crate::training::check_tokens;
use crate::{Error, Result};
use serde::Serialize;

/// How tokens are drawn.
///
/// ```
/// use idiolect_tinker::{SampleRequest, Stop};
///
/// let request = SampleRequest::new(vec![5, 17]).max_tokens(64).stop(Stop::Tokens(vec![2])).seed(1);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct SampleRequest {
    prompt: Vec<u32>,
    samples: u32,
    params: Params,
    prompt_logprobs: bool,
}

/// Where drawing ends, besides the longest length.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Stop {
    /// At one of these tokens.
    Tokens(Vec<u32>),
    /// At one of these texts.
    Texts(Vec<String>),
}

#[derive(Debug, Clone, Default, PartialEq, Serialize)]
struct Params {
    #[serde(skip_serializing_if = "Option::is_none")]
    max_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seed: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stop: Option<Stop>,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<f32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    top_k: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    top_p: Option<f32>,
}

impl SampleRequest {
    /// One sequence after a prompt, by the service's defaults.
    #[must_use]
    pub fn new(prompt: Vec<u32>) -> Self {
        Self { prompt, samples: 1, params: Params::default(), prompt_logprobs: false }
    }

    /// So many sequences.
    #[must_use]
    pub fn samples(mut self, number: u32) -> Self {
        self.samples = number;
        self
    }

    /// At most this many tokens each.
    #[must_use]
    pub fn max_tokens(mut self, tokens: u32) -> Self {
        self.params.max_tokens = Some(tokens);
        self
    }

    /// 0 always takes the likeliest token.
    #[must_use]
    pub fn temperature(mut self, temperature: f32) -> Self {
        self.params.temperature = Some(temperature);
        self
    }

    /// Only the likeliest tokens that together reach this probability.
    #[must_use]
    pub fn top_p(mut self, probability: f32) -> Self {
        self.params.top_p = Some(probability);
        self
    }

    /// Only so many of the likeliest tokens.
    #[must_use]
    pub fn top_k(mut self, tokens: u32) -> Self {
        self.params.top_k = Some(tokens);
        self
    }

    /// Where drawing ends. Unless said otherwise, at the model's own end; a list without entries means never.
    #[must_use]
    pub fn stop(mut self, stop: Stop) -> Self {
        self.params.stop = Some(stop);
        self
    }

    /// Where chance begins.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.params.seed = Some(seed);
        self
    }

    /// Asks for the log-probability of each token of the prompt as well, which is how text is scored.
    #[must_use]
    pub fn prompt_logprobs(mut self) -> Self {
        self.prompt_logprobs = true;
        self
    }

    pub(super) fn check(&self) -> Result<()> {
        check_tokens(&self.prompt)?;
        let Params { temperature, top_p, top_k, max_tokens, .. } = &self.params;
        if temperature.is_some_and(|t| !t.is_finite() || t < 0.0) {
            return Err(Error::invalid("The temperature has to be 0 or more."));
        }
        if top_p.is_some_and(|p| !(p > 0.0 && p <= 1.0)) {
            return Err(Error::invalid("top_p has to be more than 0, and 1 at most."));
        }
        if *top_k == Some(0) || *max_tokens == Some(0) || self.samples == 0 {
            return Err(Error::invalid("Numbers of tokens and of sequences have to be 1 or more."));
        }
        Ok(())
    }

    pub(super) fn body<'a>(&'a self, sampling_session_id: &'a str, seq_id: u32) -> Body<'a> {
        Body {
            sampling_session_id,
            seq_id,
            num_samples: self.samples,
            prompt: Prompt { chunks: [Chunk { tokens: &self.prompt, r#type: "encoded_text" }] },
            sampling_params: &self.params,
            prompt_logprobs: self.prompt_logprobs.then_some(true),
            r#type: "sample",
        }
    }
}

#[derive(Serialize)]
pub(super) struct Body<'a> {
    sampling_session_id: &'a str,
    seq_id: u32,
    num_samples: u32,
    prompt: Prompt<'a>,
    sampling_params: &'a Params,
    #[serde(skip_serializing_if = "Option::is_none")]
    prompt_logprobs: Option<bool>,
    r#type: &'static str,
}

#[derive(Serialize)]
struct Prompt<'a> {
    chunks: [Chunk<'a>; 1],
}

#[derive(Serialize)]
struct Chunk<'a> {
    tokens: &'a [u32],
    r#type: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_what_was_said_is_sent() {
        let body = serde_json::to_value(SampleRequest::new(vec![5, 17]).body("s", 0)).unwrap();
        assert_eq!(
            body,
            json!({"sampling_session_id": "s", "seq_id": 0, "num_samples": 1, "sampling_params": {}, "type": "sample",
                "prompt": {"chunks": [{"type": "encoded_text", "tokens": [5, 17]}]}})
        );
        let stops = |stop| {
            serde_json::to_value(SampleRequest::new(vec![1]).stop(stop).body("s", 0)).unwrap()["sampling_params"]["stop"].clone()
        };
        assert_eq!(stops(Stop::Tokens(vec![2])), json!([2]));
        assert_eq!(stops(Stop::Texts(vec!["\n".into()])), json!(["\n"]));
    }

    #[test]
    fn nonsense_is_refused_here() {
        let good = || SampleRequest::new(vec![1]);
        for bad in [
            SampleRequest::new(vec![]),
            good().temperature(-1.0),
            good().top_p(0.0),
            good().samples(0),
            good().max_tokens(0),
        ] {
            assert!(bad.check().is_err(), "{bad:?}");
        }
        assert!(good().check().is_ok());
    }
}
