//! `demo`: the whole first-run journey on the sample blog, in a data folder of its own, in two or three minutes.

use super::{import, portrait, write};
use crate::context::{self, Context};
use crate::exit::{End, Outcome};
use crate::follow::{self, follow};
use crate::text::{Wrapper, count, duration, size};
use console::style;
use idiolect_core::blog::{self, ImportEvent};
use idiolect_core::draft::{WriteEvent, WriteRequest};
use idiolect_core::paths::Paths;
use idiolect_core::training::{self, Plan, Run, RunOptions, RunStatus};
use idiolect_core::{Error, Result, dataset, version, voice};
use serde_json::json;
use std::path::PathBuf;

/// Options of `demo`.
#[derive(clap::Args)]
#[command(after_help = HELP)]
pub struct Args {}

const HELP: &str = "\
It works in a new temporary folder, which is named and kept, unless --data-dir or IDIOLECT_DATA_DIR names one. The
default model must be on this computer: `cargo xtask model` or `idiolect-cli models download` fetches it.

JSON, one object a line, each with \"event\": those of `import`, then portrait (as `portrait`), examples (as `examples
build`), those of `train`, those of `write`, and at the end
  learned  data_dir, run, version, held_out_loss, base_loss, better_on, held_out_posts, tokens_per_second (trained),
           written_per_second";

/// About how long the training may take, in minutes.
const MINUTES: f64 = 2.0;
/// A title the sample's author might have chosen; none of the posts has it.
const TITLE: &str = "What I found in the pocket of my winter coat";

/// A folder of its own, so that the sample never mixes with the author's library; models are found where they are.
///
/// # Errors
/// When no temporary folder can be made.
pub fn paths(data_dir: Option<PathBuf>) -> Result<Paths> {
    let named = data_dir.is_some() || std::env::var_os("IDIOLECT_DATA_DIR").is_some_and(|dir| !dir.is_empty());
    if named {
        return Ok(context::paths(data_dir));
    }
    let own_models = context::paths(None).models();
    let folder = tempfile::Builder::new().prefix("idiolect-demo-").tempdir()?.keep();
    Ok(Paths::discover(Some(folder), &[own_models]))
}

/// Makes the journey.
pub async fn run(context: &Context<'_>) -> Outcome {
    let (core, out) = (&context.core, context.out);
    // Before anything is shown: without a model there is no journey.
    let default = idiolect_core::engine::models::DEFAULT.name;
    core.engine.codec(default).await?;
    let folder = core.paths.data().display().to_string();
    out.line(&format!("{}\nEverything is kept in {folder}", style("Idiolect, shown on a sample blog").bold()));
    bring_in(context).await?;
    let portrait = voice::portrait(core)?;
    out.event("portrait", &portrait);
    chapter(context, 2, "What is particular about the writing");
    out.line(&indented(&portrait::people(&portrait, 8)));
    let examples = dataset::choose(core, &dataset::PresetName::voice())?;
    out.event("examples", &examples);
    chapter(context, 3, "Examples to learn from");
    out.line(&format!(
        "   {} from {}; {} left out, to measure on",
        count(examples.kept, "example"),
        count(examples.training_posts, "post"),
        count(examples.held_out_posts, "post")
    ));
    let run = train(context).await?;
    if run.status != RunStatus::Succeeded {
        return with_folder(follow::ended(&run), &folder);
    }
    let written = draft(context, &run).await?;
    learned(context, &run, written)?;
    Ok(End::Done)
}

fn chapter(context: &Context<'_>, number: u32, title: &str) {
    context.out.line(&format!("\n{}  {}", style(number).dim(), style(title).bold()));
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("   {line}")).collect::<Vec<_>>().join("\n")
}

async fn bring_in(context: &Context<'_>) -> Result<()> {
    chapter(context, 1, "Import");
    let stop = context.interrupt.gently();
    let mut words = 0;
    let hear = |event: ImportEvent| {
        if let ImportEvent::Post { words: more, .. } = &event {
            words += more;
        }
        import::stream(context.out, &event);
    };
    let report = blog::import_sample(&context.core, hear, &stop).await?;
    context.out.line(&format!("   {}: {}, {}", report.title, count(report.posts, "post"), count(words, "word")));
    Ok(())
}

async fn train(context: &Context<'_>) -> Result<Run> {
    let core = &context.core;
    let (options, plan) = short(context).await?;
    context.out.event("plan", &plan);
    chapter(context, 4, "Training on this computer");
    context.out.line(&format!(
        "   {} · {} · about {} · {} of memory",
        plan.model,
        count(plan.steps, "step"),
        duration(plan.minutes * 60.0),
        size(plan.memory_bytes)
    ));
    let stop = context.interrupt.gently();
    let id = training::start(core, &options).await?;
    let run = follow(context, id, None, &stop).await?;
    follow::done(context, &run);
    if let Some(outcome) = &run.outcome {
        context.out.line(&crate::text::wrap(outcome, "   "));
    }
    Ok(run)
}

/// As many steps as fit into the time, by this computer's own speed.
async fn short(context: &Context<'_>) -> Result<(RunOptions, Plan)> {
    let whole = RunOptions::default();
    let plan = training::plan(&context.core, &whole).await?;
    if plan.minutes <= MINUTES {
        return Ok((whole, plan));
    }
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let steps = (f64::from(plan.steps) * MINUTES / plan.minutes).floor().max(3.0) as u32;
    let options = RunOptions { max_steps: Some(steps.min(plan.steps)), ..whole };
    let plan = training::plan(&context.core, &options).await?;
    Ok((options, plan))
}

/// Writes a draft and gives the tokens per second.
async fn draft(context: &Context<'_>, run: &Run) -> Result<f64> {
    chapter(context, 5, "A draft");
    let prompt = dataset::held_out_prompt(TITLE);
    context.out.piece(&format!("   {}\n\n", style(&prompt).dim()));
    let request = WriteRequest {
        prompt,
        version: run.version,
        base_model: false,
        max_tokens: 220,
        temperature: 0.7,
        top_p: 1.0,
        stop: Vec::new(),
        seed: Some(1),
    };
    let stop = context.interrupt.gently();
    let (mut wrapper, mut speed, mut sentence) = (Wrapper::new("   "), 0.0, String::new());
    let hear = |event: WriteEvent| {
        write::stream(context.out, &event, 1);
        match event {
            WriteEvent::Waiting { .. } => {}
            WriteEvent::Token { text } => context.out.piece(&wrapper.push(&text)),
            WriteEvent::Done { tokens_per_second, sentence: how, .. } => {
                context.out.piece(&wrapper.finish());
                (speed, sentence) = (tokens_per_second, how);
            }
        }
        true
    };
    idiolect_core::draft::write(&context.core, &request, hear, &stop).await?;
    context.out.line(&format!("\n\n{}", style(crate::text::wrap(&sentence, "   ")).dim()));
    Ok(speed)
}

fn learned(context: &Context<'_>, run: &Run, written: f64) -> Result<()> {
    let versions = version::list(&context.core)?;
    let made = versions.iter().find(|version| Some(version.id) == run.version);
    let made = made.ok_or_else(|| Error::not_found(format!("The version of run {}", run.id)))?;
    let trained = run.tokens_per_second.unwrap_or_default();
    let folder = context.core.paths.data().display();
    let fields = json!({
        "data_dir": folder.to_string(), "run": run.id, "version": made.name, "held_out_loss": made.held_out_loss,
        "base_loss": made.base_loss, "better_on": made.better_on, "held_out_posts": made.held_out_posts,
        "tokens_per_second": trained, "written_per_second": written,
    });
    context.out.event("learned", &fields);
    chapter(context, 6, "What it learned");
    let (base, tuned) = (made.base_loss, made.held_out_loss);
    context.out.line(&format!(
        "   On posts it never saw   {base:.3} → {} nats per token ({:+.3})",
        style(format!("{tuned:.3}")).bold(),
        tuned - base
    ));
    let sure = if made.held_out_posts < 6 { " (too few to be sure)" } else { "" };
    context.out.line(&format!("   Better than before on    {} of {} posts{sure}", made.better_on, made.held_out_posts));
    context
        .out
        .line(&format!("   Speed                    {trained:.0} tokens/s learning, {written:.0} tokens/s writing"));
    context.out.line(&format!(
        "\nGo on with it:    idiolect-cli --data-dir {folder} write \"Write a blog post titled '…':\"\nOr with your own: idiolect-cli import https://your.blog && idiolect-cli train"
    ));
    Ok(())
}

/// The way on names the folder, since the run is not in the author's own library.
fn with_folder(ended: Outcome, folder: &str) -> Outcome {
    match ended? {
        End::Interrupted { message, hint } => Ok(End::Interrupted {
            message,
            hint: hint.replace("idiolect-cli ", &format!("idiolect-cli --data-dir {folder} ")),
        }),
        other => Ok(other),
    }
}
