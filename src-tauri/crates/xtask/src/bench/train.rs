//! Training, beside PyTorch with transformers and PEFT: same model, same shape of step, same number of threads.

use super::speed::{self, Rate};
use super::{Options, median, megabytes, rival};
use crate::failure::Outcome;
use crate::model;

pub fn run(options: &Options) -> Outcome {
    let model = model::ensure()?;
    let rival = rival::set_up()?;
    let program = speed::build()?;

    println!("{} rounds of {} s for each side; steps of {} tokens.", options.rounds, options.seconds, options.tokens);
    let (mut ours, mut theirs) = (vec![], vec![]);
    for round in 1..=options.rounds {
        let (our, threads) = speed::measure(&program, &model, "train", options.tokens, options.seconds)?;
        let their = rival.measure(&model, options.tokens, options.seconds, threads)?;
        println!(
            "round {round}: {:.1} and {:.1} tokens per CPU-second, {threads} thread(s)",
            our.per_cpu_second, their.per_cpu_second
        );
        ours.push(our);
        theirs.push(their);
    }
    println!("\n{:<26}{:>12}{:>18}{:>9}", "medians", "Idiolect", "PyTorch + PEFT", "ratio");
    row("tokens per CPU-second", &ours, &theirs, |rate| rate.per_cpu_second);
    row("tokens per second", &ours, &theirs, |rate| rate.per_second);
    row("peak memory, MB", &ours, &theirs, |rate| megabytes(rate.peak_bytes));
    println!("\nThe ratio is Idiolect's over the rival's: more is better for tokens, less for memory.");
    Ok(())
}

/// The ratio is the median of each round's own, since what else the computer does changes between rounds.
fn row(name: &str, ours: &[Rate], theirs: &[Rate], of: impl Fn(&Rate) -> f64) {
    let ratio = median(ours.iter().zip(theirs).map(|(our, their)| of(our) / of(their)));
    let (our, their) = (median(ours.iter().map(&of)), median(theirs.iter().map(&of)));
    println!("{name:<26}{our:>12.1}{their:>18.1}{ratio:>9.2}");
}
