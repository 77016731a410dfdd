//! `runs`: list them, look at one, stop or go on. Works beside a window that trains.

use crate::context::Context;
use crate::exit::{End, Outcome};
use crate::follow::{self, follow};
use crate::table::Table;
use crate::text::{loss, minute};
use clap::Subcommand;
use idiolect_core::Result;
use idiolect_core::id::RunId;
use idiolect_core::training::{self, Run, RunDetail};

/// Options of `runs`.
#[derive(clap::Args)]
#[command(after_help = HELP)]
pub struct Args {
    #[command(subcommand)]
    action: Option<Action>,
}

const HELP: &str = "\
JSON: {items: [run], next}
  run  id, status (queued, running, succeeded, paused, interrupted, failed, cancelled), engine, model, preset, step,
       steps, epoch, epochs, train_loss, held_out_loss, base_loss, tokens_per_second, seconds_left, usd, started_at,
       ended_at, version, outcome, resumable
`show` gives run, recipe, train [{step, loss}], held_out [{step, loss}], posts [{post, title, base, tuned, tokens,
bytes}], tests [{prompt, text, finish}], log; `log` gives {items: [line], next}; `pause` and `cancel` give the run;
`resume` streams the lines of `train`.";

#[derive(Subcommand)]
enum Action {
    /// Tell everything about a run
    Show {
        /// Its number
        id: RunId,
    },
    /// Tell what happened, line by line
    Log {
        /// Its number
        id: RunId,
    },
    /// Save and stop a run, whichever process trains it
    Pause {
        /// Its number
        id: RunId,
    },
    /// Go on with a run from its last checkpoint, and follow it
    Resume {
        /// Its number
        id: RunId,
    },
    /// Give a run up; its curve stays
    Cancel {
        /// Its number
        id: RunId,
    },
}

/// Does what was asked with runs.
pub async fn run(context: &Context<'_>, args: Args) -> Outcome {
    let (core, out) = (&context.core, context.out);
    match args.action {
        None => out.list(&training::list(core)?, None, people),
        Some(Action::Show { id }) => {
            let detail = training::detail(core, id)?;
            out.either(&detail, || one(&detail));
        }
        Some(Action::Log { id }) => {
            training::get(core, id)?;
            out.list(&training::log(core, id)?, None, |lines| lines.join("\n"));
        }
        Some(Action::Pause { id }) => {
            training::pause(core, id)?;
            settled(context, id).await?;
        }
        Some(Action::Cancel { id }) => {
            training::cancel(core, id)?;
            settled(context, id).await?;
        }
        Some(Action::Resume { id }) => return resume(context, id).await,
    }
    Ok(End::Done)
}

async fn resume(context: &Context<'_>, id: RunId) -> Outcome {
    let stop = context.interrupt.gently();
    training::resume(&context.core, id).await?;
    let from = training::checkpoint_step(&context.core, id)?;
    let run = follow(context, id, from, &stop).await?;
    follow::told(context, &run);
    follow::ended(&run)
}

/// Waits until the process that trains has answered.
async fn settled(context: &Context<'_>, id: RunId) -> Result<()> {
    training::wait(&context.core, id).await?;
    let run = training::get(&context.core, id)?;
    context.out.either(&run, || {
        let sentence = run.outcome.clone().unwrap_or_default();
        format!("Run {id} is {} at step {} of {}. {sentence}", run.status.name(), run.step, run.steps)
    });
    Ok(())
}

fn people(runs: &[Run]) -> String {
    if runs.is_empty() {
        return "No runs. `idiolect-cli train` starts one.".to_owned();
    }
    let mut table =
        Table::new(&[">ID", "STATUS", ">STEP", ">LOSS", ">HELD OUT", ">BASE", "STARTED (UTC)", "VERSION", "MODEL"]);
    for run in runs {
        table.row([
            run.id.to_string(),
            run.status.name().to_owned(),
            format!("{} of {}", run.step, run.steps),
            loss(run.train_loss),
            loss(run.held_out_loss),
            loss(run.base_loss),
            minute(run.started_at.as_deref()),
            run.version.map_or("–".to_owned(), |version| format!("v{version}")),
            run.model.clone(),
        ]);
    }
    table.render()
}

fn one(detail: &RunDetail) -> String {
    let RunDetail { run, recipe, .. } = detail;
    let mut parts = vec![people(std::slice::from_ref(run))];
    parts.extend(run.outcome.clone());
    parts.push(format!(
        "preset {}, {} epochs, batch {}, rank {}, rate {}, seed {}",
        recipe.preset, recipe.epochs, recipe.batch_size, recipe.rank, recipe.learning_rate, recipe.seed
    ));
    let held_out: Vec<String> = detail.held_out.iter().map(|p| format!("{:.3} after {}", p.loss, p.step)).collect();
    parts.push(format!("held-out loss: {}", held_out.join(", ")));
    if !detail.posts.is_empty() {
        let mut table = Table::new(&[">BASE", ">TUNED", ">TOKENS", "HELD-OUT POST"]);
        for post in &detail.posts {
            let tokens = post.tokens.to_string();
            table.row([format!("{:.3}", post.base), format!("{:.3}", post.tuned), tokens, post.title.clone()]);
        }
        parts.push(table.render());
    }
    parts.extend(detail.tests.iter().map(|test| format!("> {}\n{}", test.prompt, test.text)));
    parts.join("\n\n")
}
