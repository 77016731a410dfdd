//! Starting other programs, and saying what became of them.

use crate::failure::{Failure, Outcome};
use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Where a program lies, when it can be started by its name.
pub fn find(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path)
        .map(|folder| folder.join(format!("{program}{}", env::consts::EXE_SUFFIX)))
        .find(|file| file.is_file())
}

/// Runs a program in front of the person and waits for its success.
pub fn succeed(command: &mut Command, then: &str) -> Outcome {
    let status = command.status().map_err(|error| not_started(command, &error))?;
    if status.success() {
        return Ok(());
    }
    Err(Failure::new(format!("`{}` did not succeed ({status}).", line(command)), then))
}

/// Like [`succeed`], for the last program of a task: its exit status becomes ours, and its words are enough.
pub fn become_it(command: &mut Command) -> Outcome {
    let status = command.status().map_err(|error| not_started(command, &error))?;
    match status.code() {
        Some(0) => Ok(()),
        Some(code) => Err(Failure::Shown(u8::try_from(code).unwrap_or(1))),
        None => Err(Failure::Shown(1)),
    }
}

/// What a program writes to standard output, or nothing when it is missing or fails.
pub fn capture(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The command as one would type it.
pub fn line(command: &Command) -> String {
    // Where a program lies says little to a reader; its name does.
    let program = Path::new(command.get_program());
    let mut words = vec![program.file_name().unwrap_or(program.as_os_str()).to_string_lossy().into_owned()];
    words.extend(command.get_args().map(|word| word.to_string_lossy().into_owned()));
    words.join(" ")
}

/// The cargo that started us, so that both use the same toolchain.
pub fn cargo() -> Command {
    Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

fn not_started(command: &Command, error: &std::io::Error) -> Failure {
    Failure::new(format!("`{}` could not be started: {error}.", line(command)), "Install it, then run this again.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_reads_as_typed() {
        assert_eq!(line(Command::new("/usr/bin/apt-get").args(["install", "-y"])), "apt-get install -y");
    }

    #[test]
    fn a_missing_program_is_named() {
        let failure = succeed(&mut Command::new("no-such-program-here"), "").expect_err("it does not exist");
        assert!(failure.to_string().starts_with("`no-such-program-here` could not be started"));
    }
}
