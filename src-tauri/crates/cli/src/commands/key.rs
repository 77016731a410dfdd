//! `key`: the Tinker key in the system's keyring. It is read without echo and never printed.

use crate::context::Context;
use crate::exit::{End, Outcome};
use clap::Subcommand;
use idiolect_core::secrets::{self, KeyStatus};
use idiolect_core::{Code, Error, Result};
use serde_json::json;
use std::io::{IsTerminal, Read};

/// Options of `key`.
#[derive(clap::Args)]
#[command(after_help = HELP)]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

const HELP: &str = "\
Training on this computer needs no key.

JSON: {status}: set or missing.";

#[derive(Subcommand)]
enum Action {
    /// Keep a key: typed without echo, or from standard input
    Set,
    /// Tell whether a key is there; it is not shown
    Check,
    /// Forget the key
    Delete,
}

/// Does what was asked with the key.
pub async fn run(context: &Context<'_>, args: Args) -> Outcome {
    let status = match args.action {
        Action::Set => secrets::set_key(&context.core, typed()?).await?,
        Action::Check => secrets::key_status(&context.core).await?,
        Action::Delete => secrets::delete_key(&context.core).await?,
    };
    let words = match status {
        KeyStatus::Set => "A key is in the keyring.",
        KeyStatus::Missing => "There is no key in the keyring.",
        KeyStatus::NoKeyring => {
            return Err(Error::new(Code::KeyringUnavailable, "The system's keyring cannot be reached.").hint(
                "On Linux, start GNOME Keyring or KWallet, then do it again. Training on this computer needs no key.",
            ));
        }
    };
    context.out.either(&json!({"status": status}), || words.to_owned());
    Ok(End::Done)
}

fn typed() -> Result<String> {
    if std::io::stdin().is_terminal() {
        return Ok(rpassword::prompt_password("Tinker key (not shown): ")?);
    }
    let mut key = String::new();
    // A key is short; whatever is longer is refused by core without being read to its end.
    std::io::stdin().take(4096).read_to_string(&mut key)?;
    Ok(key)
}
