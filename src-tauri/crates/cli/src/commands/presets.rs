//! `presets`: how examples are made and learned from, as data to be looked at, copied and changed.

use crate::context::Context;
use crate::exit::{End, Outcome};
use crate::table::Table;
use clap::Subcommand;
use idiolect_core::Error;
use idiolect_core::dataset::{Order, Preset, PresetName, chosen, presets};
use std::path::PathBuf;

/// Options of `presets`.
#[derive(clap::Args)]
#[command(after_help = HELP)]
pub struct Args {
    #[command(subcommand)]
    action: Option<Action>,
}

const HELP: &str = "\
`voice` and `seed` come with the app and are copied, not changed. To change a copy: `presets --json show NAME > my.json`,
edit the file, `presets save my.json`. `examples build --preset NAME` chooses one.

JSON: {items: [preset], next}
  preset  name, title, built_in, sentence, order (once_per_post, file_order), kinds, templates [{id, kind, prompt,
          lead_prompt, gives, on}], holds, training {epochs, learning_rate, batch_size, rank, alpha, manner {separator,
          end_mark, decay, max_grad_norm}}
Prompts may hold {title} {title_lower} {subtitle} {date} {opening} {heading} {beginning} {notes} {plain}.";

#[derive(Subcommand)]
enum Action {
    /// Show one with its templates
    Show {
        /// Its name
        name: PresetName,
    },
    /// Copy one, to change the copy
    Copy {
        /// The name of the one to copy
        name: PresetName,
        /// What the copy is called
        title: String,
    },
    /// Change one of your own from a file of JSON
    Save {
        /// The file, as `presets --json show` prints it
        file: PathBuf,
    },
    /// Delete one of your own; decisions on examples are kept
    Delete {
        /// Its name
        name: PresetName,
    },
}

/// Does what was asked with presets.
pub fn run(context: &Context<'_>, args: Args) -> Outcome {
    let (core, out) = (&context.core, context.out);
    match args.action {
        None => {
            let current = chosen(core)?.name;
            out.list(&presets::presets(core)?, None, |all| people(all, &current));
        }
        Some(Action::Show { name }) => {
            let preset = presets::preset(core, &name)?;
            out.either(&preset, || whole(&preset));
        }
        Some(Action::Copy { name, title }) => {
            let copy = presets::copy(core, &name, &title)?;
            out.either(&copy, || format!("Copied to '{}'.", copy.name));
        }
        Some(Action::Save { file }) => {
            let json = std::fs::read(&file)?;
            let preset: Preset = serde_json::from_slice(&json).map_err(|error| {
                Error::bad_input(format!("{} is no preset.", file.display()))
                    .hint("Begin with what `presets --json show NAME` prints.")
                    .because(error)
            })?;
            let saved = presets::save(core, &preset)?;
            out.either(&saved, || format!("Saved '{}'.", saved.name));
        }
        Some(Action::Delete { name }) => {
            let summary = presets::delete(core, &name)?;
            out.either(&summary, || format!("Deleted '{name}'."));
        }
    }
    Ok(End::Done)
}

fn people(all: &[Preset], current: &PresetName) -> String {
    let mut table = Table::new(&["", "NAME", "TITLE", "WHAT IT DOES"]);
    for preset in all {
        let mark = if preset.name == *current { "*" } else { "" };
        table.row([mark.to_owned(), preset.name.to_string(), preset.title.clone(), preset.sentence.clone()]);
    }
    table.render()
}

fn whole(preset: &Preset) -> String {
    let training = &preset.training;
    let order = match preset.order {
        Order::OncePerPost => "each post once a pass, shuffled",
        Order::FileOrder => "every example, in file order",
    };
    let end = if training.manner.end_mark { "with the end mark" } else { "without an end mark" };
    let mut lines = vec![
        format!("{}: {}", preset.title, preset.sentence),
        format!("{order}; {end}"),
        format!(
            "{} epochs, rate {}, batch {}, rank {}",
            training.epochs, training.learning_rate, training.batch_size, training.rank
        ),
    ];
    for template in &preset.templates {
        let used = template.on && preset.kinds.contains(&template.kind);
        let mark = if used { "on " } else { "off" };
        lines.push(format!("\n{mark} {}/{}", template.kind.name(), template.id));
        lines.extend(template.prompt.lines().map(|line| format!("    {line}")));
        if let Some(lead) = &template.lead_prompt {
            lines.push(format!("    or: {lead}"));
        }
    }
    lines.join("\n")
}
