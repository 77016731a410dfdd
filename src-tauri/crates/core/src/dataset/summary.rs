//! Counts: what there is to learn from, and how often each sentence is seen.

use super::{ExampleStatus, Kind, Preset, build, decide, list, rotate};
use crate::{Core, Result};
use serde::Serialize;
use std::collections::HashSet;

/// A kind of example and what it comes to.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct KindSetting {
    /// The kind.
    pub kind: Kind,
    /// Whether it is learned from.
    pub enabled: bool,
    /// How many examples of it there are.
    pub examples: u32,
    /// Tokens in them, by the default model's tokenizer; nothing while that model is not here.
    pub tokens: Option<u32>,
    /// What it is, in a sentence.
    pub sentence: String,
}

/// The examples at a glance.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct ExampleSummary {
    /// How they are made.
    pub preset: Preset,
    /// Every kind.
    pub kinds: Vec<KindSetting>,
    /// Examples of enabled kinds that are learned from (held-out posts left out).
    pub kept: u32,
    /// Examples the author took out.
    pub dropped: u32,
    /// Examples to look at.
    pub flagged: u32,
    /// Posts no training sees.
    pub held_out_posts: u32,
    /// Posts with at least one example that is learned from.
    pub training_posts: u32,
    /// Tokens of one epoch, by the default model's tokenizer.
    pub tokens_per_epoch: Option<u32>,
    /// How often each sentence is seen in one epoch, on average.
    pub exposure: f64,
    /// What undo would take back.
    pub can_undo: Option<String>,
}

/// The current preset's examples at a glance.
///
/// # Errors
/// When the library cannot be read.
pub fn summary(core: &Core) -> Result<ExampleSummary> {
    let preset = build::preset(core)?;
    build::refresh(core, preset)?;
    let enabled = decide::enabled_kinds(core, preset)?;
    let all = list::all(core, preset)?;
    let count = |status: ExampleStatus, held_out: bool| {
        let of = all.iter().filter(|e| enabled.contains(&e.kind) && e.status == status && e.held_out == held_out);
        u32::try_from(of.count()).unwrap_or(u32::MAX)
    };
    let kept: Vec<_> =
        all.iter().filter(|e| enabled.contains(&e.kind) && e.status == ExampleStatus::Kept && !e.held_out).collect();
    let slots: Vec<rotate::Slot> = kept.iter().map(|e| rotate::Slot { post: e.post, kind: e.kind }).collect();
    let epoch = rotate::epoch(&slots, preset, &enabled, 0, 0);
    let tokens_per_epoch = epoch.iter().map(|index| kept[*index].tokens).sum::<Option<u32>>();
    let training_posts = kept.iter().map(|e| e.post).collect::<HashSet<_>>();
    let held_out = crate::blog::summary(&core.db)?.held_out;
    Ok(ExampleSummary {
        preset,
        kinds: Kind::ALL.iter().map(|kind| of_kind(*kind, &enabled, &all)).collect(),
        kept: count(ExampleStatus::Kept, false),
        dropped: count(ExampleStatus::Dropped, false) + count(ExampleStatus::Dropped, true),
        flagged: count(ExampleStatus::Flagged, false) + count(ExampleStatus::Flagged, true),
        held_out_posts: held_out,
        training_posts: u32::try_from(training_posts.len()).unwrap_or(u32::MAX),
        tokens_per_epoch,
        exposure: exposure(&epoch.iter().map(|index| kept[*index]).collect::<Vec<_>>()),
        can_undo: decide::newest_change(core)?,
    })
}

fn of_kind(kind: Kind, enabled: &[Kind], all: &[super::Example]) -> KindSetting {
    let of: Vec<_> = all.iter().filter(|example| example.kind == kind).collect();
    KindSetting {
        kind,
        enabled: enabled.contains(&kind),
        examples: u32::try_from(of.len()).unwrap_or(u32::MAX),
        tokens: of.iter().map(|example| example.tokens).sum(),
        sentence: kind.sentence().to_owned(),
    }
}

/// Characters learned from in an epoch over characters of the distinct posts in it.
fn exposure(epoch: &[&super::Example]) -> f64 {
    let mut whole: std::collections::HashMap<_, usize> = std::collections::HashMap::new();
    let mut seen = 0;
    for example in epoch {
        seen += example.completion.len();
        let longest = whole.entry(example.post).or_default();
        *longest = (*longest).max(example.completion.len());
    }
    let distinct: usize = whole.values().sum();
    #[allow(clippy::cast_precision_loss)]
    if distinct == 0 { 0.0 } else { seen as f64 / distinct as f64 }
}
