//! `stats`: the library in numbers, tokens by the tokenizer of the model one means to train.

use crate::context::Context;
use crate::exit::{End, Outcome};
use crate::text::{count, thousands};
use idiolect_core::blog;
use idiolect_core::dataset::{self, DatasetStatistics};
use serde::Serialize;
use std::collections::BTreeMap;

/// Options of `stats`.
#[derive(clap::Args)]
#[command(after_help = HELP)]
pub struct Args {
    /// Count tokens as this model does [default: the default model, where it is here]
    #[arg(long, value_name = "M")]
    model: Option<String>,
}

const HELP: &str = "\
JSON: posts, words, held_out_posts, examples {a number for each kind}, kept, dropped, flagged, preset, tokens (all
examples that are learned from), tokens_per_epoch, exposure (how often an epoch shows each sentence), duplicates (pairs of
posts that are much alike), sources [{id, kind, title, address, checked_at, posts, site_posts}], and pictures {model,
months [{month, posts, words, held_out}], tokens_by_kind [{kind, examples, tokens}], lengths [{from, to, examples}],
lengths_in (tokens, words), exposures [{post, title, exposure, held_out}], duplicates [{a, b, share, same_side}],
longest}. Tokens are null while the model is not on this computer.";

#[derive(Serialize)]
struct Stats {
    posts: u32,
    words: u32,
    held_out_posts: u32,
    examples: BTreeMap<&'static str, u32>,
    kept: u32,
    dropped: u32,
    flagged: u32,
    preset: dataset::PresetName,
    tokens: Option<u32>,
    tokens_per_epoch: Option<u32>,
    exposure: f64,
    duplicates: usize,
    sources: Vec<blog::Source>,
    pictures: DatasetStatistics,
}

/// Tells the numbers.
pub async fn run(context: &Context<'_>, args: Args) -> Outcome {
    let core = &context.core;
    // First the examples: building them is what settles which posts are held out.
    let summary = dataset::summary(core)?;
    let blog = blog::summary(&core.db)?;
    let pictures = dataset::statistics(core, args.model.as_deref()).await?;
    let counted = pictures.model.is_some();
    let stats = Stats {
        posts: blog.posts,
        words: blog.words,
        held_out_posts: blog.held_out,
        examples: summary.kinds.iter().map(|kind| (kind.kind.name(), kind.examples)).collect(),
        kept: summary.kept,
        dropped: summary.dropped,
        flagged: summary.flagged,
        preset: summary.preset,
        tokens: counted.then(|| pictures.tokens_by_kind.iter().map(|kind| kind.tokens).sum()),
        tokens_per_epoch: pictures.tokens_per_epoch,
        exposure: summary.exposure,
        duplicates: pictures.duplicates.len(),
        sources: blog.sources,
        pictures,
    };
    context.out.either(&stats, || people(&stats));
    Ok(End::Done)
}

fn people(stats: &Stats) -> String {
    let number = |tokens: Option<u32>| tokens.map_or("not counted, the model is not here".to_owned(), thousands);
    let there = stats.examples.iter().filter(|(_, number)| **number > 0);
    let kinds: Vec<String> = there.map(|(kind, n)| format!("{} {kind}", thousands(*n))).collect();
    let (kept, dropped, flagged) = (stats.kept, stats.dropped, stats.flagged);
    let lines = [
        ("Posts", format!("{}, {}", thousands(stats.posts), count(stats.words, "word"))),
        ("Held out", format!("{}; no training sees them", count(stats.held_out_posts, "post"))),
        ("Much alike", count(stats.duplicates as u64, "pair of posts")),
        ("Examples", kinds.join(", ")),
        ("", format!("{kept} learned from, {flagged} flagged, {dropped} dropped (preset {})", stats.preset)),
        ("Tokens", format!("{} in all, {} an epoch", number(stats.tokens), number(stats.tokens_per_epoch))),
        ("Exposure", format!("each sentence {:.2} times an epoch", stats.exposure)),
    ];
    lines.iter().map(|(name, text)| format!("{name:<11}{text}")).collect::<Vec<_>>().join("\n")
}
