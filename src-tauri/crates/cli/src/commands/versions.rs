//! `versions`: what can draft, and which of them does unless another is named.

use crate::context::Context;
use crate::exit::{End, Outcome};
use crate::table::Table;
use crate::text::minute;
use clap::Subcommand;
use idiolect_core::id::VersionId;
use idiolect_core::version::{self, Version};
use serde_json::json;
use std::path::PathBuf;

/// Options of `versions`.
#[derive(clap::Args)]
#[command(after_help = HELP)]
pub struct Args {
    #[command(subcommand)]
    action: Option<Action>,
}

const HELP: &str = "\
JSON: {items: [version], next}
  version  id, name, run, model, engine, rendering, current, created_at, held_out_loss, base_loss, bits_per_byte,
           base_bits_per_byte, better_on, held_out_posts, sentence
`promote`, `undo` and `delete` give the list as it is then; `export` gives {path}.";

#[derive(Subcommand)]
enum Action {
    /// Draft with this version from now on
    Promote {
        /// Its number, such as 2 or v2
        #[arg(value_parser = number)]
        id: VersionId,
    },
    /// Draft again with the version that was current before
    Undo,
    /// Delete a version and its adapter
    Delete {
        /// Its number, such as 2 or v2
        #[arg(value_parser = number)]
        id: VersionId,
    },
    /// Copy a version's adapter, in PEFT's format, into a new folder
    Export {
        /// Its number, such as 2 or v2
        #[arg(value_parser = number)]
        id: VersionId,
        /// Where the new folder is made
        #[arg(long, value_name = "DIR", default_value = ".")]
        to: PathBuf,
    },
}

/// A version's number with or without its `v`.
pub fn number(text: &str) -> Result<VersionId, String> {
    let digits = text.strip_prefix('v').unwrap_or(text);
    digits.parse().map_err(|_| format!("'{text}' is no version; versions are named v1, v2, …"))
}

/// Does what was asked with versions.
pub fn run(context: &Context<'_>, args: Args) -> Outcome {
    let (core, out) = (&context.core, context.out);
    match args.action {
        None => {}
        Some(Action::Promote { id }) => version::promote(core, id)?,
        Some(Action::Undo) => version::undo_promotion(core)?,
        Some(Action::Delete { id }) => version::delete(core, id)?,
        Some(Action::Export { id, to }) => {
            let path = version::export(core, id, &to)?;
            out.either(&json!({"path": path}), || format!("Version v{id} is in {}.", path.display()));
            return Ok(End::Done);
        }
    }
    out.list(&version::list(core)?, None, people);
    Ok(End::Done)
}

fn people(versions: &[Version]) -> String {
    if versions.is_empty() {
        return "No versions. `idiolect-cli train` makes one.".to_owned();
    }
    let mut table =
        Table::new(&["VERSION", "CURRENT", ">HELD OUT", ">BASE", "BETTER ON", ">RUN", "MADE (UTC)", "MODEL"]);
    for version in versions {
        table.row([
            version.name.clone(),
            if version.current { "yes" } else { "" }.to_owned(),
            format!("{:.3}", version.held_out_loss),
            format!("{:.3}", version.base_loss),
            format!("{} of {}", version.better_on, version.held_out_posts),
            version.run.to_string(),
            minute(Some(&version.created_at)),
            version.model.clone(),
        ]);
    }
    table.render()
}
