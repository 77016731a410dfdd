//! `refresh`: asks the sources again. File sources are read from where they lay.

use super::import::{Failures, Told, extent, stopped};
use crate::context::Context;
use crate::exit::Outcome;
use idiolect_core::blog::{self, source};
use idiolect_core::id::SourceId;
use idiolect_core::{Code, Error};

/// Options of `refresh`.
#[derive(clap::Args)]
#[command(after_help = "JSON: the same lines as `import`.")]
pub struct Args {
    /// Only this source; `idiolect-cli stats --json` lists them
    #[arg(long, value_name = "ID")]
    source: Option<SourceId>,
    /// Only what the feed holds, not the rest of the archive
    #[arg(long)]
    feed_only: bool,
}

/// Asks every source, or the one that was named.
pub async fn run(context: &Context<'_>, args: Args) -> Outcome {
    let sources = match args.source {
        Some(id) => vec![source::get(&context.core.db, id)?],
        None => source::list(&context.core.db)?,
    };
    if sources.is_empty() {
        return Err(Error::new(Code::NotFound, "There is no source to ask yet.")
            .hint("Import a blog first: `idiolect-cli import ADDRESS`."));
    }
    let mut failures = Failures::new(context, sources.len() > 1);
    let stop = context.interrupt.gently();
    for source in &sources {
        let mut told = Told::new(context);
        match blog::refresh(&context.core, source.id, extent(args.feed_only), |event| told.hear(event), &stop).await {
            Ok(report) => {
                told.end(&report);
                if report.waiting > 0 && context.interrupt.happened() {
                    return Ok(stopped(report.waiting));
                }
            }
            Err(error) => failures.add(&source.address, error)?,
        }
    }
    failures.end()
}
