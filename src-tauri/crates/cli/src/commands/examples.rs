//! `examples`: list them, decide on them, build them again, export them.

use super::{example_files, example_list, prepare};
use crate::context::Context;
use crate::exit::{End, Outcome};
use crate::table::Table;
use crate::text::{count, thousands};
use clap::Subcommand;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use idiolect_core::dataset::{
    self, Example, ExampleQuery, ExampleStatus, ExportFormat, FlagCode, Kind, PresetName, imported,
};
use idiolect_core::id::{ExampleId, PostId};
use idiolect_core::{Error, Result};
use serde_json::json;
use std::path::PathBuf;

/// Options of `examples`.
#[derive(clap::Args)]
#[command(args_conflicts_with_subcommands = true, after_help = format!("{HELP}\n{}", example_files::HELP))]
pub struct Args {
    #[command(subcommand)]
    action: Option<Action>,
    /// Which to list.
    #[command(flatten)]
    which: Which,
    /// At most so many; all of them when not given
    #[arg(long, value_name = "N")]
    limit: Option<u32>,
    /// Go on where the page before ended: its `next`
    #[arg(long, value_name = "NEXT", requires = "limit")]
    cursor: Option<String>,
}

/// What examples are chosen by.
#[derive(clap::Args, Default)]
pub struct Which {
    /// Only of this kind
    #[arg(long, value_name = "K", value_parser = kind())]
    kind: Option<Kind>,
    /// Only with this status
    #[arg(long, value_name = "S", value_parser = status())]
    status: Option<ExampleStatus>,
    /// Only what this check found
    #[arg(long, value_name = "F", value_parser = flag())]
    flag: Option<FlagCode>,
    /// Only of this post
    #[arg(long, value_name = "ID")]
    post: Option<PostId>,
    /// Only with all these words in prompt or text
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
}

impl Which {
    /// The same as a query.
    pub fn query(&self) -> ExampleQuery {
        let Which { kind, status, flag, post, search } = self;
        ExampleQuery {
            kind: *kind,
            status: *status,
            flag: *flag,
            post: *post,
            search: search.clone(),
            ..ExampleQuery::default()
        }
    }

    fn is_everything(&self) -> bool {
        let Which { kind, status, flag, post, search } = self;
        kind.is_none() && status.is_none() && flag.is_none() && post.is_none() && search.is_none()
    }
}

const HELP: &str = "\
JSON: {items: [example], next}
  example  id, post, post_title, kind, template, part, prompt, completion, made_prompt, made_completion, source, tokens,
           status (kept, dropped, flagged), edited, held_out, flags [{code, reason}]
`keep`, `drop` and `edit` give the examples they changed (`keep` and `drop` with a choice instead of numbers, and
`build`, `switch`, `hold`, `undo` and `forget` give the summary: preset, preset_title, kinds [{kind, enabled, examples,
tokens, sentence, needs}], checks [{code, title, sentence, holds, examples, waiting, posts}], imported, kept, dropped,
flagged, held_out_posts, held_out_sentence, training_posts, tokens_per_epoch, exposure, can_undo, triage_at);
`diff` gives {items: [{side (same, only_post, only_example), text}]}; `export` gives {path, examples}; `import` gives id,
name, shape, imported_at, rows, texts, sentence; `starters` gives {items: [{prompt, why}]}; `prepare` streams started,
piece and done.";

#[derive(Subcommand)]
enum Action {
    /// Make the examples again from the posts; decisions are kept
    Build {
        /// `voice`: each post once an epoch; `seed`: the old recipe, to compare with; or one of your own
        /// [default: the one chosen last]
        #[arg(long, value_name = "NAME")]
        preset: Option<PresetName>,
    },
    /// Show one example whole
    Show {
        /// Its number
        id: ExampleId,
    },
    /// Learn from these examples, or from all that a choice finds
    Keep {
        /// Their numbers
        ids: Vec<ExampleId>,
        /// A choice instead of numbers.
        #[command(flatten)]
        which: Which,
    },
    /// Take these examples out, or all that a choice finds
    Drop {
        /// Their numbers
        ids: Vec<ExampleId>,
        /// A choice instead of numbers.
        #[command(flatten)]
        which: Which,
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
    /// Lay an example's text beside its post's
    Diff {
        /// Its number
        id: ExampleId,
    },
    /// Take the newest decision back
    Undo,
    /// Switch a kind of example on or off
    Switch {
        /// The kind
        #[arg(value_parser = kind())]
        kind: Kind,
        /// On or off
        #[arg(value_parser = ["on", "off"])]
        to: String,
    },
    /// List the checks and what they found
    Checks,
    /// Say whether what a check finds waits for your word
    Hold {
        /// The check
        #[arg(value_parser = flag())]
        check: FlagCode,
        /// On or off
        #[arg(value_parser = ["on", "off"])]
        to: String,
    },
    /// Have a model write paraphrases (rewrite) or notes (brief) for examples
    Prepare(prepare::Args),
    /// Prompts to begin with, out of your own posts
    Starters,
    /// Write the examples that are learned from into a file
    Export {
        /// The file; it appears whole or not at all
        file: PathBuf,
        /// The shape of a row: {prompt, completion}, {messages}, {text}, or a table
        #[arg(long, default_value = "prompt-completion", value_parser = format())]
        format: ExportFormat,
    },
    /// Say what is wrong in a file of examples, by line and column
    Check {
        /// JSON lines of {prompt, completion}, {messages} or {text}; a JSON list of them; or a table (csv)
        file: PathBuf,
    },
    /// Learn from the rows of such a file, too
    Import {
        /// The file
        file: PathBuf,
    },
    /// Take the rows of an imported file out again
    Forget {
        /// Its number
        id: u32,
    },
}

fn kind() -> impl TypedValueParser<Value = Kind> {
    PossibleValuesParser::new(Kind::ALL.map(Kind::name)).try_map(|word| word.parse::<Kind>())
}

fn status() -> impl TypedValueParser<Value = ExampleStatus> {
    const ALL: [ExampleStatus; 3] = [ExampleStatus::Kept, ExampleStatus::Dropped, ExampleStatus::Flagged];
    PossibleValuesParser::new(ALL.map(ExampleStatus::name))
        .map(|word| ALL.into_iter().find(|status| status.name() == word).unwrap_or(ExampleStatus::Flagged))
}

fn flag() -> impl TypedValueParser<Value = FlagCode> {
    PossibleValuesParser::new(FlagCode::ALL.map(FlagCode::name))
        .map(|word| FlagCode::ALL.into_iter().find(|code| code.name() == word).unwrap_or(FlagCode::TooShort))
}

fn format() -> impl TypedValueParser<Value = ExportFormat> {
    PossibleValuesParser::new(ExportFormat::ALL.map(ExportFormat::name)).try_map(|word| word.parse::<ExportFormat>())
}

/// Does what was asked with examples.
pub async fn run(context: &Context<'_>, args: Args) -> Outcome {
    let (core, out) = (&context.core, context.out);
    let Some(action) = args.action else {
        example_list::run(context, &args.which, args.limit, args.cursor)?;
        return Ok(End::Done);
    };
    match action {
        Action::Build { preset } => {
            let name = preset.map_or_else(|| dataset::chosen(core).map(|preset| preset.name), Ok)?;
            summary(context, &dataset::choose(core, &name)?);
        }
        Action::Show { id } => {
            let example = dataset::get(&core.db, id)?;
            out.either(&example, || example_list::whole(&example));
        }
        Action::Keep { ids, which } => decide(context, &ids, &which, ExampleStatus::Kept)?,
        Action::Drop { ids, which } => decide(context, &ids, &which, ExampleStatus::Dropped)?,
        Action::Edit { id, prompt, completion } => {
            let before = dataset::get(&core.db, id)?;
            let (prompt, completion) = (prompt.unwrap_or(before.prompt), completion.unwrap_or(before.completion));
            let edited = dataset::edit(core, id, &prompt, &completion)?;
            out.list(&[edited], None, |_| format!("Example {id} changed and kept."));
        }
        Action::Diff { id } => {
            let parts = dataset::diff(core, id)?;
            out.list(&parts, None, example_list::side_by_side);
        }
        Action::Undo => undo(context)?,
        Action::Switch { kind, to } => summary(context, &dataset::set_kind_enabled(core, kind, to == "on")?),
        Action::Checks => {
            let found = dataset::summary(core)?.checks;
            out.list(&found, None, example_list::checks);
        }
        Action::Hold { check, to } => summary(context, &dataset::set_check_holds(core, check, to == "on")?),
        Action::Prepare(args) => return prepare::run(context, args).await,
        Action::Starters => {
            let found = dataset::starters(core)?;
            out.list(&found, None, example_list::starters);
        }
        Action::Export { file, format } => {
            let rows = dataset::export(core, &file, format)?;
            out.either(&json!({"path": file, "examples": rows}), || {
                format!("{} written to {}.", count(rows, "example"), file.display())
            });
        }
        Action::Check { file } => return example_files::check(context, &file),
        Action::Import { file } => {
            let file = imported::import(core, &file)?;
            out.either(&file, || {
                let (rows, texts) = (count(file.rows, "row"), count(file.texts, "different text"));
                format!("{}: {rows} with {texts}. {}", file.name, file.sentence.clone().unwrap_or_default())
            });
        }
        Action::Forget { id } => summary(context, &imported::forget(core, id)?),
    }
    Ok(End::Done)
}

fn decide(context: &Context<'_>, ids: &[ExampleId], which: &Which, status: ExampleStatus) -> Result<()> {
    let core = &context.core;
    if ids.is_empty() {
        if which.is_everything() {
            return Err(Error::bad_input("No example was named.")
                .hint("Give numbers, or a choice such as --flag too_short or --kind question."));
        }
        summary(context, &dataset::decide_all(core, &which.query(), status)?);
        return Ok(());
    }
    dataset::set_status(core, ids, status)?;
    let examples = ids.iter().map(|id| dataset::get(&core.db, *id)).collect::<Result<Vec<Example>>>()?;
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
        let preset = &summary.preset;
        format!("Preset {preset}: {kept} learned from, {flagged} flagged, {dropped} dropped\n{}", table.render())
    });
}
