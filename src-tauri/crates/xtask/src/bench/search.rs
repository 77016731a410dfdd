//! A large library: searching 10,000 posts, and finding the passages nearest to a paragraph among 1,000 posts.

use super::{Options, median};
use crate::failure::{Failure, Outcome};
use crate::places;
use crate::process::{capture, cargo, line, succeed};
use serde_json::Value;
use std::process::Command;

pub fn run(options: &Options) -> Outcome {
    println!("Building idiolect-core's example for release.");
    let words = ["build", "--release", "--package", "idiolect-core", "--example", "library_speed"];
    succeed(cargo().args(words), "Look at the first error above.")?;
    let program =
        places::target().join("release/examples").join(format!("library_speed{}", std::env::consts::EXE_SUFFIX));
    let mut reports: [Vec<Value>; 2] = Default::default();
    for _ in 0..options.rounds {
        for (posts, reports) in [1_000, 10_000].into_iter().zip(&mut reports) {
            let mut command = Command::new(&program);
            command.args(["--posts", &posts.to_string()]);
            let report = capture(&mut command).and_then(|text| serde_json::from_str(&text).ok());
            reports.push(report.ok_or_else(|| {
                Failure::new(format!("`{}` gave no measurement.", line(&command)), "Run it by hand to see why.")
            })?);
        }
    }
    println!("\n{:<34}{:>14}{:>14}", "medians of the runs", "1,000 posts", "10,000 posts");
    for (name, key) in [
        ("from Markdown files into it, s", "import_s"),
        ("search, half of them within, ms", "search_p50_ms"),
        ("search, 95 of 100 within, ms", "search_p95_ms"),
        ("nearest, half of them within, ms", "nearest_p50_ms"),
        ("nearest, 95 of 100 within, ms", "nearest_p95_ms"),
    ] {
        let of = |reports: &[Value]| median(reports.iter().filter_map(|report| report.get(key)?.as_f64()));
        println!("{name:<34}{:>14.2}{:>14.2}", of(&reports[0]), of(&reports[1]));
    }
    Ok(())
}
