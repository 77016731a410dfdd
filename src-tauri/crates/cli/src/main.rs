//! `idiolect-cli`: the same journeys as in the window, for scripts, servers and anyone who likes a terminal.
//!
//! A thin adapter: what there is to do is in `idiolect-core`; here it is asked for in words and told in words.
//!
//! | file | |
//! |---|---|
//! | `args` | what can be typed |
//! | `commands/<noun>` | one file a noun: its options, its help, what it prints |
//! | `follow` | a run as it goes on: shared by `train`, `runs resume` and `demo` |
//! | `output`, `table`, `text` | JSON for programs, plain text for people |
//! | `progress` | bars in a terminal, lines elsewhere |
//! | `interrupt` | Ctrl-C: first gently, then at once |
//! | `exit` | exit status, and errors in two lines or as JSON |

mod args;
mod commands;
mod context;
mod exit;
mod follow;
mod interrupt;
mod output;
mod progress;
mod table;
mod text;

use args::{Cli, Command};
use clap::Parser;
use commands::{
    demo, examples, import, key, models, plan, portrait, posts, presets, refresh, runs, score, stats, train, versions,
    write,
};
use context::Context;
use exit::Outcome;
use output::Out;
use std::process::ExitCode;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let out = Out::new(cli.global.json, cli.global.quiet);
    let outcome = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => {
            let outcome = runtime.block_on(run(cli, &out));
            // A computation nobody waits for any more must not hold the exit up.
            runtime.shutdown_background();
            outcome
        }
        Err(error) => Err(error.into()),
    };
    exit::report(&out, outcome)
}

async fn run(cli: Cli, out: &Out) -> Outcome {
    let paths = match cli.command {
        Command::Demo(_) => demo::paths(cli.global.data_dir)?,
        _ => context::paths(cli.global.data_dir),
    };
    let context = &Context::open(paths, out)?;
    match cli.command {
        Command::Demo(_) => demo::run(context).await,
        Command::Import(args) => import::run(context, args).await,
        Command::Refresh(args) => refresh::run(context, args).await,
        Command::Posts(args) => posts::run(context, args),
        Command::Portrait(_) => portrait::run(context),
        Command::Examples(args) => examples::run(context, args).await,
        Command::Presets(args) => presets::run(context, args),
        Command::Stats(args) => stats::run(context, args).await,
        Command::Models(args) => models::run(context, args).await,
        Command::Plan(args) => plan::run(context, &args).await,
        Command::Train(args) => train::run(context, &args).await,
        Command::Runs(args) => runs::run(context, args).await,
        Command::Versions(args) => versions::run(context, args),
        Command::Write(args) => write::run(context, args).await,
        Command::Score(args) => score::run(context, args).await,
        Command::Key(args) => key::run(context, args).await,
    }
}
