//! `stats`: the library in numbers, tokens by the tokenizer of the model one means to train.

use crate::context::Context;
use crate::exit::{End, Outcome};
use crate::text::{count, thousands};
use idiolect_core::dataset::{self, Example, ExampleQuery, FlagCode, Kind};
use idiolect_core::id::PostId;
use idiolect_core::{Core, Result, blog};
use serde::Serialize;
use std::collections::{BTreeMap, HashSet};

/// Options of `stats`.
#[derive(clap::Args)]
#[command(after_help = HELP)]
pub struct Args {
    /// Count tokens as this model does [default: the default model, where it is here]
    #[arg(long, value_name = "M")]
    model: Option<String>,
}

const HELP: &str = "\
JSON: posts, words, held_out_posts, examples {completion, instruction, question}, kept, dropped, flagged, preset,
tokens (all examples of the kinds that are on), tokens_per_epoch, exposure (how often an epoch shows each sentence),
duplicates (posts whose text another post has), sources [{id, kind, title, address, checked_at, posts, site_posts}].
Tokens are null while the model is not on this computer.";

#[derive(Serialize)]
struct Stats {
    posts: u32,
    words: u32,
    held_out_posts: u32,
    examples: BTreeMap<&'static str, u32>,
    kept: u32,
    dropped: u32,
    flagged: u32,
    preset: dataset::Preset,
    tokens: Option<u32>,
    tokens_per_epoch: Option<u32>,
    exposure: f64,
    duplicates: u32,
    sources: Vec<blog::Source>,
}

/// Tells the numbers.
pub async fn run(context: &Context<'_>, args: Args) -> Outcome {
    let core = &context.core;
    // First the examples: building them is what settles which posts are held out.
    let summary = dataset::summary(core)?;
    let blog = blog::summary(&core.db)?;
    let enabled: Vec<Kind> = summary.kinds.iter().filter(|kind| kind.enabled).map(|kind| kind.kind).collect();
    let examples = every_example(core, ExampleQuery::default())?;
    let mut stats = Stats {
        posts: blog.posts,
        words: blog.words,
        held_out_posts: blog.held_out,
        examples: summary.kinds.iter().map(|kind| (kind.kind.name(), kind.examples)).collect(),
        kept: summary.kept,
        dropped: summary.dropped,
        flagged: summary.flagged,
        preset: summary.preset,
        tokens: summary.kinds.iter().filter(|kind| kind.enabled).map(|kind| kind.tokens).sum(),
        tokens_per_epoch: summary.tokens_per_epoch,
        exposure: summary.exposure,
        duplicates: duplicates(&examples),
        sources: blog.sources,
    };
    if let Some(model) = &args.model {
        let (all, epoch) = counted_by(core, model, &examples, &enabled).await?;
        (stats.tokens, stats.tokens_per_epoch) = (Some(all), Some(epoch));
    }
    context.out.either(&stats, || people(&stats));
    Ok(End::Done)
}

fn people(stats: &Stats) -> String {
    let number = |tokens: Option<u32>| tokens.map_or("not counted, the model is not here".to_owned(), thousands);
    let kinds: Vec<String> = stats.examples.iter().map(|(kind, n)| format!("{} {kind}", thousands(*n))).collect();
    let (kept, dropped, flagged) = (stats.kept, stats.dropped, stats.flagged);
    let lines = [
        ("Posts", format!("{}, {}", thousands(stats.posts), count(stats.words, "word"))),
        ("Held out", format!("{}; no training sees them", count(stats.held_out_posts, "post"))),
        ("Duplicates", count(stats.duplicates, "post")),
        ("Examples", kinds.join(", ")),
        ("", format!("{kept} learned from, {flagged} flagged, {dropped} dropped (preset {})", stats.preset.name())),
        ("Tokens", format!("{} in all, {} an epoch", number(stats.tokens), number(stats.tokens_per_epoch))),
        ("Exposure", format!("each sentence {:.2} times an epoch", stats.exposure)),
    ];
    lines.iter().map(|(name, text)| format!("{name:<11}{text}")).collect::<Vec<_>>().join("\n")
}

/// Every example of the current preset that the query asks for, over all pages.
pub fn every_example(core: &Core, query: ExampleQuery) -> Result<Vec<Example>> {
    let mut query = ExampleQuery { limit: Some(1000), ..query };
    let mut all = Vec::new();
    loop {
        let page = dataset::list(core, &query)?;
        all.extend(page.items);
        match page.next {
            Some(next) => query.cursor = Some(next),
            None => return Ok(all),
        }
    }
}

fn duplicates(examples: &[Example]) -> u32 {
    let same = examples.iter().filter(|example| example.flags.iter().any(|flag| flag.code == FlagCode::Duplicate));
    u32::try_from(same.map(|example| example.post).collect::<HashSet<PostId>>().len()).unwrap_or(u32::MAX)
}

/// Tokens of all examples of these kinds and of one epoch, by a model's own tokenizer.
async fn counted_by(core: &Core, model: &str, examples: &[Example], kinds: &[Kind]) -> Result<(u32, u32)> {
    let codec = core.engine.codec(model).await?;
    let of = |prompt: &str, completion: &str| codec.count(prompt) + codec.count(completion);
    let enabled = examples.iter().filter(|example| kinds.contains(&example.kind));
    let all = enabled.map(|example| of(&example.prompt, &example.completion)).sum();
    let held_out: Vec<PostId> = examples.iter().filter(|e| e.held_out).map(|e| e.post).collect();
    let frozen = dataset::freeze(core, dataset::preset(core)?, &held_out)?;
    let epoch = frozen.epoch(0, 0).into_iter().map(|index| &frozen.examples[index]);
    Ok((all, epoch.map(|example| of(&example.prompt, &example.completion)).sum()))
}
