use super::*;
use crate::dataset::grams::mix;
use proptest::prelude::*;
use std::collections::HashSet;
use unicode_segmentation::UnicodeSegmentation;

/// Running text that no other seed shares 5-grams with.
fn prose(seed: u64, words: usize) -> String {
    let word = |nth: u64| format!("w{}", mix(seed.wrapping_mul(1_000_003).wrapping_add(nth)) % 20_000);
    (0..words as u64).map(word).collect::<Vec<_>>().join(" ")
}

fn naive(text: &str) -> HashSet<Vec<String>> {
    let words: Vec<String> = text.unicode_words().map(str::to_lowercase).collect();
    words.windows(RUN).map(<[String]>::to_vec).collect()
}

fn naive_pair(a: &str, b: &str) -> (f64, f64) {
    let (a, b) = (naive(a), naive(b));
    let shared = a.intersection(&b).count() as f64;
    (shared / a.union(&b).count() as f64, shared / a.len().min(b.len()) as f64)
}

#[test]
fn a_second_edition_is_found() {
    let first = prose(1, 400);
    let second = format!("{} {}", prose(2, 30), &first);
    let found = near_pairs(&[&prose(3, 400), &first, &second]);
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].a, found[0].b, found[0].containment), (1, 2, 1.0));
    assert!((found[0].jaccard - 396.0 / 426.0).abs() < 1e-12, "{}", found[0].jaccard);
}

#[test]
fn a_short_text_inside_a_long_one_is_found_at_sixty_percent_and_not_below() {
    let long = prose(1, 3_000);
    let words: Vec<&str> = long.split(' ').skip(1_200).collect();
    let recap = |taken: usize, own: usize| format!("{} {}", words[..taken].join(" "), prose(9, own));
    // 64 of 100 words taken: 60 of the 96 runs; 60 taken: 56 of 96.
    let found = near_pairs(&[&long, &recap(64, 36)]);
    assert_eq!(found.len(), 1);
    assert!(found[0].jaccard < 0.03 && found[0].containment == 60.0 / 96.0, "{found:?}");
    assert_eq!(near_pairs(&[&long, &recap(60, 40)]), []);
}

#[test]
fn short_texts_are_equal_or_nothing() {
    let found = near_pairs(&["Good morning, dear", "good MORNING dear!", "good morning", "", "", "—"]);
    assert_eq!(found, [NearPair { a: 0, b: 1, jaccard: 1.0, containment: 1.0 }]);
}

#[test]
fn copies_are_paired_with_the_first() {
    let text = prose(4, 90);
    let places: Vec<(usize, usize)> = near_pairs(&[text.as_str(); 4]).iter().map(|pair| (pair.a, pair.b)).collect();
    assert_eq!(places, [(0, 1), (0, 2), (0, 3)]);
}

#[test]
fn what_stands_in_every_text_links_nothing_but_a_common_form_does() {
    let (footer, form) = (prose(77, 40), prose(78, 300));
    let notes: Vec<String> = (0..300).map(|seed| format!("{} {footer}", prose(100 + seed, 60))).collect();
    let notes: Vec<&str> = notes.iter().map(String::as_str).collect();
    assert_eq!(near_pairs(&notes), []);
    let forms: Vec<String> = (0..300).map(|seed| format!("{} {form}", prose(500 + seed, 30))).collect();
    let forms: Vec<&str> = forms.iter().map(String::as_str).collect();
    assert!(groups(forms.len(), &near_pairs(&forms)).iter().all(|group| *group == 0));
}

#[test]
fn bands_miss_fewer_than_one_pair_in_fifty_at_a_half() {
    // Half of the pair's 5-grams are shared: 200 of 400 in all. The expectation is 8 misses in 1,000.
    let set = |seed: u64, range: std::ops::Range<u64>| {
        let mut set: Vec<u64> = range.map(|nth| mix(mix(seed) ^ nth)).collect();
        set.sort_unstable();
        set
    };
    let missed = (0..1_000).filter(|seed| {
        let (a, b) = (set(*seed, 0..300), set(*seed, 100..400));
        candidates::banded(&[&a, &b]).is_empty()
    });
    assert!(missed.count() < 20);
}

#[test]
fn groups_are_chains_of_pairs() {
    let pair = |a, b| NearPair { a, b, jaccard: 1.0, containment: 1.0 };
    assert_eq!(groups(6, &[pair(4, 5), pair(1, 3), pair(3, 5)]), [0, 1, 2, 1, 1, 1]);
    assert_eq!(groups(2, &[]), [0, 1]);
}

/// Short texts made of a few pieces, so that many share some.
fn some_texts() -> impl Strategy<Value = Vec<String>> {
    let piece = (0_u64..6, 3_usize..14).prop_map(|(seed, words)| prose(seed, words));
    let text = proptest::collection::vec(piece, 1..5).prop_map(|pieces| pieces.join(" "));
    proptest::collection::vec(text, 2..8)
}

proptest! {
    /// Texts of so few words are watched as a whole, so nothing is left to chance.
    #[test]
    fn exactly_the_pairs_of_a_naive_count_are_found(texts in some_texts()) {
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let found = near_pairs(&texts);
        for pair in &found {
            prop_assert!(pair.a < pair.b);
            if naive(texts[pair.a]).is_empty() {
                prop_assert_eq!(texts[pair.a], texts[pair.b]);
            } else {
                prop_assert_eq!((pair.jaccard, pair.containment), naive_pair(texts[pair.a], texts[pair.b]));
                prop_assert!(pair.jaccard >= LEAST_JACCARD || pair.containment >= LEAST_CONTAINMENT);
            }
        }
        let group = groups(texts.len(), &found);
        for a in 0..texts.len() {
            for b in a + 1..texts.len() {
                let (jaccard, containment) = naive_pair(texts[a], texts[b]);
                if jaccard >= LEAST_JACCARD || containment >= LEAST_CONTAINMENT {
                    // Copies are linked through the first of them.
                    prop_assert_eq!(group[a], group[b], "{} | {}", texts[a], texts[b]);
                }
            }
        }
    }

    #[test]
    fn the_order_of_texts_does_not_matter(texts in some_texts()) {
        let forward: Vec<&str> = texts.iter().map(String::as_str).collect();
        let backward: Vec<&str> = forward.iter().rev().copied().collect();
        let last = texts.len() - 1;
        let linked = |group: Vec<usize>, a: usize, b: usize| group[a] == group[b];
        for a in 0..texts.len() {
            for b in 0..texts.len() {
                let one = linked(groups(texts.len(), &near_pairs(&forward)), a, b);
                let other = linked(groups(texts.len(), &near_pairs(&backward)), last - a, last - b);
                prop_assert_eq!(one, other);
            }
        }
    }

    #[test]
    fn an_identical_text_is_found_whole(seed in any::<u64>(), words in 1_usize..300, apart in 0_usize..5) {
        let text = prose(seed, words);
        let mut texts: Vec<String> = (0..apart as u64).map(|nth| prose(seed.wrapping_add(nth + 1), 50)).collect();
        texts.insert(0, text.to_uppercase());
        texts.push(text);
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let found = near_pairs(&texts);
        let whole = NearPair { a: 0, b: apart + 1, jaccard: 1.0, containment: 1.0 };
        prop_assert!(found.contains(&whole));
    }
}
