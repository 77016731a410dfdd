//! `examples prepare`: has a model write what examples of a kind need. Ctrl-C stops; what is written stays.

use crate::context::Context;
use crate::exit::{End, Outcome};
use crate::text::{count, duration};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use idiolect_core::dataset::Kind;
use idiolect_core::engine::models::DEFAULT;
use idiolect_core::preparation::{self, PrepareEvent};

/// Options of `examples prepare`.
#[derive(clap::Args)]
#[command(after_help = HELP)]
pub struct Args {
    /// `rewrite`: a plain paraphrase of each paragraph; `brief`: notes for each post
    #[arg(value_parser = kind())]
    kind: Kind,
    /// The model that writes [default: the small model that comes with the app]
    #[arg(long, value_name = "M")]
    model: Option<String>,
    /// Tell what it would take, and write nothing
    #[arg(long)]
    dry_run: bool,
}

const HELP: &str = "\
Each is written once and kept by what it was made from; an edited post asks only for its new paragraphs. A paraphrase
that changes numbers, names, links or quotations is refused.

JSON, one object a line, each with \"event\":
  plan     kind, model, pieces, done, refused, to_do, minutes, usd, sentence
  started  pieces
  piece    done, refused, pieces, seconds_left, text
  done     done, refused, stopped";

fn kind() -> impl TypedValueParser<Value = Kind> {
    PossibleValuesParser::new(["rewrite", "brief"]).try_map(|word| word.parse::<Kind>())
}

/// Writes what is still to write.
pub async fn run(context: &Context<'_>, args: Args) -> Outcome {
    let model = args.model.as_deref().unwrap_or(DEFAULT.name);
    let plan = preparation::preparation(&context.core, args.kind, model)?;
    context.out.event("plan", &plan);
    context.out.line(&plan.sentence);
    if args.dry_run || plan.to_do == 0 {
        return Ok(End::Done);
    }
    let mut bar = context.out.progress(u64::from(plan.to_do));
    let stop = context.interrupt.gently();
    let mut ended = (0, 0, false);
    let hear = |event: PrepareEvent| {
        match &event {
            PrepareEvent::Started { .. } => {}
            PrepareEvent::Piece { done, refused, seconds_left, .. } => {
                let left = seconds_left.map(|seconds| format!("{} left", duration(seconds))).unwrap_or_default();
                bar.at(u64::from(done + refused), &left);
            }
            PrepareEvent::Done { done, refused, stopped } => ended = (*done, *refused, *stopped),
        }
        stream(context, &event);
    };
    preparation::prepare(&context.core, args.kind, model, hear, &stop).await?;
    bar.end();
    let (done, refused, stopped) = ended;
    let refused = if refused == 0 { String::new() } else { format!(" {refused} refused: they changed the facts.") };
    context.out.line(&format!("{} written.{refused}", count(done, "text")));
    if stopped {
        return Ok(End::Interrupted {
            message: "Stopped. What is written is kept.".to_owned(),
            hint: "The same command goes on from here.".to_owned(),
        });
    }
    Ok(End::Done)
}

/// The event under its own name.
fn stream(context: &Context<'_>, event: &PrepareEvent) {
    let name = match event {
        PrepareEvent::Started { .. } => "started",
        PrepareEvent::Piece { .. } => "piece",
        PrepareEvent::Done { .. } => "done",
    };
    context.out.event(name, event);
}
