//! Texts that are nearly the same: a post and its second edition, a series whose parts begin with a recap, a letter that
//! was sent twice. Learned twice, they teach the model to recite.
//!
//! Two texts are compared by their distinct word 5-grams. `candidates` proposes pairs without looking at all of them;
//! every proposal is then counted exactly, so no pair is given that does not reach the thresholds.

mod candidates;

use super::grams::Grams;
use std::collections::HashMap;

/// Words in the runs that are compared: long enough that two texts about one thing share few, short enough to outlive
/// light editing.
pub(super) const RUN: usize = 5;
/// Pairs at or above this share of all their 5-grams are given.
pub const LEAST_JACCARD: f64 = 0.5;
/// So are pairs in which this share of the smaller text's 5-grams stands in the other.
pub const LEAST_CONTAINMENT: f64 = 0.6;

/// Two texts that share much of their words.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NearPair {
    /// Place of the one that comes first.
    pub a: usize,
    /// Place of the other.
    pub b: usize,
    /// Shared 5-grams as a share of all 5-grams of both (Jaccard 1901), from 0 to 1.
    pub jaccard: f64,
    /// Shared 5-grams as a share of those of the text that has fewer (Broder 1997), from 0 to 1.
    pub containment: f64,
}

/// The pairs with a Jaccard index of at least 0.5, or at least 60 % of the smaller text in the other, in order.
///
/// Which are missed: a pair whose shared words stand in more than 200 texts (a footer
/// on every post) is only found if its Jaccard index is high, at 0.5 in 99 of 100 cases; any other pair is missed less
/// than once in 10,000. Copies of one text are paired with the first of them and not with each other, since a
/// thousand copies would make half a million pairs. Texts under five words are only compared for being equal, and
/// texts without words not at all.
pub fn near_pairs(texts: &[&str]) -> Vec<NearPair> {
    let grams: Vec<Grams> = texts.iter().map(|text| Grams::of(text, RUN)).collect();
    pairs_of(&grams)
}

/// [`near_pairs`] for texts whose 5-grams are known.
pub(super) fn pairs_of(texts: &[Grams]) -> Vec<NearPair> {
    let mut first_copy: HashMap<(usize, u64), usize> = HashMap::new();
    let (mut pairs, mut distinct) = (Vec::new(), Vec::new());
    for (place, text) in texts.iter().enumerate().filter(|(_, text)| text.words() > 0) {
        let first = *first_copy.entry(text.identity()).or_insert(place);
        if first == place {
            distinct.push(place);
        } else {
            pairs.push(NearPair { a: first, b: place, jaccard: 1.0, containment: 1.0 });
        }
    }
    let long: Vec<usize> = distinct.into_iter().filter(|place| texts[*place].len() > 0).collect();
    let sets: Vec<&[u64]> = long.iter().map(|place| texts[*place].hashes()).collect();
    let found = candidates::all(&sets).into_iter().filter_map(|(a, b)| count(texts, long[a], long[b]));
    pairs.extend(found);
    pairs.sort_by_key(|pair| (pair.a, pair.b));
    pairs
}

/// The group of each of `count` texts, as the smallest place in it: texts that are linked by pairs, directly or through
/// others, form one group.
pub fn groups(count: usize, pairs: &[NearPair]) -> Vec<usize> {
    let mut parent: Vec<usize> = (0..count).collect();
    for pair in pairs.iter().filter(|pair| pair.a < count && pair.b < count) {
        let (a, b) = (root(&mut parent, pair.a), root(&mut parent, pair.b));
        parent[a.max(b)] = a.min(b);
    }
    (0..count).map(|place| root(&mut parent, place)).collect()
}

/// The head of a group, halving the way there (Tarjan and van Leeuwen 1984).
fn root(parent: &mut [usize], mut place: usize) -> usize {
    while parent[place] != place {
        parent[place] = parent[parent[place]];
        place = parent[place];
    }
    place
}

fn count(texts: &[Grams], a: usize, b: usize) -> Option<NearPair> {
    let shared = texts[a].shared_with(&texts[b]) as f64;
    let (in_a, in_b) = (texts[a].len() as f64, texts[b].len() as f64);
    let (jaccard, containment) = (shared / (in_a + in_b - shared), shared / in_a.min(in_b));
    (jaccard >= LEAST_JACCARD || containment >= LEAST_CONTAINMENT).then_some(NearPair { a, b, jaccard, containment })
}

#[cfg(test)]
mod tests;
