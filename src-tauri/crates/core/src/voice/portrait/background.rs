//! What others do: rates measured over 195 posts of five English-language bloggers. Against them a word is
//! "used more"; numbers only, no text of theirs.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::prose::Prose;
use super::{WordRate, count};

static BACKGROUND: LazyLock<Background> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../background.json")).expect("the background rates are part of the program")
});

#[derive(Deserialize)]
struct Background {
    features: Vec<String>,
    mean: Vec<f64>,
    sd: Vec<f64>,
    authors: Vec<Author>,
}

#[derive(Deserialize)]
struct Author {
    mean: Vec<f64>,
}

/// How often the other authors use a mark in 1,000 words: the mean of their means. `None` where it was not counted.
pub(super) fn mark_rate(mark: &str) -> Option<f64> {
    let name = format!("mark:{mark}");
    let at = BACKGROUND.features.iter().position(|feature| *feature == name)?;
    let rates: Vec<f64> = BACKGROUND.authors.iter().filter_map(|author| author.mean.get(at).copied()).collect();
    (!rates.is_empty()).then(|| rates.iter().sum::<f64>() / rates.len() as f64)
}

/// Whether a word is so common that it says nothing about what a text is about.
pub(super) fn is_common(word: &str) -> bool {
    static COMMON: LazyLock<std::collections::HashSet<&'static str>> = LazyLock::new(|| {
        let words = BACKGROUND.features.iter().filter(|feature| !feature.starts_with("mark:")).map(String::as_str);
        words.chain(CONTRACTIONS).collect()
    });
    COMMON.contains(word)
}

/// Common words that the background did not count apart.
const CONTRACTIONS: [&str; 44] = [
    "i'm", "i've", "i'd", "i'll", "it's", "that's", "there's", "don't", "didn't", "doesn't", "isn't", "wasn't",
    "can't", "couldn't", "won't", "wouldn't", "you're", "you've", "you'll", "we're", "we've", "they're", "he's",
    "she's", "what's", "let's", "aren't", "haven't", "hasn't", "him", "down", "around", "two", "time", "day", "got",
    "put", "take", "took", "come", "came", "one's", "o", "s",
];

/// Fewer uses than this are chance.
const FEWEST_USES: usize = 4;
const MOST_SHOWN: usize = 24;

/// Words used more than others use them, most telling first: how unlikely so many uses were at the others' rate
/// (twice the log-likelihood ratio), weighed by how many of the posts share the habit. Only words beyond the
/// others' own spread are told, since "three times more" of a rare word may be nothing.
pub(super) fn words_used(posts: &[Prose], words: usize) -> Vec<WordRate> {
    let mut uses: HashMap<&str, (usize, u32)> = HashMap::new();
    for post in posts {
        let mut own: HashMap<&str, usize> = HashMap::new();
        for word in &post.words {
            *own.entry(word).or_default() += 1;
        }
        for (word, times) in own {
            let entry = uses.entry(word).or_default();
            entry.0 += times;
            entry.1 += 1;
        }
    }
    let few = count(posts.len()).min(2);
    let mut found: Vec<(f64, WordRate)> = Vec::new();
    for (at, feature) in BACKGROUND.features.iter().enumerate() {
        let Some((times, in_posts)) = uses.get(feature.as_str()).copied() else { continue };
        let (mean, spread) = (BACKGROUND.mean[at], BACKGROUND.sd[at]);
        let per_thousand = times as f64 * 1000.0 / words.max(1) as f64;
        if times < FEWEST_USES || in_posts < few || mean <= 0.0 || per_thousand < mean * 1.25 {
            continue;
        }
        if per_thousand < mean + 0.7 * spread {
            continue;
        }
        let expected = mean * words as f64 / 1000.0;
        let observed = times as f64;
        let unlikely = 2.0 * (observed * (observed / expected).ln() - (observed - expected));
        let surprise = unlikely * f64::from(in_posts) / posts.len() as f64;
        let rate = WordRate { word: feature.clone(), per_thousand, times_more: per_thousand / mean, posts: in_posts };
        found.push((surprise, rate));
    }
    found.sort_by(|one, other| other.0.total_cmp(&one.0).then_with(|| one.1.word.cmp(&other.1.word)));
    found.into_iter().take(MOST_SHOWN).map(|(_, rate)| rate).collect()
}
