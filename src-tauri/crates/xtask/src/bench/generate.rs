//! Writing and reading text with the default model. There is no rival here yet: llama.cpp takes a C++ tool chain and
//! many minutes to build, and is measured by hand.

use super::speed::{self, Rate};
use super::{Options, median, megabytes};
use crate::failure::Outcome;
use crate::model;

pub fn run(options: &Options) -> Outcome {
    let model = model::ensure()?;
    let program = speed::build()?;
    println!("\n{:<26}{:>16}{:>12}{:>14}", "medians", "per CPU-second", "per second", "peak, MB");
    for (part, name) in [("decode", "tokens written"), ("prefill", "tokens read")] {
        let mut rates = vec![];
        for _ in 0..options.rounds {
            rates.push(speed::measure(&program, &model, part, options.tokens, options.seconds)?.0);
        }
        let of = |value: fn(&Rate) -> f64| median(rates.iter().map(value));
        println!(
            "{name:<26}{:>16.1}{:>12.1}{:>14.0}",
            of(|rate| rate.per_cpu_second),
            of(|rate| rate.per_second),
            megabytes(of(|rate| rate.peak_bytes))
        );
    }
    Ok(())
}
