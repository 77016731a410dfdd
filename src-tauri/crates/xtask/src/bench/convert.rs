//! HTML to Markdown beside two others: html-to-markdown-rs and Python's markdownify. They do less: ours also reads
//! platforms' markup, footnotes, captions and formulas, and takes out every backslash that is not needed.

use super::{Options, import, median};
use crate::failure::{Explain, Failure, Outcome};
use crate::places;
use crate::process::{capture, cargo, line, succeed};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

const OTHERS: &str = "src-tauri/crates/xtask/rival";
const CRATE: &str = "html-to-markdown-rs";
const CRATE_VERSION: &str = "3.19.1";
const PACKAGE: &str = "markdownify==1.2.0";

pub fn run(options: &Options) -> Outcome {
    let folder = places::target().join("bench/convert");
    std::fs::create_dir_all(&folder).explain(|| format!("{} could not be made", folder.display()))?;
    let input = folder.join("posts.txt");
    std::fs::write(&input, import::bodies(100).join("\0")).explain(|| "The posts could not be written".into())?;

    println!("Building idiolect-core's example for release, and setting up the others.");
    let words = ["build", "--release", "--package", "idiolect-core", "--example", "convert_speed"];
    succeed(cargo().args(words), "Look at the first error above.")?;
    let ours = places::target().join("release/examples").join(format!("convert_speed{}", std::env::consts::EXE_SUFFIX));
    let programs: [(&str, PathBuf, Option<PathBuf>); 3] = [
        ("Idiolect", ours, None),
        (CRATE, other_crate(&folder)?, None),
        ("markdownify", other_package(&folder)?, Some(Path::new(OTHERS).join("convert.py"))),
    ];
    let mut rates = [const { Vec::new() }; 3];
    for _ in 0..options.rounds {
        for ((_, program, script), rates) in programs.iter().zip(&mut rates) {
            let mut command = Command::new(program);
            command.args(script).arg(&input).arg(options.seconds.to_string());
            rates.push(measure(&mut command)?);
        }
    }
    let ours = median(rates[0].iter().copied());
    println!("\n{:<24}{:>20}{:>12}", "medians", "MB per CPU-second", "ours ÷ it");
    for ((name, ..), rates) in programs.iter().zip(rates) {
        let rate = median(rates);
        println!("{name:<24}{rate:>20.2}{:>12.2}", ours / rate);
    }
    Ok(())
}

/// A small program around the other crate, built in a folder of its own.
fn other_crate(folder: &Path) -> Outcome<PathBuf> {
    let room = folder.join("other");
    let wrong = || format!("{} could not be written", room.display());
    std::fs::create_dir_all(room.join("src")).explain(wrong)?;
    let manifest = format!(
        "[package]\nname = \"convert\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[dependencies]\n{CRATE} = \"={CRATE_VERSION}\"\n[workspace]\n"
    );
    std::fs::write(room.join("Cargo.toml"), manifest).explain(wrong)?;
    std::fs::copy(Path::new(OTHERS).join("convert.rs"), room.join("src/main.rs")).explain(wrong)?;
    let mut build = cargo();
    build.args(["build", "--release", "--manifest-path"]).arg(room.join("Cargo.toml"));
    build.arg("--target-dir").arg(room.join("target"));
    succeed(&mut build, "Look at the first error above.")?;
    Ok(room.join("target/release").join(format!("convert{}", std::env::consts::EXE_SUFFIX)))
}

/// Python with the other package in a folder of its own.
fn other_package(folder: &Path) -> Outcome<PathBuf> {
    let room = folder.join("python");
    let python = room.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    if capture(Command::new(&python).args(["-c", "import markdownify"])).is_none() {
        let then = "On Debian and Ubuntu, Python's virtual environments are in the package python3-venv.";
        succeed(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&room), then)?;
        let words = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", PACKAGE];
        succeed(Command::new(&python).args(words), "Look at what pip says above.")?;
    }
    Ok(python)
}

fn measure(command: &mut Command) -> Outcome<f64> {
    capture(command)
        .and_then(|text| serde_json::from_str::<Value>(&text).ok()?.get("megabytes_per_cpu_second")?.as_f64())
        .ok_or_else(|| Failure::new(format!("`{}` gave no measurement.", line(command)), "Run it by hand to see why."))
}
