//! How many cycles of a service that works in cycles a step takes: with a step kept ahead, and in the naive loop.
//!
//!     cargo run --release --example cycles -- [STEPS] [CYCLE_MS]
//!
//! Prints one line of JSON. The service is the scripted one of the tests; that the production service works in cycles is
//! its own description.

// Only a part of the tests' server is used here.
#[allow(dead_code, unused_imports, clippy::unwrap_used)]
#[path = "../tests/tinker/server/mod.rs"]
mod server;

use idiolect_tinker::{AdamParams, Client, Datum, LoraConfig, Loss, Pipeline, Result, SessionOptions, TrainingModel};
use server::Service;
use std::time::{Duration, Instant};

#[tokio::main]
async fn main() -> Result<()> {
    let mut numbers = std::env::args().skip(1).filter_map(|word| word.parse::<u64>().ok());
    let (steps, cycle) = (numbers.next().unwrap_or(100), numbers.next().unwrap_or(200));
    let service = Service::default().ticking(Duration::from_millis(cycle));
    let server = service.start().await;
    // The poll's own pauses are those that everybody has.
    let config = idiolect_tinker::Config::new("tml-example").base_address(server.address());
    let client = Client::new(config.proxy(idiolect_tinker::Proxy::None))?;
    let data: Vec<Datum> = (0..4).map(|_| Datum::cross_entropy(&[7; 512], &[1.0; 512])).collect::<Result<_>>()?;

    let ahead = measured(&service, steps, pipelined(&model(&client).await?, &data, steps)).await?;
    let sent = bytes(&server);
    let naive = measured(&service, steps, naive(&model(&client).await?, &data, steps)).await?;
    println!(
        "{}",
        serde_json::json!({
            "steps": steps,
            "cycle_ms": cycle,
            "ahead": { "cycles_per_step": ahead.0, "seconds": ahead.1, "bytes_sent_per_step": sent / steps },
            "naive": { "cycles_per_step": naive.0, "seconds": naive.1 },
        })
    );
    Ok(())
}

async fn model(client: &Client) -> Result<TrainingModel> {
    let session = client.create_session(SessionOptions::default()).await?;
    session.new_model("tiny", LoraConfig::rank(8)?).await
}

/// Cycles per step, and seconds in all.
async fn measured(service: &Service, steps: u64, work: impl Future<Output = Result<()>>) -> Result<(f64, f64)> {
    let (cycles, start) = (service.cycles(), Instant::now());
    work.await?;
    let cycles = service.cycles() - cycles;
    Ok((round(cycles as f64 / steps as f64), round(start.elapsed().as_secs_f64())))
}

async fn pipelined(model: &TrainingModel, data: &[Datum], steps: u64) -> Result<()> {
    let mut pipeline = Pipeline::new(model.clone(), 2);
    for _ in 0..steps {
        if pipeline.is_full() {
            pipeline.next().await?;
        }
        pipeline.submit(data, &Loss::cross_entropy(), &AdamParams::default()).await?;
    }
    while pipeline.next().await?.is_some() {}
    Ok(())
}

async fn naive(model: &TrainingModel, data: &[Datum], steps: u64) -> Result<()> {
    for _ in 0..steps {
        model.forward_backward(data, &Loss::cross_entropy()).await?.wait().await?;
        model.optim_step(&AdamParams::default()).await?.wait().await?;
    }
    Ok(())
}

/// Bytes of bodies that were sent so far.
fn bytes(server: &server::Server) -> u64 {
    server.seen().iter().map(|request| request.body.len() as u64).sum()
}

fn round(number: f64) -> f64 {
    (number * 1000.0).round() / 1000.0
}
