//! Texts as sets of word n-grams, the measure of "the same words" that every check in this slice shares.
//!
//! An n-gram is kept as a 64-bit hash of its folded words. Among ten million n-grams the chance that any two different
//! ones meet is under 1 in 300,000, so counts over hashes are called exact here.

use std::collections::HashSet;
use std::hash::{BuildHasherDefault, Hasher};
use unicode_segmentation::UnicodeSegmentation;

/// The distinct n-grams of a text, in order of their hashes, and what identifies its words as a whole.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Grams {
    hashes: Vec<u64>,
    words: usize,
    whole: u64,
}

impl Grams {
    /// The n-grams of `n` words of a text; none where the text has fewer words.
    pub(super) fn of(text: &str, n: usize) -> Grams {
        let words = word_hashes(text);
        let mut hashes: Vec<u64> = words.windows(n.max(1)).map(hash_run).collect();
        hashes.sort_unstable();
        hashes.dedup();
        Grams { hashes, words: words.len(), whole: hash_run(&words) }
    }

    /// Their hashes, ascending.
    pub(super) fn hashes(&self) -> &[u64] {
        &self.hashes
    }

    /// How many distinct n-grams there are.
    pub(super) fn len(&self) -> usize {
        self.hashes.len()
    }

    /// How many words the text has.
    pub(super) fn words(&self) -> usize {
        self.words
    }

    /// Equal for two texts that have the same words in the same order.
    pub(super) fn identity(&self) -> (usize, u64) {
        (self.words, self.whole)
    }

    /// How many n-grams both have.
    pub(super) fn shared_with(&self, other: &Grams) -> usize {
        let (mine, theirs) = (&self.hashes, &other.hashes);
        let (mut i, mut j, mut shared) = (0, 0, 0);
        // Written without branches: which list is ahead is a coin toss, and a wrong guess costs more than the step.
        while i < mine.len() && j < theirs.len() {
            let (a, b) = (mine[i], theirs[j]);
            shared += usize::from(a == b);
            i += usize::from(a <= b);
            j += usize::from(b <= a);
        }
        shared
    }

    /// Whether it has this n-gram.
    pub(super) fn holds(&self, hash: u64) -> bool {
        self.hashes.binary_search(&hash).is_ok()
    }
}

/// The n-grams of many texts together.
pub(super) fn union(texts: &[&str], n: usize) -> HashSet<u64, Mixed> {
    texts.iter().flat_map(|text| Grams::of(text, n).hashes).collect()
}

/// A text as the checks compare it: lower case, one space between words, marks kept.
pub(super) fn fold(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// A word as it is compared: lower case, with the straight apostrophe.
pub(super) fn fold_word(word: &str) -> String {
    word.chars().flat_map(folded_char).collect()
}

fn folded_char(c: char) -> impl Iterator<Item = char> {
    let c = if c == '’' { '\'' } else { c };
    c.to_lowercase()
}

fn word_hashes(text: &str) -> Vec<u64> {
    text.unicode_words().map(hash_word).collect()
}

/// FNV-1a with 64 bits (RFC 9923) over the folded word's UTF-8, so that every platform gives the same hash.
fn hash_word(word: &str) -> u64 {
    const BASIS: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0000_0100_0000_01b3;
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(PRIME);
    if word.is_ascii() {
        return word.bytes().fold(BASIS, |hash, byte| step(hash, byte.to_ascii_lowercase()));
    }
    let mut buffer = [0; 4];
    word.chars().flat_map(folded_char).fold(BASIS, |hash, c| c.encode_utf8(&mut buffer).bytes().fold(hash, step))
}

fn hash_run(words: &[u64]) -> u64 {
    words.iter().fold(0, |hash, word| mix(hash ^ word))
}

/// The output function of SplitMix64 (Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators"):
/// a bijection on 64 bits in which every input bit moves half of the output bits.
pub(super) fn mix(value: u64) -> u64 {
    let mut z = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// For tables keyed by n-grams: their hashes are mixed already, so they are taken as they are.
pub(super) type Mixed = BuildHasherDefault<AsIs>;

/// Hands a 64-bit key through.
#[derive(Default)]
pub(super) struct AsIs(u64);

impl Hasher for AsIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = mix(self.0 ^ u64::from(*byte));
        }
    }

    fn write_u64(&mut self, key: u64) {
        self.0 = key;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_folded() {
        assert_eq!(Grams::of("Don’t STOP, Ärger!", 2), Grams::of("don't stop ärger", 2));
        assert_eq!(fold_word("Don’T"), "don't");
        assert_eq!(fold(" One\n two  THREE. "), "one two three.");
    }

    #[test]
    fn hashes_are_the_same_on_every_platform() {
        // The published test vector of FNV-1a for "foobar", and the first output of SplitMix64 seeded with 0.
        assert_eq!(hash_word("foobar"), 0x8594_4171_f739_67e8);
        assert_eq!(mix(0), 0xe220_a839_7b1d_cdaf);
    }

    #[test]
    fn grams_are_distinct_and_counted() {
        let grams = Grams::of("a b a b a", 2);
        assert_eq!((grams.len(), grams.words()), (2, 5));
        assert_eq!(grams.shared_with(&Grams::of("x a b", 2)), 1);
        assert_eq!(Grams::of("a b", 5).len(), 0);
        assert_ne!(Grams::of("a b", 5).identity(), Grams::of("b a", 5).identity());
    }
}
