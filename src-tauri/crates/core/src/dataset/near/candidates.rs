//! Which pairs of texts are worth counting, without looking at every pair.
//!
//! Two ways that complete each other. *Watched 5-grams* find a short text inside a long one, whatever their lengths, but
//! leave out what stands in very many texts. *Bands* of a MinHash find texts that are alike as a whole, also where
//! hundreds share a form.

use crate::dataset::grams::{Mixed, mix};
use std::collections::HashMap;
use std::ops::Range;

/// Rows of a band: the minima that must all be equal.
const ROWS: usize = 3;
/// Bands: a pair at Jaccard index s is proposed with probability 1 − (1 − s³)³⁶, so one at 0.5 is missed with
/// probability 0.0082, and one at 0.05 is proposed with 0.0045 (Leskovec, Rajaraman and Ullman, "Mining of massive
/// datasets", section 3.4).
const BANDS: usize = 36;
/// In a larger bucket each text is compared with so many before it: enough to link them, and no longer quadratic.
const MOST_NEIGHBOURS: usize = 200;
/// How many 5-grams stand for a text when it is looked for inside others: those with the smallest hashes, a fair sample.
const WATCHED: usize = 64;
/// A 5-gram that more texts watch says nothing about a pair.
pub(super) const MOST_WATCHERS: usize = 200;
/// A pair is counted if at least one in so many of the smaller text's watched 5-grams stands in the other. At 60 %
/// containment 38 of 64 do on average, and fewer than 22 less than once in 10,000 times.
const ONE_IN: usize = 3;

/// The pairs worth counting, as places `(a, b)` with `a < b`, in order. The sets are ascending and not empty.
pub(super) fn all(sets: &[&[u64]]) -> Vec<(usize, usize)> {
    let mut pairs = watched(sets);
    pairs.extend(banded(sets));
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

/// Each text watches some of its 5-grams; every text then says whose it holds.
fn watched(sets: &[&[u64]]) -> Vec<(usize, usize)> {
    let mut watch: Vec<(u64, usize)> = Vec::with_capacity(sets.len() * WATCHED);
    for (place, set) in sets.iter().enumerate() {
        watch.extend(set.iter().take(WATCHED).map(|gram| (*gram, place)));
    }
    watch.sort_unstable();
    let (watchers, needed) = index(sets.len(), &watch);
    let (mut votes, mut touched, mut pairs) = (vec![0_usize; sets.len()], Vec::new(), Vec::new());
    for (place, set) in sets.iter().enumerate() {
        for range in set.iter().filter_map(|gram| watchers.get(gram)) {
            for (_, watcher) in &watch[range.clone()] {
                if votes[*watcher] == 0 {
                    touched.push(*watcher);
                }
                votes[*watcher] += 1;
            }
        }
        for watcher in touched.drain(..) {
            let smaller = (sets[watcher].len(), watcher) < (set.len(), place);
            if smaller && votes[watcher] * ONE_IN >= needed[watcher] {
                pairs.push((watcher.min(place), watcher.max(place)));
            }
            votes[watcher] = 0;
        }
    }
    pairs
}

/// Where each 5-gram's watchers stand in the sorted list, and how many of its 5-grams each text still watches; those
/// with too many watchers are left out.
fn index(count: usize, watch: &[(u64, usize)]) -> (HashMap<u64, Range<usize>, Mixed>, Vec<usize>) {
    let mut watchers: HashMap<u64, Range<usize>, Mixed> =
        HashMap::with_capacity_and_hasher(watch.len(), Mixed::default());
    let mut needed = vec![0; count];
    let mut start = 0;
    for same in watch.chunk_by(|one, next| one.0 == next.0) {
        let range = start..start + same.len();
        start = range.end;
        if same.len() <= MOST_WATCHERS {
            watchers.insert(same[0].0, range);
            same.iter().for_each(|(_, place)| needed[*place] += 1);
        }
    }
    (watchers, needed)
}

/// Texts whose MinHash agrees in all rows of at least one band (Broder 1997; Indyk and Motwani 1998).
pub(super) fn banded(sets: &[&[u64]]) -> Vec<(usize, usize)> {
    let signatures: Vec<[u64; ROWS * BANDS]> = sets.iter().map(|set| signature(set)).collect();
    let mut pairs = Vec::new();
    for band in 0..BANDS {
        let rows = band * ROWS..(band + 1) * ROWS;
        let key = |one: &[u64; ROWS * BANDS]| one[rows.clone()].iter().fold(0, |hash, row| mix(hash ^ row));
        let mut buckets: Vec<(u64, usize)> = signatures.iter().map(key).zip(0..).collect();
        buckets.sort_unstable();
        for bucket in buckets.chunk_by(|one, next| one.0 == next.0) {
            for (nth, (_, b)) in bucket.iter().enumerate() {
                let before = &bucket[nth.saturating_sub(MOST_NEIGHBOURS)..nth];
                pairs.extend(before.iter().map(|(_, a)| (*a, *b)));
            }
        }
        // Alike texts meet in most bands, so the list is kept short as it grows.
        pairs.sort_unstable();
        pairs.dedup();
    }
    pairs
}

/// The smallest value of the set under each of the hash functions `x ↦ a·(x ⊕ b)`; the 5-grams are mixed already.
fn signature(set: &[u64]) -> [u64; ROWS * BANDS] {
    let mut smallest = [u64::MAX; ROWS * BANDS];
    for (row, smallest) in (0_u64..).zip(&mut smallest) {
        let (factor, mask) = (mix(2 * row) | 1, mix(2 * row + 1));
        *smallest = set.iter().map(|gram| (gram ^ mask).wrapping_mul(factor)).min().unwrap_or(u64::MAX);
    }
    smallest
}
