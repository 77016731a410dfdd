//! The same text twice, or most of it.

use super::{Flag, FlagCode, PostFacts, percent};
use crate::dataset::grams::{Grams, fold};
use crate::dataset::near::{self, NearPair};
use std::collections::HashMap;

/// For each post, whether another has the same text (`duplicate`) or much of it (`near_duplicate`).
pub(super) fn find(posts: &[PostFacts<'_>], grams: &[Grams], near: Option<&[NearPair]>) -> Vec<Option<Flag>> {
    let mut flags = duplicates(posts);
    let mut nearest: Vec<Option<(f64, usize)>> = vec![None; posts.len()];
    let pairs = near.map_or_else(|| near::pairs_of(grams), <[NearPair]>::to_vec);
    for pair in pairs {
        // The one with less of its own; of equals the later.
        let smaller = if grams[pair.a].len() < grams[pair.b].len() { pair.a } else { pair.b };
        let other = pair.a + pair.b - smaller;
        if nearest[smaller].is_none_or(|(share, _)| pair.containment > share) {
            nearest[smaller] = Some((pair.containment, other));
        }
    }
    for (flag, nearest) in flags.iter_mut().zip(nearest) {
        if let (None, Some((share, other))) = (&flag, nearest) {
            *flag = Some(near_duplicate(share, posts[other].title));
        }
    }
    flags
}

fn duplicates(posts: &[PostFacts<'_>]) -> Vec<Option<Flag>> {
    let mut first_with: HashMap<String, &str> = HashMap::new();
    let mut flags = vec![None; posts.len()];
    for (post, flag) in posts.iter().zip(&mut flags) {
        let text = fold(post.text);
        if let Some(title) = first_with.get(&text) {
            let reason = format!("“{title}” holds the same text; learning it twice makes the model recite it.");
            *flag = Some(Flag::new(FlagCode::Duplicate, reason));
        } else if !text.is_empty() {
            first_with.insert(text, post.title);
        }
    }
    flags
}

fn near_duplicate(share: f64, title: &str) -> Flag {
    let share = percent(share);
    let reason =
        format!("{share} of it also stands in “{title}”; learning the same words twice makes the model recite them.");
    Flag::new(FlagCode::NearDuplicate, reason)
}

#[cfg(test)]
mod tests {
    use super::super::posts::tests::{codes, post};
    use super::super::{Known, of_posts};
    use super::*;

    fn words(from: usize, count: usize) -> String {
        (from..from + count).map(|nth| format!("word{nth}")).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn the_later_of_two_equal_posts_is_a_duplicate() {
        let first = PostFacts { title: "The pier", ..post("We walked to the pier and\n\nback again, twice.") };
        let found = of_posts(
            &[first, post("we walked to the Pier and back  again, twice."), post(""), post("")],
            &Known::default(),
        );
        assert_eq!(
            found.iter().map(|flags| codes(flags)).collect::<Vec<_>>(),
            [vec![], vec![FlagCode::Duplicate], vec![], vec![]]
        );
        assert!(found[1][0].reason.starts_with("“The pier” holds the same text"), "{}", found[1][0].reason);
    }

    #[test]
    fn other_marks_make_it_nearly_the_same() {
        let found = of_posts(
            &[post("We walked to the pier and back."), post("We walked to the pier – and back!")],
            &Known::default(),
        );
        assert_eq!(codes(&found[1]), [FlagCode::NearDuplicate]);
    }

    #[test]
    fn the_smaller_post_is_told_how_much_it_shares_with_which() {
        // 60 of the 96 runs of five words stand in the long post, then 57 of 96.
        let (long, recap) = (words(0, 500), format!("{} {}", words(100, 64), words(1_000, 36)));
        let long = PostFacts { title: "Part one", ..post(&long) };
        let found = of_posts(&[post(&recap), long], &Known::default());
        assert_eq!(codes(&found[0]), [FlagCode::NearDuplicate]);
        assert!(found[0][0].reason.starts_with("63% of it also stands in “Part one”"), "{}", found[0][0].reason);
        assert_eq!(found[1], []);
        let recap = format!("{} {}", words(100, 61), words(1_000, 39));
        assert_eq!(of_posts(&[post(&recap), long], &Known::default()), [vec![], vec![]]);
    }
}
