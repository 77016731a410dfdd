//! A FAKE engine for tests: no tensors, a byte for a token, losses from a script. It fails or stalls at the step it is
//! told to, which no real engine does on request.

use super::{
    Adam, Codec, Datum, Engine, Estimate, Model, SampleEnd, SampleParams, Sampler, Start, StepMetrics, Surprise,
    Trainer, Weights,
};
use crate::{Code, Error, Result};
use async_trait::async_trait;
use futures_util::future::BoxFuture;
use std::path::Path;
use std::sync::Arc;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// The fake engine. Its losses fall by a hundredth a step unless `held_out` scripts them.
#[derive(Debug, Clone, Default)]
pub struct FakeEngine {
    /// The step (counted from 1) that fails.
    pub fail_at: Option<u32>,
    /// The step (counted from 1) that never ends.
    pub stall_at: Option<u32>,
    /// Held-out loss per token after each number of steps; the last value stays.
    pub held_out: Vec<f64>,
    /// Whether it writes the last part of its prompt again instead of its own sentence.
    pub echo: bool,
}

const END: u32 = 256;

#[async_trait]
impl Engine for FakeEngine {
    fn id(&self) -> &'static str {
        "local"
    }

    fn models(&self) -> Vec<Model> {
        Vec::new()
    }

    async fn codec(&self, _model: &str) -> Result<Arc<dyn Codec>> {
        Ok(Arc::new(ByteCodec))
    }

    fn default_codec(&self) -> Option<Arc<dyn Codec>> {
        Some(Arc::new(ByteCodec))
    }

    async fn estimate(&self, _model: &str, _rank: u32, _step_tokens: u32) -> Result<Estimate> {
        Ok(Estimate { tokens_per_second: 1000.0, memory_bytes: 1e6, longest: 2048 })
    }

    async fn trainer(&self, start: Start) -> Result<Box<dyn Trainer>> {
        let step = match start {
            Start::New { .. } => 0,
            Start::From { checkpoint, .. } => {
                let text = std::fs::read_to_string(checkpoint.join("step"))?;
                text.trim().parse().map_err(|_| Error::bad_input("not a checkpoint"))?
            }
        };
        Ok(Box::new(FakeTrainer { engine: self.clone(), step, given_up: CancellationToken::new() }))
    }

    async fn sampler(&self, _weights: &Weights) -> Result<Box<dyn Sampler>> {
        Ok(Box::new(FakeSampler { echo: self.echo }))
    }
}

struct FakeTrainer {
    engine: FakeEngine,
    step: u32,
    given_up: CancellationToken,
}

#[async_trait]
impl Trainer for FakeTrainer {
    async fn submit(&mut self, batch: Vec<Datum>, adam: Adam) -> Result<BoxFuture<'static, Result<StepMetrics>>> {
        self.step += 1;
        let step = self.step;
        self.given_up = CancellationToken::new();
        let given_up = self.given_up.clone();
        let (fails, stalls) = (self.engine.fail_at == Some(step), self.engine.stall_at == Some(step));
        let tokens = batch.iter().map(|datum| datum.tokens.len()).sum::<usize>();
        Ok(Box::pin(async move {
            if stalls {
                given_up.cancelled().await;
                return Err(Error::new(Code::Cancelled, "Stopped."));
            }
            if fails {
                return Err(Error::new(Code::Internal, "The fake engine failed as it was told to."));
            }
            let loss = 4.0 - 0.01 * f64::from(step) + f64::from(adam.learning_rate) * 1e-6;
            Ok(StepMetrics { loss, tokens: u32::try_from(tokens).unwrap_or(u32::MAX), grad_norm: 1.0 })
        }))
    }

    fn abandon(&mut self) {
        // Only a stalled step can be given up; every other is done at once.
        if self.engine.stall_at == Some(self.step) {
            self.step -= 1;
            self.given_up.cancel();
        }
    }

    async fn evaluate(&mut self, data: Vec<Datum>) -> Result<Vec<Surprise>> {
        let script = &self.engine.held_out;
        let per_token = match script.len() {
            0 => 4.0 - 0.01 * f64::from(self.step),
            length => script[(self.step as usize).min(length - 1)],
        };
        let of = |datum: &Datum| {
            let tokens =
                u32::try_from(datum.weights.iter().filter(|weight| **weight > 0.0).count()).unwrap_or(u32::MAX);
            Surprise { nll: per_token * f64::from(tokens), tokens }
        };
        Ok(data.iter().map(of).collect())
    }

    async fn save(&mut self, folder: &Path) -> Result<()> {
        std::fs::create_dir_all(folder)?;
        Ok(std::fs::write(folder.join("step"), self.step.to_string())?)
    }

    async fn save_adapter(&mut self, folder: &Path) -> Result<()> {
        self.save(folder).await
    }
}

struct FakeSampler {
    echo: bool,
}

const SAYS: &str = "It began with tea. Then came the bridge.\n\n\nAnd the end.";

#[async_trait]
impl Sampler for FakeSampler {
    async fn sample(
        &mut self,
        prompt: Vec<u32>,
        params: SampleParams,
        tokens: mpsc::Sender<u32>,
        stop: CancellationToken,
    ) -> Result<SampleEnd> {
        let after = |tokens: Vec<u32>| {
            let text: Vec<u8> = tokens.into_iter().filter_map(|token| u8::try_from(token).ok()).collect();
            String::from_utf8_lossy(&text).rsplit("Write nothing else.\n\n").next().unwrap_or_default().to_owned()
        };
        let text = if self.echo { after(prompt) } else { SAYS.to_owned() };
        let length = text.len();
        for token in text.bytes().map(u32::from).take(params.max_tokens as usize) {
            if stop.is_cancelled() || tokens.send(token).await.is_err() {
                return Ok(SampleEnd::Stopped);
            }
        }
        Ok(if (params.max_tokens as usize) < length { SampleEnd::Length } else { SampleEnd::EndOfText })
    }

    async fn score(&mut self, tokens: Vec<u32>) -> Result<Vec<f32>> {
        Ok(tokens.iter().enumerate().map(|(i, _)| if i == 0 { 0.0 } else { -4.0 }).collect())
    }
}

struct ByteCodec;

impl Codec for ByteCodec {
    fn longest(&self) -> u32 {
        2048
    }

    fn encode(&self, text: &str) -> Vec<u32> {
        text.bytes().map(u32::from).collect()
    }

    fn encode_template(&self, text: &str) -> Vec<u32> {
        self.encode(text)
    }

    fn bytes(&self, token: u32) -> Vec<u8> {
        u8::try_from(token).map(|byte| vec![byte]).unwrap_or_default()
    }

    fn end(&self) -> u32 {
        END
    }

    fn begin(&self) -> Option<u32> {
        None
    }

    fn chat_prompt(&self, prompt: &str) -> Result<String> {
        Ok(format!("[user] {prompt} [writer] "))
    }
}
