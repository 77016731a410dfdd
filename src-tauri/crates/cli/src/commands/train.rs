//! `train`: starts a run and follows it to its end. Ctrl-C pauses it; nothing is lost and it can go on.

use crate::context::Context;
use crate::exit::Outcome;
use crate::follow::{self, follow};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use idiolect_core::dataset::PresetName;
use idiolect_core::training::{self, Rendering, RunOptions};
use idiolect_core::{Error, Result};

/// Options of `train`.
#[derive(clap::Args)]
#[command(after_help = TRAIN_HELP)]
pub struct Args {
    #[command(flatten)]
    pub options: Options,
}

/// Options of `plan`: those of `train`.
#[derive(clap::Args)]
#[command(after_help = PLAN_HELP)]
pub struct PlanArgs {
    /// The same options.
    #[command(flatten)]
    pub options: Options,
}

const PLAN_HELP: &str = "\
JSON: engine, model, rendering, recipe {preset, epochs, max_steps, learning_rate, batch_size, rank, alpha, rendering,
seed, minutes}, training_posts, held_out_posts, held_out_titles, steps, tokens, usd, price_date, minutes, memory_bytes,
issues.";

const TRAIN_HELP: &str = "\
Ctrl-C saves and pauses the run: `runs resume ID` goes on. A second Ctrl-C ends at once; the run then goes on from its
last checkpoint. The first version becomes the current one, later ones with `versions promote ID`.

JSON, one object a line, each with \"event\":
  plan      as `plan` gives it
  waiting   reason
  step      step, steps, epoch, train_loss, learning_rate, tokens (of this step), tokens_per_second, cost_usd
  held_out  step, loss, base_loss
  saved     step
  done      run, version, outcome, status, held_out_loss, base_loss, tokens_per_second";

/// What can be set of a training.
#[derive(clap::Args)]
pub struct Options {
    /// Where it happens; only this computer for now
    #[arg(long, value_parser = ["local"], default_value = "local")]
    engine: String,
    /// The base model [default: the small model that comes with the app]
    #[arg(long, value_name = "M")]
    model: Option<String>,
    /// `voice`: each post once an epoch; `seed`: the old recipe, to compare with [default: the one chosen last]
    #[arg(long, value_name = "NAME")]
    preset: Option<PresetName>,
    /// Passes over the posts
    #[arg(long, value_name = "N")]
    epochs: Option<u32>,
    /// Stop after so many steps
    #[arg(long, value_name = "N")]
    max_steps: Option<u32>,
    /// The highest learning rate
    #[arg(long, value_name = "X")]
    learning_rate: Option<f64>,
    /// Examples a step
    #[arg(long, value_name = "N")]
    batch_size: Option<u32>,
    /// Rank of the adapter
    #[arg(long, value_name = "N")]
    rank: Option<u32>,
    /// How prompts and texts become tokens
    #[arg(long, value_name = "R", value_parser = rendering())]
    rendering: Option<Rendering>,
    /// How many posts to leave out of the training, to measure on
    #[arg(long, value_name = "POSTS")]
    hold_out: Option<u32>,
    /// Stop after so many minutes, and plan for it
    #[arg(long, value_name = "N")]
    minutes: Option<f64>,
    /// Where chance begins: the same seed gives the same run
    #[arg(long, value_name = "N")]
    seed: Option<u32>,
    /// Spend at most this much; training on this computer costs nothing
    #[arg(long, value_name = "USD")]
    budget: Option<f64>,
    /// Do not ask; there is nothing to ask for on this computer
    #[arg(long)]
    yes: bool,
}

fn rendering() -> impl TypedValueParser<Value = Rendering> {
    PossibleValuesParser::new(["plain", "chat"]).try_map(|word| word.parse::<Rendering>())
}

impl Options {
    /// The options as core takes them.
    ///
    /// # Errors
    /// `BadInput` for a budget that is no amount of money.
    pub fn to_core(&self) -> Result<RunOptions> {
        if self.budget.is_some_and(|usd| !(usd >= 0.0 && usd.is_finite())) {
            return Err(Error::bad_input("The budget must be an amount of money, such as 2.50.")
                .hint("Training on this computer costs nothing, so no budget is needed."));
        }
        Ok(RunOptions {
            model: self.model.clone(),
            preset: self.preset.clone(),
            epochs: self.epochs,
            max_steps: self.max_steps,
            learning_rate: self.learning_rate,
            batch_size: self.batch_size,
            rank: self.rank,
            rendering: self.rendering,
            seed: self.seed,
            hold_out: self.hold_out,
            minutes: self.minutes,
        })
    }
}

/// Plans, starts, follows.
pub async fn run(context: &Context<'_>, args: &Args) -> Outcome {
    let options = args.options.to_core()?;
    let plan = training::plan(&context.core, &options).await?;
    context.out.event("plan", &plan);
    if !context.out.is_json() {
        context.out.notice(&super::plan::people(&plan));
    }
    // From here on Ctrl-C pauses; before there was nothing to save.
    let stop = context.interrupt.gently();
    let id = training::start(&context.core, &options).await?;
    let run = follow(context, id, None, &stop).await?;
    follow::told(context, &run);
    follow::ended(&run)
}
