//! Sentence lengths: how they are spread, and one stretch of them to look at.

use super::LengthBin;
use super::prose::Prose;

/// The upper ends of the classes; longer sentences share the last one.
const ENDS: [u32; 9] = [5, 10, 15, 20, 25, 30, 40, 50, u32::MAX];
/// As many sentences as a drawing of the rhythm can show.
const STRETCH: usize = 120;
/// A stretch shorter than this shows no rhythm.
const SHORTEST: usize = 10;

pub(super) fn bins(lengths: &[u32]) -> Vec<LengthBin> {
    let longest = lengths.iter().copied().max().unwrap_or(0);
    if longest == 0 {
        return Vec::new();
    }
    let mut from = 1;
    let mut bins = Vec::new();
    for end in ENDS {
        let within = lengths.iter().filter(|length| (from..=end).contains(*length)).count();
        let to = if end == u32::MAX { longest.max(from) } else { end };
        bins.push(LengthBin { from, to, share: within as f64 / lengths.len() as f64 });
        from = end.saturating_add(1);
    }
    bins
}

/// The beginning of the post whose sentences are most like all of them, in length and in how much they vary.
pub(super) fn stretch(posts: &[Prose], all: &[u32]) -> Vec<u32> {
    let Some((mean, spread)) = mean_and_spread(all) else { return Vec::new() };
    let stretches = posts.iter().map(|post| {
        let mut lengths = post.sentence_lengths();
        lengths.truncate(STRETCH);
        lengths
    });
    let distance = |lengths: &[u32]| {
        let (own_mean, own_spread) = mean_and_spread(lengths).unwrap_or_default();
        let short = if lengths.len() < SHORTEST { 10.0 } else { 0.0 };
        short + (own_mean - mean).abs() / mean.max(1.0) + (own_spread - spread).abs() / spread.max(1.0)
    };
    let best = stretches.min_by(|one, other| distance(one).total_cmp(&distance(other)));
    best.unwrap_or_default()
}

fn mean_and_spread(lengths: &[u32]) -> Option<(f64, f64)> {
    if lengths.is_empty() {
        return None;
    }
    let count = lengths.len() as f64;
    let mean = lengths.iter().map(|length| f64::from(*length)).sum::<f64>() / count;
    let variance = lengths.iter().map(|length| (f64::from(*length) - mean).powi(2)).sum::<f64>() / count;
    Some((mean, variance.sqrt()))
}
