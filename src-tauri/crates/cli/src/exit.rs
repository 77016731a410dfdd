//! How the program ends: 0 done, 1 it failed, 2 wrong usage (clap's own), 130 interrupted.

use crate::interrupt;
use crate::output::Out;
use idiolect_core::{Code, Error};
use serde_json::json;
use std::process::ExitCode;

/// How a command ended that did not fail.
pub enum End {
    /// All is done.
    Done,
    /// All is done and told, and what was looked at is not in order.
    Faulty,
    /// Stopped cleanly before it was done; the two sentences say what is left and how to go on.
    Interrupted {
        /// What happened.
        message: String,
        /// What to do.
        hint: String,
    },
}

/// What every command returns.
pub type Outcome = Result<End, Error>;

/// Tells the end and gives the exit status.
pub fn report(out: &Out, outcome: Outcome) -> ExitCode {
    // What could not be written to standard output is a failure too, unless the reader simply went away.
    let outcome = outcome.and_then(|end| out.written().map(|()| end));
    match outcome {
        Ok(End::Done) => ExitCode::SUCCESS,
        Ok(End::Faulty) => ExitCode::FAILURE,
        Ok(End::Interrupted { message, hint }) => {
            out.complain(&message, Some(&hint));
            ExitCode::from(interrupt::STATUS)
        }
        Err(error) => {
            let hint = hint(&error);
            if out.is_json() {
                let (code, message, detail) = (error.code, &error.message, error.detail());
                out.document(&json!({"error": {"code": code, "message": message, "hint": hint, "detail": detail}}));
            } else {
                out.complain(&error.message, hint.as_deref());
            }
            if error.code == Code::Cancelled { ExitCode::from(interrupt::STATUS) } else { ExitCode::FAILURE }
        }
    }
}

/// What to do, in this program's own words where core's speak of the window.
fn hint(error: &Error) -> Option<String> {
    match error.code {
        Code::ModelMissing => Some(
            "Fetch it with `idiolect-cli models download NAME`; in a checkout of the source, `cargo xtask model` does it too."
                .to_owned(),
        ),
        Code::ModelDamaged => Some(
            "Delete that file, then fetch the model again with `idiolect-cli models download NAME` or `cargo xtask model`."
                .to_owned(),
        ),
        Code::NothingToTrain => Some(
            "Import a blog with `idiolect-cli import ADDRESS`; `idiolect-cli posts` and `idiolect-cli examples` show what is there."
                .to_owned(),
        ),
        Code::RunActive => Some(
            "`idiolect-cli runs` shows it; wait until it is done, or stop it with `idiolect-cli runs pause ID`.".to_owned(),
        ),
        Code::NotFound => error.hint.as_ref().map(|hint| {
            if hint.contains("open the list again") {
                "Look at the list again; it may have been deleted in the window meanwhile.".to_owned()
            } else {
                hint.clone()
            }
        }),
        _ => error.hint.clone(),
    }
}
