//! `write`: text from a version, to standard output as it comes.

use super::versions::number;
use crate::context::Context;
use crate::exit::{End, Outcome};
use crate::output::Out;
use idiolect_core::draft::{self, WriteEvent, WriteRequest};
use idiolect_core::engine::models::DEFAULT;
use idiolect_core::id::VersionId;
use idiolect_core::{Error, Result};
use serde_json::json;

/// Options of `write`.
#[derive(clap::Args)]
#[command(after_help = HELP)]
pub struct Args {
    /// What to write, such as "Write a blog post titled 'On kettles':"
    prompt: String,
    /// The version [default: the current one, or the base model while there is none]
    #[arg(long, value_name = "V", value_parser = number, conflicts_with = "model")]
    version: Option<VersionId>,
    /// A base model instead of a version, to compare with
    #[arg(long, value_name = "M")]
    model: Option<String>,
    /// At most so many tokens
    #[arg(long, value_name = "N", default_value_t = 500)]
    max_tokens: u32,
    /// How freely: 0 always takes the likeliest word, 2 is wild
    #[arg(long, value_name = "T", default_value_t = 0.7)]
    temperature: f64,
    /// Only the likeliest words that together reach this probability
    #[arg(long, value_name = "P", default_value_t = 1.0)]
    top_p: f64,
    /// End before this text; \n is a line break. Can be given several times
    #[arg(long, value_name = "TEXT")]
    stop: Vec<String>,
    /// So many texts, each with the next seed
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=100))]
    variants: u32,
    /// Where chance begins: the same seed gives the same text
    #[arg(long, value_name = "N")]
    seed: Option<u32>,
}

const HELP: &str = "\
The text goes to standard output, how it ended to standard error. Ctrl-C stops it; what came stays.

JSON, one object a line, each with \"event\" and variant (counted from 1):
  waiting  reason
  token    text
  done     text, finish_reason (end_of_text, length, stop_text, stopped), tokens, tokens_per_second, version, seed, sentence,
           copied_spans (null: what the text shares with your posts is not looked for yet)";

/// Writes every variant in turn.
pub async fn run(context: &Context<'_>, args: Args) -> Outcome {
    let base_model = base_model(args.model.as_deref())?;
    let stop = args.stop.iter().map(|text| text.replace("\\n", "\n")).collect();
    let mut request = WriteRequest {
        prompt: args.prompt,
        version: args.version,
        base_model,
        max_tokens: args.max_tokens,
        temperature: args.temperature,
        top_p: args.top_p,
        stop,
        seed: args.seed,
    };
    for variant in 1..=args.variants {
        if args.variants > 1 && !context.out.is_json() {
            context.out.notice(&format!("Text {variant} of {}", args.variants));
        }
        let seed = one(context, &request, variant).await?;
        if context.interrupt.happened() {
            let message = "Stopped; the text up to here is above.".to_owned();
            return Ok(End::Interrupted { message, hint: format!("--seed {seed} begins the same text again.") });
        }
        if variant < args.variants {
            context.out.line("");
        }
        request.seed = Some(seed.wrapping_add(1));
    }
    Ok(End::Done)
}

fn base_model(model: Option<&str>) -> Result<bool> {
    match model {
        None => Ok(false),
        Some(name) if name == DEFAULT.name => Ok(true),
        Some(name) => Err(Error::bad_input(format!("{name} cannot write without a version yet."))
            .hint(format!("Train it and name the version, or compare with --model {}.", DEFAULT.name))),
    }
}

/// Writes one text and gives its seed.
async fn one(context: &Context<'_>, request: &WriteRequest, variant: u32) -> Result<u32> {
    let out = context.out;
    let stop = context.interrupt.gently();
    let (mut began, mut used, mut sentence) = (false, 0, String::new());
    let hear = |event: WriteEvent| {
        stream(out, &event, variant);
        match event {
            WriteEvent::Waiting { .. } => {}
            WriteEvent::Token { text } => {
                let shown = if began { text.as_str() } else { text.trim_start() };
                began |= !shown.is_empty();
                out.piece(shown);
            }
            WriteEvent::Done { tokens, tokens_per_second, version, seed, sentence: how, .. } => {
                used = seed;
                sentence = format!("{how} ({version}, {tokens} tokens, {tokens_per_second:.0} a second, seed {seed})");
            }
        }
        true
    };
    draft::write(&context.core, request, hear, &stop).await?;
    if !out.is_json() {
        out.line("");
        out.notice(&sentence);
    }
    Ok(used)
}

/// An event as a line of the stream.
pub fn stream(out: &Out, event: &WriteEvent, variant: u32) {
    match event {
        WriteEvent::Waiting { reason } => out.event("waiting", &json!({"reason": reason, "variant": variant})),
        WriteEvent::Token { text } => out.event("token", &json!({"text": text, "variant": variant})),
        WriteEvent::Done { text, finish, tokens, tokens_per_second, version, seed, sentence } => {
            let fields = json!({
                "text": text, "finish_reason": finish, "tokens": tokens, "tokens_per_second": tokens_per_second,
                "version": version, "seed": seed, "sentence": sentence, "copied_spans": null, "variant": variant,
            });
            out.event("done", &fields);
        }
    }
}
