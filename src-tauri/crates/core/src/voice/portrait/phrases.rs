//! Phrases that come back: three words and more that stand in at least two posts.
//!
//! Longer phrases are only looked for where the shorter ones inside them recur already, so hundreds of posts take
//! a fraction of a second.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::background::is_common;
use super::prose::Prose;
use super::{Phrase, count};

const SHORTEST: usize = 3;
/// Whole turns of phrase are this long at most; cut at fewer words they read as fragments.
const LONGEST: usize = 12;
const MOST_SHOWN: usize = 24;
/// No phrase ends with one of these; the same phrase without it does.
const DANGLING: [&str; 8] = ["a", "an", "the", "and", "or", "but", "that", "my"];

/// Where a phrase begins: post, sentence, word.
#[derive(Clone, Copy)]
struct Place {
    post: usize,
    sentence: usize,
    word: usize,
}

struct Found {
    key: Vec<u32>,
    places: Vec<Place>,
    posts: BTreeSet<u32>,
}

/// The recurring phrases, the most widespread first.
pub(super) fn recurring(posts: &[Prose]) -> Vec<Phrase> {
    let mut lexicon = Lexicon::default();
    let texts: Vec<Vec<Vec<u32>>> = posts
        .iter()
        .map(|post| {
            post.sentences
                .iter()
                .map(|sentence| sentence.words.iter().map(|word| lexicon.number(word)).collect())
                .collect()
        })
        .collect();
    let mut all: Vec<Found> = Vec::new();
    let mut level = grow(posts, &texts, SHORTEST, None);
    for length in SHORTEST..=LONGEST {
        if level.is_empty() {
            break;
        }
        let next = (length < LONGEST).then(|| grow(posts, &texts, length + 1, Some(&level)));
        all.append(&mut level);
        level = next.unwrap_or_default();
    }
    all.retain(|found| {
        let ends_well = found.key.last().is_some_and(|word| !lexicon.dangling[*word as usize]);
        ends_well && !found.key.iter().all(|word| lexicon.is_common(*word))
    });
    keep_longest(&mut all);
    let telling = |found: &Found| found.key.iter().filter(|word| !lexicon.is_common(**word)).count();
    all.sort_by_key(|found| {
        let weight = found.posts.len() * (found.key.len() + telling(found));
        (std::cmp::Reverse((weight, found.places.len())), found.key.clone())
    });
    let mut shown: HashSet<(usize, usize, usize)> = HashSet::new();
    let fresh = all.into_iter().filter(|found| !mostly_shown(found, &mut shown));
    fresh.take(MOST_SHOWN).map(|found| phrase(posts, &found)).collect()
}

/// Whether half of the words of a phrase stand in phrases that were chosen before; if not, they do from now on.
/// Without this, one long phrase would come back shifted by a word, and again.
fn mostly_shown(found: &Found, shown: &mut HashSet<(usize, usize, usize)>) -> bool {
    let words = found
        .places
        .iter()
        .flat_map(|place| (place.word..place.word + found.key.len()).map(|word| (place.post, place.sentence, word)));
    let words: Vec<_> = words.collect();
    let known = words.iter().filter(|word| shown.contains(*word)).count();
    if known * 2 >= words.len() {
        return true;
    }
    shown.extend(words);
    false
}

/// Words as numbers, which compare faster.
#[derive(Default)]
struct Lexicon {
    numbers: HashMap<String, u32>,
    common: Vec<bool>,
    dangling: Vec<bool>,
}

impl Lexicon {
    fn number(&mut self, word: &str) -> u32 {
        if let Some(number) = self.numbers.get(word) {
            return *number;
        }
        let number = count(self.common.len());
        self.common.push(is_common(word));
        self.dangling.push(DANGLING.contains(&word));
        self.numbers.insert(word.to_owned(), number);
        number
    }

    fn is_common(&self, number: u32) -> bool {
        self.common.get(number as usize).copied().unwrap_or(false)
    }
}

/// The phrases of one length that stand in two posts; only where the phrases one word shorter do, if given.
fn grow(posts: &[Prose], texts: &[Vec<Vec<u32>>], length: usize, shorter: Option<&[Found]>) -> Vec<Found> {
    let mut places: HashMap<&[u32], Vec<Place>> = HashMap::new();
    match shorter {
        None => {
            for (post, sentences) in texts.iter().enumerate() {
                for (sentence, words) in sentences.iter().enumerate() {
                    for (word, window) in words.windows(length).enumerate() {
                        places.entry(window).or_default().push(Place { post, sentence, word });
                    }
                }
            }
        }
        Some(shorter) => {
            for place in shorter.iter().flat_map(|found| &found.places) {
                let words = &texts[place.post][place.sentence];
                if let Some(window) = words.get(place.word..place.word + length) {
                    places.entry(window).or_default().push(*place);
                }
            }
        }
    }
    let mut found: Vec<Found> = places
        .into_iter()
        .map(|(key, places)| {
            let ids = places.iter().map(|place| posts[place.post].id).collect();
            Found { key: key.to_vec(), places, posts: ids }
        })
        .filter(|found| found.posts.len() >= 2)
        .collect();
    found.sort_by(|one, other| one.key.cmp(&other.key));
    found
}

/// Drops a phrase that is mostly a part of a longer one.
fn keep_longest(all: &mut Vec<Found>) {
    let mut covered: HashMap<Vec<u32>, usize> = HashMap::new();
    for found in all.iter() {
        for length in SHORTEST..found.key.len() {
            for part in found.key.windows(length) {
                let most = covered.entry(part.to_vec()).or_default();
                *most = (*most).max(found.places.len());
            }
        }
    }
    all.retain(|found| covered.get(&found.key).is_none_or(|longer| longer * 4 < found.places.len() * 3));
}

fn phrase(posts: &[Prose], found: &Found) -> Phrase {
    let first = found.places.iter().min_by_key(|place| (place.post, place.sentence, place.word));
    let text = first.map(|place| {
        posts[place.post].sentences[place.sentence].written(place.word..place.word + found.key.len()).to_owned()
    });
    Phrase {
        text: text.unwrap_or_default(),
        count: count(found.places.len()),
        posts: found.posts.iter().copied().collect(),
    }
}
