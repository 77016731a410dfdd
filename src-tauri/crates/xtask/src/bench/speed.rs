//! Our side: the example `speed` of idiolect-lora, built for release, whose report is one JSON object.

use crate::failure::{Failure, Outcome};
use crate::places;
use crate::process::{capture, cargo, line, succeed};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What one run reports about one part.
#[derive(Clone, Copy)]
pub struct Rate {
    pub per_cpu_second: f64,
    pub per_second: f64,
    pub peak_bytes: f64,
}

impl Rate {
    pub fn read(report: &Value, part: &str) -> Option<Self> {
        let number = |name: &str| report.get(part)?.get(name)?.as_f64();
        Some(Self {
            per_cpu_second: number("tokens_per_cpu_second")?,
            per_second: number("tokens_per_second")?,
            peak_bytes: number("peak_bytes").unwrap_or(f64::NAN),
        })
    }
}

/// Builds the example and says where it lies.
pub fn build() -> Outcome<PathBuf> {
    println!("Building idiolect-lora for release.");
    let words = ["build", "--release", "--package", "idiolect-lora", "--example", "speed"];
    succeed(cargo().args(words), "Look at the first error above.")?;
    Ok(places::target().join("release/examples").join(format!("speed{}", std::env::consts::EXE_SUFFIX)))
}

/// Runs the example for one part; gives its rate and how many threads it used.
pub fn measure(program: &Path, model: &Path, part: &str, tokens: usize, seconds: u64) -> Outcome<(Rate, u64)> {
    let mut command = Command::new(program);
    command.arg("--model").arg(model).args(["--only", part]);
    command.args(["--tokens", &tokens.to_string(), "--seconds", &seconds.to_string()]);
    read(&mut command, part)
}

/// Runs a program that reports in the same form.
pub fn read(command: &mut Command, part: &str) -> Outcome<(Rate, u64)> {
    capture(command)
        .and_then(|text| serde_json::from_str::<Value>(text.get(text.find('{')?..)?).ok())
        .and_then(|report| Some((Rate::read(&report, part)?, report.get("threads")?.as_u64()?)))
        .ok_or_else(|| Failure::new(format!("`{}` gave no measurement.", line(command)), "Run it by hand to see why."))
}
