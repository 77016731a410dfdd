//! How sentences begin. The first words are where habit is strongest.

use std::collections::{BTreeMap, BTreeSet};

use super::prose::Prose;
use super::{Opening, count};

const FEWEST: usize = 3;
const MOST_SHOWN: usize = 12;

/// First words so ordinary that everybody's sentences begin with them.
const ORDINARY: [&str; 48] = [
    "the", "a", "an", "it", "this", "that", "these", "those", "there", "here", "i", "we", "you", "he", "she", "they",
    "my", "our", "your", "his", "her", "their", "its", "is", "are", "was", "were", "be", "am", "have", "had", "has",
    "do", "did", "in", "on", "at", "of", "to", "for", "with", "from", "by", "as", "it's", "i'm", "i've", "one",
];

#[derive(Default)]
struct Uses {
    forms: BTreeMap<String, usize>,
    count: usize,
    posts: BTreeSet<u32>,
}

/// The openings used most, longer ones before the shorter ones they contain.
pub(super) fn most_used(posts: &[Prose]) -> Vec<Opening> {
    let mut uses: BTreeMap<Vec<String>, Uses> = BTreeMap::new();
    for post in posts {
        for sentence in post.sentences.iter().filter(|sentence| sentence.words.len() > 1) {
            for length in 1..=3.min(sentence.words.len()) {
                let entry = uses.entry(sentence.words[..length].to_vec()).or_default();
                *entry.forms.entry(sentence.written(0..length).to_owned()).or_default() += 1;
                entry.count += 1;
                entry.posts.insert(post.id);
            }
        }
    }
    let few_posts = posts.len().min(2);
    uses.retain(|key, uses| {
        uses.count >= FEWEST
            && uses.posts.len() >= few_posts
            && !key.iter().all(|word| ORDINARY.contains(&word.as_str()))
    });
    let mut chosen: Vec<(&Vec<String>, &Uses)> = uses
        .iter()
        .filter(|(key, own)| {
            // "I tell" says nothing that "I tell you" has not said, when it is mostly that.
            !uses.iter().any(|(longer, theirs)| {
                longer.len() > key.len() && longer.starts_with(key) && theirs.count * 10 >= own.count * 7
            })
        })
        .collect();
    // A longer opening is rarer by nature; its words count for it.
    chosen.sort_by_key(|(key, own)| (std::cmp::Reverse(own.count * (1 + key.len())), (*key).clone()));
    chosen.into_iter().take(MOST_SHOWN).map(|(_, uses)| opening(uses)).collect()
}

fn opening(uses: &Uses) -> Opening {
    let most = uses.forms.iter().max_by_key(|(form, times)| (**times, std::cmp::Reverse((*form).clone())));
    Opening {
        text: most.map(|(form, _)| form.clone()).unwrap_or_default(),
        count: count(uses.count),
        posts: uses.posts.iter().copied().collect(),
    }
}
