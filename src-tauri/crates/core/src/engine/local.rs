//! The engine on this computer: the crate `lora` behind the engine's traits. Everything that computes runs on threads
//! where blocking is allowed; a base model is opened and checked once and then shared.

use super::models::{self, DEFAULT, Model};
use super::{
    Adam, Codec, Datum, Engine, Estimate, SampleEnd, SampleParams, Sampler, Start, StepMetrics, Surprise, Trainer,
    Weights, chat,
};
use crate::paths::Paths;
use crate::{Code, Error, Result};
use async_trait::async_trait;
use futures_util::future::BoxFuture;
use idiolect_lora as lora;
use std::collections::HashMap;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// A step goes through the model in pieces of at most this many tokens (or one sequence), which bounds its memory.
const PIECE_TOKENS: usize = 1024;
/// The longest sequence that is trained on, whatever the model could take: memory grows with it.
const LONGEST: usize = 2048;
/// Repeating itself is the plague of very small models; this mild penalty is what the reference measurements ask for.
const REPETITION_PENALTY: f32 = 1.1;

/// Threads the engine computes on: all cores but one, so that the computer stays usable.
pub fn threads() -> usize {
    lora::default_threads()
}

/// The engine on this computer.
pub struct LocalEngine {
    shelf: Arc<Shelf>,
    speeds: Mutex<HashMap<String, f64>>,
}

/// The models that are open.
struct Shelf {
    paths: Paths,
    open: Mutex<HashMap<String, Arc<lora::Model>>>,
}

impl LocalEngine {
    /// An engine that finds its models where `paths` says. Opens nothing yet.
    pub fn new(paths: Paths) -> Self {
        LocalEngine { shelf: Arc::new(Shelf { paths, open: Mutex::default() }), speeds: Mutex::default() }
    }

    async fn open(&self, name: &str) -> Result<Arc<lora::Model>> {
        let (shelf, name) = (self.shelf.clone(), name.to_owned());
        // Opening reads the whole file once for its checksum, so it may block.
        match tokio::task::spawn_blocking(move || shelf.open(&name)).await {
            Ok(opened) => opened,
            Err(panicked) => Err(Error::new(Code::Internal, "The model could not be opened.").because(panicked)),
        }
    }
}

impl Shelf {
    fn open(&self, name: &str) -> Result<Arc<lora::Model>> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(model) = open.get(name) {
            return Ok(model.clone());
        }
        let path = models::locate(&self.paths, name)?;
        models::verify(&path, name)?;
        let model = Arc::new(lora::Model::open(&path).map_err(from_lora)?);
        open.insert(name.to_owned(), model.clone());
        Ok(model)
    }

    fn catalogue_entry(&self, name: &str) -> Model {
        let opened = self.open.lock().unwrap_or_else(PoisonError::into_inner).get(name).cloned();
        let path = models::locate(&self.paths, name).ok();
        let known = (name == DEFAULT.name).then_some(DEFAULT);
        let bytes = path.as_ref().and_then(|path| std::fs::metadata(path).ok()).map(|meta| meta.len());
        #[allow(clippy::cast_precision_loss)]
        Model {
            name: name.to_owned(),
            title: known.map_or(name, |known| known.title).to_owned(),
            engine: "local".to_owned(),
            installed: path.is_some(),
            bytes: bytes.or(known.map(|known| known.bytes)).unwrap_or_default() as f64,
            parameters: opened.as_ref().map(|m| m.parameters()).or(known.map(|k| k.parameters)).unwrap_or_default()
                as f64,
            licence: known.map_or("unknown", |known| known.licence).to_owned(),
            note: known.map_or("A model file of your own.", |known| known.note).to_owned(),
            memory_bytes: opened.map_or(0.0, |model| model.training_memory(PIECE_TOKENS, 16) as f64),
        }
    }
}

#[async_trait]
impl Engine for LocalEngine {
    fn id(&self) -> &'static str {
        "local"
    }

    fn models(&self) -> Vec<Model> {
        let mut found = vec![self.shelf.catalogue_entry(DEFAULT.name)];
        let entries = std::fs::read_dir(self.shelf.paths.models()).into_iter().flatten().flatten();
        let mut names: Vec<String> = entries
            .filter_map(|entry| {
                entry.file_name().to_str().and_then(|name| name.strip_suffix(".gguf")).map(str::to_owned)
            })
            .filter(|name| format!("{name}.gguf") != DEFAULT.file)
            .collect();
        names.sort();
        found.extend(names.iter().map(|name| self.shelf.catalogue_entry(name)));
        found
    }

    async fn codec(&self, model: &str) -> Result<Arc<dyn Codec>> {
        Ok(Arc::new(LocalCodec(self.open(model).await?)))
    }

    fn default_codec(&self) -> Option<Arc<dyn Codec>> {
        self.shelf.open(DEFAULT.name).ok().map(|model| Arc::new(LocalCodec(model)) as Arc<dyn Codec>)
    }

    async fn estimate(&self, model: &str, rank: u32, step_tokens: u32) -> Result<Estimate> {
        let opened = self.open(model).await?;
        let known = self.speeds.lock().unwrap_or_else(PoisonError::into_inner).get(model).copied();
        let tokens_per_second = match known {
            Some(speed) => speed,
            None => probe(opened.clone()).await?,
        };
        self.speeds.lock().unwrap_or_else(PoisonError::into_inner).insert(model.to_owned(), tokens_per_second);
        let tokens = (step_tokens as usize).min(PIECE_TOKENS);
        let longest = longest(&opened);
        #[allow(clippy::cast_precision_loss)]
        let memory_bytes = opened.training_memory(tokens.max(PIECE_TOKENS), rank as usize) as f64;
        Ok(Estimate { tokens_per_second, memory_bytes, longest })
    }

    async fn trainer(&self, start: Start) -> Result<Box<dyn Trainer>> {
        let trainer = match start {
            Start::New { model, rank, alpha, seed } => {
                let model = self.open(&model).await?;
                lora::Trainer::new(model, &lora::LoraConfig { rank: rank as usize, alpha, seed })
            }
            Start::From { model, checkpoint } => lora::Trainer::load(self.open(&model).await?, &checkpoint),
        };
        let trainer = trainer.map_err(from_lora)?;
        Ok(Box::new(LocalTrainer { inner: Arc::new(Mutex::new(trainer)), stop: Arc::default() }))
    }

    async fn sampler(&self, weights: &Weights) -> Result<Box<dyn Sampler>> {
        let model = self.open(&weights.model).await?;
        let adapter = match &weights.adapter {
            Some(folder) => Some(lora::Adapter::load_peft(folder, &model).map_err(from_lora)?),
            None => None,
        };
        let sampler = lora::Sampler::new(model, adapter).map_err(from_lora)?;
        Ok(Box::new(LocalSampler { inner: Arc::new(Mutex::new(sampler)) }))
    }
}

/// Times one small step, so that an estimate is of this computer and not of somebody else's.
async fn probe(model: Arc<lora::Model>) -> Result<f64> {
    const TOKENS: u32 = 256;
    blocking(move || {
        let mut trainer = lora::Trainer::new(model, &lora::LoraConfig { rank: 16, alpha: 32.0, seed: 0 })?;
        let datum = lora::Datum { tokens: (0..TOKENS).map(|i| 100 + i).collect(), weights: vec![1.0; TOKENS as usize] };
        let began = Instant::now();
        trainer.forward_backward(&[datum], &|| false)?;
        Ok(f64::from(TOKENS) / began.elapsed().as_secs_f64().max(1e-3))
    })
    .await
}

struct LocalTrainer {
    inner: Arc<Mutex<lora::Trainer>>,
    /// Set to end the step that goes on at its next layer: when it is given up, or when the trainer is dropped.
    stop: Arc<AtomicBool>,
}

impl Drop for LocalTrainer {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

impl LocalTrainer {
    async fn with<T: Send + 'static>(
        &self,
        body: impl FnOnce(&mut lora::Trainer) -> Result<T, lora::Error> + Send + 'static,
    ) -> Result<T> {
        let inner = self.inner.clone();
        blocking(move || body(&mut inner.lock().unwrap_or_else(PoisonError::into_inner))).await
    }
}

#[async_trait]
impl Trainer for LocalTrainer {
    async fn submit(&mut self, batch: Vec<Datum>, adam: Adam) -> Result<BoxFuture<'static, Result<StepMetrics>>> {
        // A flag of its own for every step: giving one up must not stop the next.
        self.stop = Arc::default();
        let (inner, stop) = (self.inner.clone(), self.stop.clone());
        Ok(Box::pin(blocking(move || {
            let mut trainer = inner.lock().unwrap_or_else(PoisonError::into_inner);
            step(&mut trainer, batch, &adam, &stop)
        })))
    }

    fn abandon(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    async fn evaluate(&mut self, data: Vec<Datum>) -> Result<Vec<Surprise>> {
        self.with(move |trainer| {
            data.into_iter().map(|datum| trainer.evaluate(&to_lora(datum)).map(surprise)).collect()
        })
        .await
    }

    async fn save(&mut self, folder: &Path) -> Result<()> {
        let folder = folder.to_path_buf();
        self.with(move |trainer| trainer.save(&folder)).await
    }

    async fn save_adapter(&mut self, folder: &Path) -> Result<()> {
        let folder = folder.to_path_buf();
        self.with(move |trainer| trainer.adapter().save_peft(&folder, trainer.model().name())).await
    }
}

fn step(
    trainer: &mut lora::Trainer,
    batch: Vec<Datum>,
    adam: &Adam,
    stop: &AtomicBool,
) -> Result<StepMetrics, lora::Error> {
    let (mut nll, mut counted, mut tokens) = (0.0, 0usize, 0usize);
    for piece in pieces(batch) {
        tokens += piece.iter().map(|datum| datum.tokens.len()).sum::<usize>();
        let loss = trainer.forward_backward(&piece, &|| stop.load(Ordering::Relaxed))?;
        nll += loss.nll;
        counted += loss.tokens;
    }
    let info = trainer.optim_step(&lora::AdamParams {
        learning_rate: adam.learning_rate,
        beta1: adam.beta1,
        beta2: adam.beta2,
        eps: adam.epsilon,
        weight_decay: adam.weight_decay,
        max_grad_norm: adam.max_grad_norm,
    })?;
    #[allow(clippy::cast_precision_loss)]
    let loss = nll / counted.max(1) as f64;
    Ok(StepMetrics { loss, tokens: u32::try_from(tokens).unwrap_or(u32::MAX), grad_norm: info.grad_norm })
}

/// Consecutive sequences, as many as fit into [`PIECE_TOKENS`].
fn pieces(batch: Vec<Datum>) -> Vec<Vec<lora::Datum>> {
    let mut pieces: Vec<Vec<lora::Datum>> = Vec::new();
    let mut size = 0;
    for datum in batch {
        let length = datum.tokens.len();
        match pieces.last_mut() {
            Some(piece) if size + length <= PIECE_TOKENS => {
                piece.push(to_lora(datum));
                size += length;
            }
            _ => {
                pieces.push(vec![to_lora(datum)]);
                size = length;
            }
        }
    }
    pieces
}

struct LocalSampler {
    inner: Arc<Mutex<lora::Sampler>>,
}

#[async_trait]
impl Sampler for LocalSampler {
    async fn sample(
        &mut self,
        prompt: Vec<u32>,
        params: SampleParams,
        tokens: mpsc::Sender<u32>,
        stop: CancellationToken,
    ) -> Result<SampleEnd> {
        let inner = self.inner.clone();
        let params = lora::SampleParams {
            max_tokens: params.max_tokens as usize,
            temperature: params.temperature,
            top_p: params.top_p,
            repetition_penalty: REPETITION_PENALTY,
            seed: params.seed,
        };
        let finish = blocking(move || {
            let mut sampler = inner.lock().unwrap_or_else(PoisonError::into_inner);
            sampler.sample(&prompt, &params, &mut |token| {
                if stop.is_cancelled() || tokens.blocking_send(token).is_err() {
                    ControlFlow::Break(())
                } else {
                    ControlFlow::Continue(())
                }
            })
        })
        .await?;
        Ok(match finish.reason {
            lora::FinishReason::EndOfText => SampleEnd::EndOfText,
            lora::FinishReason::Length => SampleEnd::Length,
            lora::FinishReason::Stopped => SampleEnd::Stopped,
        })
    }

    async fn score(&mut self, tokens: Vec<u32>) -> Result<Vec<f32>> {
        let inner = self.inner.clone();
        blocking(move || inner.lock().unwrap_or_else(PoisonError::into_inner).score(&tokens)).await
    }
}

struct LocalCodec(Arc<lora::Model>);

fn longest(model: &lora::Model) -> u32 {
    u32::try_from(LONGEST.min(model.config().context_length)).unwrap_or(u32::MAX)
}

impl Codec for LocalCodec {
    fn encode(&self, text: &str) -> Vec<u32> {
        self.0.tokenizer().encode(text)
    }

    fn encode_template(&self, text: &str) -> Vec<u32> {
        self.0.tokenizer().encode_with_specials(text)
    }

    fn bytes(&self, token: u32) -> Vec<u8> {
        self.0.tokenizer().decode_bytes(token)
    }

    fn end(&self) -> u32 {
        self.0.tokenizer().eos()
    }

    fn begin(&self) -> Option<u32> {
        self.0.tokenizer().bos()
    }

    fn longest(&self) -> u32 {
        longest(&self.0)
    }

    fn chat_prompt(&self, prompt: &str) -> Result<String> {
        let template = self
            .0
            .chat_template()
            .ok_or_else(|| Error::bad_input("This model has no chat template.").hint("Choose the plain rendering."))?;
        let tokenizer = self.0.tokenizer();
        let text = |token: Option<u32>| token.map(|token| tokenizer.decode(&[token])).unwrap_or_default();
        chat::prompt(template, prompt, &text(tokenizer.bos()), &text(Some(tokenizer.eos())))
    }
}

fn to_lora(datum: Datum) -> lora::Datum {
    lora::Datum { tokens: datum.tokens, weights: datum.weights }
}

fn surprise(score: lora::Score) -> Surprise {
    Surprise { nll: score.nll, tokens: u32::try_from(score.tokens).unwrap_or(u32::MAX) }
}

async fn blocking<T: Send + 'static>(body: impl FnOnce() -> Result<T, lora::Error> + Send + 'static) -> Result<T> {
    match tokio::task::spawn_blocking(body).await {
        Ok(outcome) => outcome.map_err(from_lora),
        Err(panicked) => Err(Error::new(Code::Internal, "The engine stopped unexpectedly.")
            .hint("Start again; a run goes on from its last checkpoint.")
            .because(panicked)),
    }
}

fn from_lora(error: lora::Error) -> Error {
    match error {
        lora::Error::Io { source, .. } => source.into(),
        lora::Error::Stopped => Error::new(Code::Cancelled, "Stopped."),
        lora::Error::Diverged { .. } => {
            Error::new(Code::Internal, "Training went out of bounds: the numbers grew past what can be computed with.")
                .hint("Train again with a smaller learning rate.")
                .because(error)
        }
        other => Error::new(Code::ModelDamaged, other.to_string())
            .hint("If this is the default model, delete its file and download it again."),
    }
}
