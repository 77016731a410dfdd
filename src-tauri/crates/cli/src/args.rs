//! What can be typed. The options of a command stand with the command, in `commands/<noun>.rs`.

use crate::commands::{
    demo, examples, import, key, models, portrait, posts, presets, refresh, runs, score, stats, train, versions, write,
};
use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;

/// Learns to draft in an author's voice from the author's blog, on this computer.
///
/// The journey: import a blog, look at the examples made from it, train, write. The window and this program share one
/// data folder and may be open side by side. Nothing leaves this computer but the requests for the blog itself and for
/// a model you download.
#[derive(Parser)]
#[command(
    name = "idiolect-cli",
    version,
    subcommand_required = true,
    arg_required_else_help = true,
    disable_help_subcommand = true,
    after_help = EXITS
)]
pub struct Cli {
    /// Options of every command.
    #[command(flatten)]
    pub global: Global,
    /// The command.
    #[command(subcommand)]
    pub command: Command,
}

const EXITS: &str = "\
Exit status: 0 done; 1 it failed; 2 wrong usage; 130 interrupted (Ctrl-C pauses a run cleanly, and it can go on).
With --json a failure is {\"error\": {code, message, hint, detail}} on standard output; lists are {items, next}.
Each command's --help names the fields of its JSON. Losses are in nats per token of the text.";

/// Options of every command.
#[derive(Args)]
pub struct Global {
    /// Where the library lies [default: $IDIOLECT_DATA_DIR, else the window's own folder]
    #[arg(long, global = true, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// Print JSON: one document, or one object a line where the command streams
    #[arg(long, global = true)]
    pub json: bool,
    /// Leave out progress and notices; errors are still told
    #[arg(long, short, global = true)]
    pub quiet: bool,
}

/// Every command.
#[derive(Subcommand)]
pub enum Command {
    /// Make the whole journey on a sample blog: import, examples, a short training, a draft
    Demo(demo::Args),
    /// Bring in posts from a site, a feed's address or a feed file
    Import(import::Args),
    /// Ask every source for new and edited posts
    Refresh(refresh::Args),
    /// List posts, read one, leave some out, export them
    Posts(posts::Args),
    /// Tell what is particular about the writing, from the posts alone
    Portrait(portrait::Args),
    /// List the training examples, decide on them, export them
    Examples(examples::Args),
    /// List the presets examples are made by, copy and change one
    Presets(presets::Args),
    /// Count posts, words, examples and tokens
    Stats(stats::Args),
    /// List the models, download one
    Models(models::Args),
    /// Tell what a training would take; starts nothing
    Plan(train::PlanArgs),
    /// Train on the examples and make a version
    Train(train::Args),
    /// List the training runs, follow or stop one
    Runs(runs::Args),
    /// List the versions, choose the one that drafts
    Versions(versions::Args),
    /// Write a draft, word by word
    Write(write::Args),
    /// Measure how well a version foretells a text
    Score(score::Args),
    /// Keep the Tinker key in the system's keyring
    Key(key::Args),
}
