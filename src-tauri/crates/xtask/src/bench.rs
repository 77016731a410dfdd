//! `cargo xtask bench`: how fast this computer is at what takes long, beside a rival where there is one.
//!
//! Rates are per second of processor time and runs alternate with the rival's, because a computer is seldom idle:
//! what is compared is the ratio. These are measurements to look at, never tests that fail.

mod convert;
mod examples;
mod generate;
mod import;
mod rival;
mod search;
mod speed;
mod train;

use crate::failure::{Failure, Outcome};

/// `cargo xtask bench train|generate|import|convert|search|examples [--rounds N] [--seconds N] [--tokens N]`.
pub fn run(words: &[String]) -> Outcome {
    let (what, rest) = words.split_first().map_or(("", &[][..]), |(first, rest)| (first.as_str(), rest));
    let options = Options::read(rest)?;
    match what {
        "train" => train::run(&options),
        "generate" => generate::run(&options),
        "import" => import::run(&options),
        "convert" => convert::run(&options),
        "search" => search::run(&options),
        "examples" => examples::run(&options),
        _ => Err(Failure::new(
            "What is to be measured?",
            "Say `cargo xtask bench train`, `generate`, `import`, `convert`, `search` or `examples`.",
        )),
    }
}

/// How long to measure.
struct Options {
    /// How often each side runs; the median counts.
    rounds: usize,
    /// How long each run repeats its work.
    seconds: u64,
    /// Tokens in one training step.
    tokens: usize,
}

impl Options {
    fn read(words: &[String]) -> Outcome<Self> {
        let mut options = Self { rounds: 5, seconds: 20, tokens: 1024 };
        for pair in words.chunks(2) {
            let wrong = || {
                Failure::new(
                    format!("`{}` is not understood.", pair.join(" ")),
                    "There are --rounds N, --seconds N and --tokens N.",
                )
            };
            let number = pair
                .get(1)
                .and_then(|value| value.parse::<usize>().ok())
                .filter(|&number| number > 0)
                .ok_or_else(wrong)?;
            match pair[0].as_str() {
                "--rounds" => options.rounds = number,
                "--seconds" => options.seconds = number as u64,
                "--tokens" => options.tokens = number,
                _ => return Err(wrong()),
            }
        }
        Ok(options)
    }
}

/// The middle value; half-way between the two middle ones of an even number.
fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    match values.len() {
        0 => f64::NAN,
        odd if odd % 2 == 1 => values[odd / 2],
        even => f64::midpoint(values[even / 2 - 1], values[even / 2]),
    }
}

fn megabytes(bytes: f64) -> f64 {
    bytes / 1e6
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle() {
        assert!((median([3.0, 1.0, 2.0]) - 2.0).abs() < 1e-9);
        assert!((median([4.0, 1.0, 2.0, 3.0]) - 2.5).abs() < 1e-9);
    }

    #[test]
    fn options_are_read_or_named() {
        let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(Options::read(&words("--rounds 3 --seconds 1")).expect("both exist").rounds, 3);
        assert!(Options::read(&words("--round 3")).is_err());
        assert!(Options::read(&words("--rounds")).is_err());
    }
}
