//! Prints how fast this computer trains and writes, as one JSON object.
//!
//! `cargo run --release -p idiolect-lora --example speed -- --model FILE [--tokens 1024] [--rank 16] [--threads N]
//! [--seconds 20] [--only train|train-checkpointed|decode|prefill]`
//!
//! Rates are per second of processor time (user and system, all threads), because wall time on a busy computer says
//! little; wall rates stand beside them. Peak memory is the process's, so it belongs to everything run so far: use
//! `--only` for one part's own.

use std::error::Error;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use idiolect_lora::{AdamParams, Datum, LoraConfig, Model, SampleParams, Sampler, Trainer};
use serde_json::{Map, Value, json};

struct Options {
    model: String,
    tokens: usize,
    rank: usize,
    threads: usize,
    seconds: u64,
    only: Option<String>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let options = options()?;
    idiolect_lora::set_threads(options.threads);
    let started = Instant::now();
    let model = Arc::new(Model::open(Path::new(&options.model))?);
    let mut report = Map::new();
    report.insert("model".into(), model.name().into());
    report.insert("threads".into(), options.threads.into());
    report.insert("tokens_per_step".into(), options.tokens.into());
    report.insert("rank".into(), options.rank.into());
    report.insert("open_ms".into(), json!(started.elapsed().as_millis() as u64));
    report.insert("estimated_bytes".into(), model.training_memory(options.tokens, options.rank).into());
    let wanted = |part: &str| options.only.as_deref().is_none_or(|only| only == part);
    // The smallest first, so that each part's peak is its own where possible.
    if wanted("decode") {
        report.insert("decode".into(), decode(&model, &options)?);
    }
    if wanted("prefill") {
        report.insert("prefill".into(), prefill(&model, &options)?);
    }
    for (name, budget) in [("train-checkpointed", Some(0)), ("train", None), ("train-all-kept", Some(u64::MAX))] {
        if wanted(name) {
            report.insert(name.into(), train(&model, &options, budget)?);
        }
    }
    println!("{}", serde_json::to_string_pretty(&Value::Object(report))?);
    Ok(())
}

/// Sequences of at most 512 tokens, together `tokens`, of no meaning: time does not depend on it.
fn batch(model: &Model, tokens: usize) -> Vec<Datum> {
    let ids: Vec<u32> = (0..tokens).map(|i| (i * 7919 % model.config().vocab) as u32).collect();
    let weight = 1.0 / tokens as f32;
    // One token more than is run: the last is only predicted.
    let with_last = |ids: &[u32]| ids.iter().copied().chain([0]).collect::<Vec<u32>>();
    ids.chunks(512).map(with_last).map(|tokens| Datum { weights: vec![weight; tokens.len()], tokens }).collect()
}

fn train(model: &Arc<Model>, options: &Options, budget: Option<u64>) -> Result<Value, Box<dyn Error>> {
    let config = LoraConfig { rank: options.rank, alpha: 2.0 * options.rank as f32, seed: 1 };
    let mut trainer = Trainer::new(model.clone(), &config)?;
    if let Some(budget) = budget {
        trainer.set_memory_budget(budget);
    }
    let batch = batch(model, options.tokens);
    measure(options, || {
        trainer.forward_backward(&batch, &|| false)?;
        trainer.optim_step(&AdamParams::default())?;
        Ok(options.tokens)
    })
}

fn decode(model: &Arc<Model>, options: &Options) -> Result<Value, Box<dyn Error>> {
    let adapter = Trainer::new(model.clone(), &LoraConfig { rank: options.rank, alpha: 32.0, seed: 1 })?;
    let mut sampler = Sampler::new(model.clone(), Some(adapter.adapter().clone()))?;
    let prompt = model.tokenizer().encode("Once upon a time");
    let mut report = json!(null);
    // Timed from the first token, so that reading the prompt does not count.
    for seed in 1..=3 {
        let params = SampleParams { max_tokens: 128, seed, ..SampleParams::default() };
        let mut from = None;
        let mut tokens = 0;
        sampler.sample(&prompt, &params, &mut |_| {
            from.get_or_insert_with(Clock::start);
            tokens += 1;
            ControlFlow::Continue(())
        })?;
        if let Some(clock) = from {
            let rate = clock.rate(tokens - 1);
            let better = |old: &Value| old["tokens_per_cpu_second"].as_f64() < rate["tokens_per_cpu_second"].as_f64();
            report = if report.is_null() || better(&report) { rate } else { report };
        }
    }
    Ok(report)
}

fn prefill(model: &Arc<Model>, options: &Options) -> Result<Value, Box<dyn Error>> {
    let mut sampler = Sampler::new(model.clone(), None)?;
    let prompt: Vec<u32> = batch(model, 512)[0].tokens.clone();
    let params = SampleParams { max_tokens: 1, ..SampleParams::default() };
    measure(options, || {
        sampler.sample(&prompt, &params, &mut |_| ControlFlow::Continue(()))?;
        Ok(prompt.len())
    })
}

/// Repeats `step` for the wanted seconds, at least twice, after one to warm up.
fn measure(
    options: &Options,
    mut step: impl FnMut() -> Result<usize, Box<dyn Error>>,
) -> Result<Value, Box<dyn Error>> {
    step()?;
    let (clock, mut tokens, mut steps) = (Clock::start(), 0, 0);
    while steps < 2 || clock.wall.elapsed() < Duration::from_secs(options.seconds) {
        tokens += step()?;
        steps += 1;
    }
    Ok(clock.rate(tokens))
}

struct Clock {
    wall: Instant,
    cpu: f64,
}

impl Clock {
    fn start() -> Clock {
        Clock { wall: Instant::now(), cpu: cpu_seconds().unwrap_or(f64::NAN) }
    }

    fn rate(&self, tokens: usize) -> Value {
        let cpu = cpu_seconds().unwrap_or(f64::NAN) - self.cpu;
        json!({
            "tokens": tokens,
            "tokens_per_cpu_second": tokens as f64 / cpu,
            "tokens_per_second": tokens as f64 / self.wall.elapsed().as_secs_f64(),
            "peak_bytes": peak_bytes(),
        })
    }
}

/// Processor time of all threads, from /proc; None where there is none.
fn cpu_seconds() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // Fields 14 and 15, counted after the name, which may hold spaces; in ticks of 10 ms on Linux.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let ticks = fields.next()?.parse::<f64>().ok()? + fields.next()?.parse::<f64>().ok()?;
    Some(ticks / 100.0)
}

/// The process's largest resident size so far, from /proc; None where there is none.
fn peak_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.split_whitespace().next()?.parse::<u64>().ok()? * 1024)
}

fn options() -> Result<Options, Box<dyn Error>> {
    let threads = idiolect_lora::default_threads();
    let mut options = Options { model: String::new(), tokens: 1024, rank: 16, threads, seconds: 20, only: None };
    let mut args = std::env::args().skip(1);
    while let Some(name) = args.next() {
        let value = args.next().ok_or_else(|| format!("{name} needs a value"))?;
        match name.as_str() {
            "--model" => options.model = value,
            "--tokens" => options.tokens = value.parse()?,
            "--rank" => options.rank = value.parse()?,
            "--threads" => options.threads = value.parse()?,
            "--seconds" => options.seconds = value.parse()?,
            "--only" => options.only = Some(value),
            other => return Err(format!("{other} is not an option of this program").into()),
        }
    }
    match options.model.is_empty() {
        true => Err("name a model file with --model".into()),
        false => Ok(options),
    }
}
