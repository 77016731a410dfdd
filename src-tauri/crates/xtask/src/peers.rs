//! `cargo xtask test --peers`: the Tinker client against a real server, which is installed and started here.
//!
//! The server is TuFT. In its test mode the weights are toys and the loss does fall; the protocol is the real one. It is
//! written in Python and stands on PyTorch, about 0.9 GB to fetch and 1.9 GB on the disk, so this is done when asked for.

use crate::failure::{Explain, Failure, Outcome};
use crate::places;
use crate::process::{capture, succeed};
use std::fs::File;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// PyTorch and what names it as a requirement: installed without their own requirements, which would bring 2.5 GB of
/// graphics libraries on Linux. TuFT wants this PyTorch and no other.
const BARE: &[&str] = &["tuft==0.2.2", "torch==2.11.0", "peft==0.20.0", "accelerate"];

/// What the bare ones really use.
const FULL: &[&str] = &[
    "fastapi>=0.133,<0.137",
    "httpx>=0.28.1",
    "numpy>=2",
    "tinker>=0.25,<0.26",
    "protobuf",
    "typer>=0.20.1",
    "uvicorn[standard]>=0.38.0",
    "omegaconf>=2.3.0",
    "opentelemetry-api",
    "opentelemetry-sdk",
    "opentelemetry-exporter-otlp",
    "opentelemetry-instrumentation-fastapi",
    "opentelemetry-instrumentation-logging",
    "psutil>=5.9.0",
    "nvidia-ml-py",
    "transformers>=5.5.3,<6",
    "safetensors",
    "ray",
    "sympy",
    "networkx",
    "jinja2",
    "fsspec",
    "setuptools>=77,<82",
];

/// The key that the server is told to take.
const KEY: &str = "tml-dev";
/// It imports PyTorch and a good part of Python before it listens.
const PATIENCE: Duration = Duration::from_secs(180);

/// A running server; it ends when dropped.
pub struct Peer {
    child: Child,
    port: u16,
}

impl Peer {
    /// Installs the server where that has not been done with these versions, starts it, and waits until it answers.
    pub fn start() -> Outcome<Self> {
        let folder = places::target().join("peers/tuft");
        let folder = std::path::absolute(&folder).explain(|| format!("{} cannot be reached", folder.display()))?;
        install(&folder)?;
        let port = free_port()?;
        let log = folder.join("server.log");
        let mut peer = Self { child: launch(&folder, port, &log)?, port };
        let end = Instant::now() + PATIENCE;
        while !answers(port) {
            let ended = peer.child.try_wait().ok().flatten();
            if ended.is_some() || Instant::now() > end {
                let what = ended.map_or("did not answer in time".to_owned(), |status| format!("ended ({status})"));
                return Err(Failure::new(format!("TuFT {what}."), format!("Look at {}.", log.display())));
            }
            sleep(Duration::from_millis(200));
        }
        Ok(peer)
    }

    /// Tells a program's tests where it is.
    pub fn tell(&self, tests: &mut Command) {
        tests.env("IDIOLECT_TUFT", format!("http://127.0.0.1:{}", self.port)).env("IDIOLECT_TUFT_KEY", KEY);
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn install(folder: &Path) -> Outcome {
    let done = folder.join("installed.txt");
    let wanted = [BARE, FULL].concat().join("\n");
    if std::fs::read_to_string(&done).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    let python = ["python3", "python"].into_iter().find(|name| capture(Command::new(name).arg("--version")).is_some());
    let python = python
        .ok_or_else(|| Failure::new("Python is missing; TuFT is written in it.", "Install Python 3.11 or newer."))?;
    println!("Setting up TuFT in {} (about 0.9 GB to fetch, once).", folder.display());
    let then = "Look at what Python says above. On Debian and Ubuntu, its virtual environments are in the package python3-venv.";
    succeed(Command::new(python).args(["-m", "venv", "--clear"]).arg(folder), then)?;
    let pip = || {
        let mut pip = Command::new(program(folder, "python"));
        pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
        pip
    };
    let then = "Look at what pip says above; often the network or the disk is at fault.";
    succeed(pip().arg("--no-deps").args(BARE), then)?;
    if cfg!(target_os = "linux") {
        let script = "src-tauri/crates/xtask/rival/cuda_stubs.py";
        let then = "It needs `readelf` and `cc`, from binutils and gcc.";
        succeed(Command::new(program(folder, "python")).arg(script).arg(stand_ins(folder)), then)?;
    }
    // After PyTorch, whose presence they look for.
    succeed(pip().args(FULL), then)?;
    std::fs::write(&done, wanted).explain(|| format!("{} could not be written", done.display()))
}

fn launch(folder: &Path, port: u16, log: &Path) -> Outcome<Child> {
    let config = folder.join("server.yaml");
    std::fs::write(&config, settings(folder)).explain(|| format!("{} could not be written", config.display()))?;
    let out = File::create(log).explain(|| format!("{} could not be written", log.display()))?;
    let errors = out.try_clone().explain(|| format!("{} could not be written", log.display()))?;
    let mut tuft = Command::new(program(folder, "tuft"));
    tuft.args(["launch", "--host", "127.0.0.1", "--port", &port.to_string(), "--config"]).arg(config);
    tuft.env("TUFT_CPU_TEST", "1").env("HF_HUB_OFFLINE", "1").env("LD_LIBRARY_PATH", stand_ins(folder));
    tuft.current_dir(folder).stdin(Stdio::null()).stdout(out).stderr(errors);
    tuft.spawn().explain(|| "TuFT could not be started".into())
}

/// The server's settings. Its folders are absolute, since it makes addresses of them.
fn settings(folder: &Path) -> String {
    format!(
        "checkpoint_dir: '{}'\nmodel_owner: tester\nsupported_models:\n  - model_name: tiny/qwen3\n    model_path: '{}'\n    \
         max_model_len: 2048\n    max_lora_rank: 32\nauthorized_users:\n  {KEY}: tester\n",
        folder.join("checkpoints").display(),
        model().display(),
    )
}

/// In its test mode the server reads the model's shape, and no weights.
fn model() -> PathBuf {
    places::root().join("src-tauri/crates/tinker/tests/fixtures/tiny-qwen3")
}

fn stand_ins(folder: &Path) -> PathBuf {
    folder.join("stand-ins")
}

fn program(folder: &Path, name: &str) -> PathBuf {
    if cfg!(windows) { folder.join(format!("Scripts/{name}.exe")) } else { folder.join("bin").join(name) }
}

/// Another program may take it before the server does; then the server ends, and says so.
fn free_port() -> Outcome<u16> {
    let what = || "No free port was found".to_owned();
    let listener = TcpListener::bind("127.0.0.1:0").explain(what)?;
    Ok(listener.local_addr().explain(what)?.port())
}

/// Whether the server knows its key, asked by hand: this program has no HTTP client and needs none.
fn answers(port: u16) -> bool {
    let ask = || -> std::io::Result<bool> {
        let mut stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        let path = "/api/v1/get_server_capabilities";
        write!(stream, "GET {path} HTTP/1.0\r\nHost: 127.0.0.1\r\nX-API-Key: {KEY}\r\n\r\n")?;
        let mut answer = [0; 12];
        stream.read_exact(&mut answer)?;
        Ok(answer.ends_with(b" 200"))
    };
    ask().unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_answers_on_a_free_port() {
        assert!(!answers(free_port().expect("there is one")));
    }

    #[test]
    fn the_settings_name_absolute_folders() {
        let text = settings(Path::new("/cache/tuft"));
        assert!(text.contains("checkpoint_dir: '/cache/tuft/checkpoints'") || cfg!(windows));
        assert!(text.contains("\n  tml-dev: tester\n"));
    }
}
