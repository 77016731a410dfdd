//! Sets up the rival in a folder of its own: PyTorch, transformers and PEFT, in the versions that were compared first.

use super::speed::{self, Rate};
use crate::failure::{Explain, Failure, Outcome};
use crate::places;
use crate::process::{capture, succeed};
use std::path::{Path, PathBuf};
use std::process::Command;

/// PyTorch and what names it as a requirement: installed without their own requirements, which would bring 2.5 GB of
/// graphics libraries on Linux.
const BARE: &[&str] = &["torch==2.13.0", "peft==0.21.2", "accelerate==1.15.0"];

/// The rest, and what the bare ones really use.
const FULL: &[&str] = &[
    "transformers==5.23.0",
    "gguf==0.19.0",
    "numpy",
    "psutil",
    "sympy",
    "networkx",
    "jinja2",
    "fsspec",
    "setuptools>=77",
];

const SCRIPTS: &str = "src-tauri/crates/xtask/rival";

/// A rival that is ready to run.
pub struct Rival {
    folder: PathBuf,
}

/// Installs the rival where that has not been done with these versions.
pub fn set_up() -> Outcome<Rival> {
    let rival = Rival { folder: places::target().join("bench/rival") };
    let done = rival.folder.join("installed.txt");
    let wanted = [BARE, FULL].concat().join("\n");
    if std::fs::read_to_string(&done).is_ok_and(|installed| installed == wanted) {
        return Ok(rival);
    }
    let python = ["python3", "python"].into_iter().find(|name| capture(Command::new(name).arg("--version")).is_some());
    let python = python.ok_or_else(|| {
        Failure::new("Python is missing; the rival is written in it.", "Install Python 3.10 or newer.")
    })?;

    println!("Setting up the rival in {} (about 1 GB to fetch, once).", rival.folder.display());
    let then = "Look at what Python says above. On Debian and Ubuntu, its virtual environments are in the package python3-venv.";
    succeed(Command::new(python).args(["-m", "venv", "--clear"]).arg(&rival.folder), then)?;
    let pip = || {
        let mut pip = rival.python();
        pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
        pip
    };
    let then = "Look at what pip says above; often the network or the disk is at fault.";
    succeed(pip().arg("--no-deps").args(BARE), then)?;
    if cfg!(target_os = "linux") {
        let script = Path::new(SCRIPTS).join("cuda_stubs.py");
        succeed(
            rival.python().arg(script).arg(rival.stand_ins()),
            "It needs `readelf` and `cc`, from binutils and gcc.",
        )?;
    }
    // After PyTorch, whose presence they look for.
    succeed(pip().args(FULL), then)?;
    std::fs::write(&done, wanted).explain(|| format!("{} could not be written", done.display()))?;
    Ok(rival)
}

impl Rival {
    /// One run of the same shape as ours.
    pub fn measure(&self, model: &Path, tokens: usize, seconds: u64, threads: u64) -> Outcome<Rate> {
        let mut command = self.python();
        command.arg(Path::new(SCRIPTS).join("train.py")).arg("--model").arg(model);
        command.args(["--tokens", &tokens.to_string(), "--seconds", &seconds.to_string()]);
        command.args(["--threads", &threads.to_string()]).env("OMP_NUM_THREADS", threads.to_string());
        speed::read(&mut command, "train").map(|(rate, _)| rate)
    }

    fn python(&self) -> Command {
        let program = if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" };
        let mut python = Command::new(self.folder.join(program));
        // The model lies on this computer; nothing is to be looked up about it.
        python.env("HF_HUB_OFFLINE", "1").env("LD_LIBRARY_PATH", self.stand_ins());
        python
    }

    fn stand_ins(&self) -> PathBuf {
        self.folder.join("stand-ins")
    }
}
