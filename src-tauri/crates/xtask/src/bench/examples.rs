//! Ten thousand examples: how soon the core answers a filter, what the real window holds of them, and how fast a file of
//! examples of 1 GB is checked beside a plain script that parses every line.

use super::{Options, median};
use crate::failure::{Failure, Outcome};
use crate::places;
use crate::process::{capture, cargo, line, succeed};
use serde_json::Value;
use std::process::Command;

/// Posts that give a little more than 10,000 examples in preset `voice`.
const POSTS: &str = "1100";

pub fn run(options: &Options) -> Outcome {
    println!("Building idiolect-core's examples for release.");
    let words =
        ["build", "--release", "--package", "idiolect-core", "--example", "library_speed", "--example", "check_file"];
    succeed(cargo().args(words), "Look at the first error above.")?;
    let mut reports: Vec<Value> = Vec::new();
    for _ in 0..options.rounds {
        let mut command = Command::new(program("library_speed"));
        command.args(["--posts", POSTS, "--examples"]);
        let report = capture(&mut command).and_then(|text| serde_json::from_str(&text).ok());
        reports.push(report.ok_or_else(|| {
            Failure::new(format!("`{}` gave no measurement.", line(&command)), "Run it by hand to see why.")
        })?);
    }
    println!("\n{:<46}{:>12}", "medians of the runs", "");
    for (name, key) in [
        ("examples", "examples"),
        ("made anew, checks included, s", "build_s"),
        ("by kind, 95 of 100 within, ms", "kind_p95_ms"),
        ("by status, ms", "status_p95_ms"),
        ("by check, ms", "check_p95_ms"),
        ("by two words, ms", "search_p95_ms"),
        ("the last page, ms", "last_page_p95_ms"),
        ("the summary, ms", "summary_p95_ms"),
        ("a decision, with the summary after it, ms", "decision_p95_ms"),
    ] {
        println!("{name:<46}{:>12.1}", median(reports.iter().filter_map(|report| report.get(key)?.as_f64())));
    }
    println!("\nA file of 1 GB:");
    succeed(Command::new(program("check_file")).args(["1", "prompt-completion"]), "Look at the error above.")?;
    println!("\nWhat the real window holds of them, on a screen of its own:");
    println!("xvfb-run -a dbus-run-session -- cargo test --workspace --test app -- ten_thousand --nocapture");
    Ok(())
}

fn program(name: &str) -> std::path::PathBuf {
    places::target().join("release/examples").join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}
