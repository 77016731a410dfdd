//! `models`: what each engine offers, and fetching one.

use crate::context::Context;
use crate::exit::{End, Outcome};
use crate::table::Table;
use crate::text::size;
use clap::Subcommand;
use idiolect_core::Result;
use idiolect_core::engine::download::{DownloadEvent, download};
use idiolect_core::engine::{Model, list_models};
use std::sync::Mutex;

/// Options of `models`.
#[derive(clap::Args)]
#[command(after_help = HELP)]
pub struct Args {
    #[command(subcommand)]
    action: Option<Action>,
}

const HELP: &str = "\
A model of your own is any GGUF file in the data folder's `models/`; its name is the file's, without `.gguf`.

JSON: {items: [model], next}
  model  name, title, engine, installed, bytes, parameters, licence, note, memory_bytes (of training; 0 while the file
         is not here)
`download` gives the model.";

#[derive(Subcommand)]
enum Action {
    /// Fetch a model's file; what was fetched before an interruption is kept
    Download {
        /// The model's name
        name: String,
    },
}

/// Lists the models or fetches one.
pub async fn run(context: &Context<'_>, args: Args) -> Outcome {
    match args.action {
        None => list(context).await?,
        Some(Action::Download { name }) => fetch(context, &name).await?,
    }
    Ok(End::Done)
}

async fn list(context: &Context<'_>) -> Result<()> {
    let core = &context.core;
    for model in list_models(core)?.iter().filter(|model| model.installed) {
        // Only an opened model can tell what training it takes; one that cannot be opened is worth a word.
        if let Err(error) = core.engine.codec(&model.name).await {
            context.out.notice(&format!("{} {}", error.message, error.hint.unwrap_or_default()));
        }
    }
    context.out.list(&list_models(core)?, None, people);
    Ok(())
}

fn people(models: &[Model]) -> String {
    let mut table = Table::new(&["NAME", "ENGINE", "HERE", ">SIZE", ">PARAMETERS", ">MEMORY TO TRAIN", "LICENCE"]);
    let known = |number: f64, text: String| if number > 0.0 { text } else { "–".to_owned() };
    for model in models {
        table.row([
            model.name.clone(),
            model.engine.clone(),
            if model.installed { "yes" } else { "no" }.to_owned(),
            known(model.bytes, size(model.bytes)),
            known(model.parameters, format!("{:.0} million", model.parameters / 1e6)),
            known(model.memory_bytes, size(model.memory_bytes)),
            model.licence.clone(),
        ]);
    }
    table.render()
}

async fn fetch(context: &Context<'_>, name: &str) -> Result<()> {
    let progress = Mutex::new(context.out.progress(100));
    let stop = context.interrupt.gently();
    let hear = |event: DownloadEvent| {
        if let (DownloadEvent::Progress { done, total }, Ok(mut progress)) = (event, progress.lock()) {
            let share = (done / total * 100.0).clamp(0.0, 100.0);
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            progress.at(share as u64, &format!("{} of {}", size(done), size(total)));
        }
    };
    download(&context.core, name, hear, &stop).await?;
    drop(progress);
    let model = list_models(&context.core)?.into_iter().find(|model| model.name == name);
    context.out.either(&model, || format!("{name} is here and its checksum is right."));
    Ok(())
}
