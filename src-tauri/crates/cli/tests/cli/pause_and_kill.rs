//! A run that is paused by Ctrl-C, then killed, then taken up again ends as if nothing had happened: every step once.

use crate::support::{Library, models, small_feed};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

#[test]
fn ctrl_c_and_kill_cost_nothing_but_time() {
    let library = Library::with_models(models());
    library.ok(["import".as_ref(), small_feed().as_os_str()]);
    library.without_test_drafts();
    let options = ["--epochs", "3", "--batch-size", "1", "--learning-rate", "0.0001", "--rank", "4"];

    let mut child = Running::start(&library, &[&["train"], &options[..]].concat());
    child.until_step(1);
    assert_eq!(status(&library), "running");
    signal(&child.process, "INT");
    assert_eq!(child.process.wait().unwrap().code(), Some(130));
    assert_eq!(status(&library), "paused");
    let paused_at = library.json(&["runs"])["items"][0]["step"].as_u64().unwrap();
    assert!(paused_at < 9, "paused only at the end");

    let mut child = Running::start(&library, &["runs", "resume", "1"]);
    let first = child.until_step(paused_at + 1);
    assert_eq!(first["step"], paused_at + 1);
    assert_eq!(status(&library), "running");
    let second = library.run(["--json", "train"]);
    assert_eq!((second.status(), &second.events().last().unwrap()["error"]["code"]), (1, &json!("run_active")));
    child.process.kill().unwrap();
    child.process.wait().unwrap();
    assert_eq!(status(&library), "interrupted");

    library.ok(["--json", "runs", "resume", "1"]);
    let detail = library.json(&["runs", "show", "1"]);
    let run = &detail["run"];
    assert_eq!((&run["status"], &run["version"]), (&json!("succeeded"), &json!(1)));
    let steps: Vec<u64> = detail["train"].as_array().unwrap().iter().map(|p| p["step"].as_u64().unwrap()).collect();
    assert_eq!(steps, (1..=run["step"].as_u64().unwrap()).collect::<Vec<_>>());
    assert!(steps.len() > 2 && detail["held_out"].as_array().unwrap().len() > 2, "{detail:#}");
}

fn status(library: &Library) -> String {
    library.json(&["runs"])["items"][0]["status"].as_str().unwrap().to_owned()
}

fn signal(child: &Child, name: &str) {
    // The shell's own `kill`: bare systems have no program of that name.
    let sent = Command::new("sh").args(["-c", &format!("kill -{name} {}", child.id())]).status().unwrap();
    assert!(sent.success());
}

struct Running {
    process: Child,
    lines: std::io::Lines<BufReader<std::process::ChildStdout>>,
}

impl Running {
    fn start(library: &Library, arguments: &[&str]) -> Running {
        let mut command = library.command([&["--json"], arguments].concat());
        let mut process = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        Running { process, lines }
    }

    /// Reads the stream up to this step; it ends when the process does, so this never waits for ever.
    #[track_caller]
    fn until_step(&mut self, step: u64) -> Value {
        let events = self.lines.by_ref().map(|line| serde_json::from_str::<Value>(&line.unwrap()).unwrap());
        let mut steps = events.filter(|event| event["event"] == "step");
        steps.find(|event| event["step"].as_u64() >= Some(step)).expect("the run ended before this step")
    }
}

/// A test that fails half-way leaves nothing running.
impl Drop for Running {
    fn drop(&mut self) {
        let _already_ended = self.process.kill();
        let _reaped = self.process.wait();
    }
}
