//! `cargo xtask …`: sets up, runs, tests, checks, measures and packages Idiolect.
//!
//! It is the first thing a fresh clone compiles, so it depends on little and on none of the other crates.
//! This file is the table of commands; each has a file of its name.

mod bench;
mod check;
mod failure;
mod keyring_session;
mod model;
mod node;
mod package;
mod peers;
mod places;
mod prerequisites;
mod process;
mod run;
mod summary;
mod system;
mod tauri_cli;
mod test;

use failure::{Failure, Outcome};
use std::process::ExitCode;

const HELP: &str = "\
cargo xtask COMMAND

  run                      set up what is missing, build, and open the window
                           (without a display: the same journey in the terminal)
  dev                      the window, with the interface reloading as it is edited
  test [PART…]             set up what tests need, and run them all, or the parts whose names
                           hold one of the words (`cargo xtask test rust`); with --peers also
                           the Tinker client against a real server (installs it, 0.9 GB)
  check [PART…]            formatting, clippy, types, eslint, licences and house rules
  model                    fetch the default model into the data folder
  bench train|generate|import
                           measure, beside a rival where there is one
  package                  build the installers for this system
  icons                    draw the icon files again from icon.svg";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    // Every path that is handed to another program is relative to the root.
    if let Err(error) = std::env::set_current_dir(places::root()) {
        eprintln!("The repository's folder {} cannot be entered: {error}.", places::root().display());
        return ExitCode::FAILURE;
    }
    match start(&words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Shown(status)) => ExitCode::from(status),
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}

fn start(words: &[String]) -> Outcome {
    let (command, rest) = words.split_first().map_or(("help", &[][..]), |(first, rest)| (first.as_str(), rest));
    match command {
        "run" => run::run(rest),
        "package" => package::run(rest),
        "test" => test::run(rest),
        "bench" => bench::run(rest),
        "check" => check::run(rest),
        "dev" => tauri_cli::dev(rest),
        "icons" => tauri_cli::icons(),
        "model" => model::run(),
        keyring_session::INSIDE => keyring_session::inside(rest),
        "help" | "--help" | "-h" => {
            println!("{HELP}");
            Ok(())
        }
        other => Err(Failure::new(format!("There is no command `{other}`."), HELP)),
    }
}
