//! `examples`: list them, decide on them, build them again, export them.

use super::stats::every_example;
use crate::context::Context;
use crate::exit::{End, Outcome};
use crate::table::Table;
use crate::text::{count, thousands};
use clap::Subcommand;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use idiolect_core::dataset::{self, Example, ExampleQuery, ExampleStatus, ExportFormat, FlagCode, Kind, Preset};
use idiolect_core::id::{ExampleId, PostId};
use idiolect_core::{Error, Result};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::path::PathBuf;

/// Options of `examples`.
#[derive(clap::Args)]
#[command(args_conflicts_with_subcommands = true, after_help = HELP)]
pub struct Args {
    #[command(subcommand)]
    action: Option<Action>,
    /// Only of this kind
    #[arg(long, value_name = "K", value_parser = named::<Kind>(&["completion", "instruction", "question"]))]
    kind: Option<Kind>,
    /// Only with this status
    #[arg(long, value_name = "S", value_parser = named::<ExampleStatus>(&["kept", "dropped", "flagged"]))]
    status: Option<ExampleStatus>,
    /// Only with this flag
    #[arg(long, value_name = "F", value_parser = named::<FlagCode>(&["too_short", "summary_too_short", "duplicate", "truncated"]))]
    flag: Option<FlagCode>,
    /// Only of this post
    #[arg(long, value_name = "ID")]
    post: Option<PostId>,
    /// Only with all these words in prompt or text
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
    /// At most so many; all of them when not given
    #[arg(long, value_name = "N", conflicts_with = "flag")]
    limit: Option<u32>,
    /// Go on where the page before ended: its `next`
    #[arg(long, value_name = "NEXT", requires = "limit")]
    cursor: Option<String>,
}

const HELP: &str = "\
JSON: {items: [example], next}
  example  id, post, post_title, kind (completion, instruction, question), prompt, completion, tokens,
           status (kept, dropped, flagged), edited, held_out, flags [{code, reason}]
`keep`, `drop` and `edit` give the examples they changed; `build`, `switch` and `undo` give preset, kinds [{kind,
enabled, examples, tokens, sentence}], kept, dropped, flagged, held_out_posts, training_posts, tokens_per_epoch,
exposure, can_undo; `export` gives {path, examples}.";

#[derive(Subcommand)]
enum Action {
    /// Make the examples again from the posts; decisions are kept
    Build {
        /// `voice`: each post once an epoch; `seed`: the old recipe, to compare with [default: the one chosen last]
        #[arg(long, value_parser = named::<Preset>(&["voice", "seed"]))]
        preset: Option<Preset>,
    },
    /// Learn from these examples
    Keep {
        /// Their numbers
        #[arg(required = true)]
        ids: Vec<ExampleId>,
    },
    /// Take these examples out
    Drop {
        /// Their numbers
        #[arg(required = true)]
        ids: Vec<ExampleId>,
    },
    /// Change an example's words; what is not given stays
    #[command(group = clap::ArgGroup::new("words").required(true).multiple(true))]
    Edit {
        /// Its number
        id: ExampleId,
        /// What the model is given
        #[arg(long, group = "words")]
        prompt: Option<String>,
        /// What it learns to write
        #[arg(long, group = "words")]
        completion: Option<String>,
    },
    /// Take the newest decision back
    Undo,
    /// Switch a kind of example on or off
    Switch {
        /// The kind
        #[arg(value_parser = named::<Kind>(&["completion", "instruction", "question"]))]
        kind: Kind,
        /// On or off
        #[arg(value_parser = ["on", "off"])]
        to: String,
    },
    /// Write the examples that are learned from into a file, one JSON object a line
    Export {
        /// The file; it appears whole or not at all
        file: PathBuf,
        /// The shape of a line: {prompt, completion}, {messages}, or {text}
        #[arg(long, default_value = "prompt-completion", value_parser = format())]
        format: ExportFormat,
    },
}

/// Takes one of these words, which are the value's own names in JSON.
fn named<T: DeserializeOwned + Clone + Send + Sync + 'static>(
    words: &[&'static str],
) -> impl TypedValueParser<Value = T> {
    PossibleValuesParser::new(words.to_vec()).try_map(|word| serde_json::from_value(Value::String(word)))
}

fn format() -> impl TypedValueParser<Value = ExportFormat> {
    PossibleValuesParser::new(["prompt-completion", "messages", "text"]).try_map(|word| word.parse::<ExportFormat>())
}

/// Does what was asked with examples.
pub fn run(context: &Context<'_>, args: Args) -> Outcome {
    let (core, out) = (&context.core, context.out);
    match args.action {
        None => list(context, args)?,
        Some(Action::Build { preset }) => {
            let preset = preset.map_or_else(|| dataset::preset(core), Ok)?;
            summary(context, &dataset::build(core, preset)?);
        }
        Some(Action::Keep { ids }) => decide(context, &ids, ExampleStatus::Kept)?,
        Some(Action::Drop { ids }) => decide(context, &ids, ExampleStatus::Dropped)?,
        Some(Action::Edit { id, prompt, completion }) => {
            let before = dataset::get(&core.db, id)?;
            let (prompt, completion) = (prompt.unwrap_or(before.prompt), completion.unwrap_or(before.completion));
            let edited = dataset::edit(core, id, &prompt, &completion)?;
            out.list(&[edited], None, |_| format!("Example {id} changed and kept."));
        }
        Some(Action::Undo) => undo(context)?,
        Some(Action::Switch { kind, to }) => {
            summary(context, &dataset::set_kind_enabled(core, kind, to == "on")?);
        }
        Some(Action::Export { file, format }) => {
            let rows = dataset::export(core, &file, format)?;
            out.either(&json!({"path": file, "examples": rows}), || {
                format!("{} written to {}.", count(rows, "example"), file.display())
            });
        }
    }
    Ok(End::Done)
}

fn list(context: &Context<'_>, args: Args) -> Result<()> {
    let (kind, status, post, search) = (args.kind, args.status, args.post, args.search);
    if args.limit.is_some() {
        let (cursor, limit) = (args.cursor, args.limit);
        let query = ExampleQuery { kind, status, post, search, cursor, limit, flagged: None };
        let page = dataset::list(&context.core, &query)?;
        context.out.list(&page.items, page.next.as_deref(), people);
        return Ok(());
    }
    let query = ExampleQuery { kind, status, post, search, flagged: args.flag.map(|_| true), ..Default::default() };
    let mut examples = every_example(&context.core, query)?;
    if let Some(code) = args.flag {
        examples.retain(|example| example.flags.iter().any(|flag| flag.code == code));
    }
    context.out.list(&examples, None, people);
    Ok(())
}

fn people(examples: &[Example]) -> String {
    if examples.is_empty() {
        return "No examples. They are made from posts: `idiolect-cli posts` shows which there are.".to_owned();
    }
    let mut table = Table::new(&[">ID", ">POST", "KIND", "STATUS", ">TOKENS", "PROMPT"]);
    for example in examples {
        let status = match example.status {
            _ if example.held_out => "held out".to_owned(),
            ExampleStatus::Kept if example.edited => "kept, edited".to_owned(),
            ExampleStatus::Kept => "kept".to_owned(),
            ExampleStatus::Dropped => "dropped".to_owned(),
            ExampleStatus::Flagged => format!("flagged: {}", flags(example)),
        };
        table.row([
            example.id.to_string(),
            example.post.to_string(),
            example.kind.name().to_owned(),
            status,
            example.tokens.map_or("–".to_owned(), thousands),
            example.prompt.clone(),
        ]);
    }
    table.render()
}

fn flags(example: &Example) -> String {
    let word = |code: FlagCode| match code {
        FlagCode::TooShort => "too short",
        FlagCode::SummaryTooShort => "summary too short",
        FlagCode::Duplicate => "duplicate",
        FlagCode::Truncated => "truncated",
    };
    example.flags.iter().map(|flag| word(flag.code)).collect::<Vec<_>>().join(", ")
}

fn decide(context: &Context<'_>, ids: &[ExampleId], status: ExampleStatus) -> Result<()> {
    dataset::set_status(&context.core, ids, status)?;
    let examples = ids.iter().map(|id| dataset::get(&context.core.db, *id)).collect::<Result<Vec<Example>>>()?;
    context.out.list(&examples, None, |examples| {
        let word = if status == ExampleStatus::Kept { "kept" } else { "dropped" };
        format!("{} {word}. `idiolect-cli examples undo` takes it back.", count(examples.len() as u64, "example"))
    });
    Ok(())
}

fn undo(context: &Context<'_>) -> Result<()> {
    let what = dataset::summary(&context.core)?.can_undo;
    let Some(what) = what else { return Err(Error::bad_input("There is no decision to take back.")) };
    let after = dataset::undo(&context.core)?;
    context.out.either(&after, || format!("Taken back: {}.", what.trim_end_matches('.')));
    Ok(())
}

fn summary(context: &Context<'_>, summary: &dataset::ExampleSummary) {
    context.out.either(summary, || {
        let mut table = Table::new(&["KIND", "USED", ">EXAMPLES", ">TOKENS"]);
        for kind in &summary.kinds {
            table.row([
                kind.kind.name().to_owned(),
                if kind.enabled { "yes" } else { "no" }.to_owned(),
                thousands(kind.examples),
                kind.tokens.map_or("–".to_owned(), thousands),
            ]);
        }
        let (kept, flagged, dropped) = (summary.kept, summary.flagged, summary.dropped);
        let preset = summary.preset.name();
        format!("Preset {preset}: {kept} learned from, {flagged} flagged, {dropped} dropped\n{}", table.render())
    });
}
