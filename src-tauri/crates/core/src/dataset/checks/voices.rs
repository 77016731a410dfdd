//! Texts that are not in the author's voice: another language, another name, the app's own model.

use super::{Flag, FlagCode, percent};
use crate::dataset::grams::{Grams, Mixed, fold};
use crate::dataset::language;
use std::collections::{HashMap, HashSet};

/// Words in the runs by which the model's own writing is known again: longer than what two authors say alike.
pub(super) const DRAFTED_RUN: usize = 8;
/// From this share of its runs on, a post counts as written with the model.
const DRAFTED: f64 = 0.2;
/// Of fewer names nothing can be told.
const FEWEST_NAMED: usize = 3;

/// For each post, given as its prose and how many words it has, whether it is in another language than most of the words. Posts under 40 words, and
/// those whose language cannot be told reliably, count for nothing and are not flagged.
pub(super) fn languages(prose: &[(&str, usize)]) -> Vec<Option<Flag>> {
    let found: Vec<_> = prose.iter().map(|(text, _)| language::detect(text)).collect();
    let mut words: HashMap<&str, usize> = HashMap::new();
    for ((_, count), language) in prose.iter().zip(&found) {
        if let Some(language) = language {
            *words.entry(language.eng_name()).or_default() += count;
        }
    }
    // Of two languages with as many words the one that comes first in the alphabet, so that the answer is the same
    // each time.
    let most = words.iter().max_by(|one, other| one.1.cmp(other.1).then(other.0.cmp(one.0)));
    let Some((main, _)) = most else { return vec![None; prose.len()] };
    let flag = |language: &str| {
        let reason = format!("It is in {language}, and most of what is learned from is in {main}.");
        Flag::new(FlagCode::OtherLanguage, reason)
    };
    let name = |language: whatlang::Lang| language.eng_name();
    found.into_iter().map(|one| one.map(name).filter(|one| one != main).map(flag)).collect()
}

/// The names posts carry, and the one most of them carry.
pub(super) struct Names {
    main: Option<String>,
    /// The main name as it is written.
    shown: String,
    of_main: usize,
    named: usize,
}

impl Names {
    /// Counts the names of all posts; a post of two authors counts for both.
    pub(super) fn of<'a>(authors: impl Iterator<Item = Option<&'a str>>) -> Names {
        let mut counts: HashMap<String, (usize, &str)> = HashMap::new();
        let mut named = 0;
        for author in authors.flatten().filter(|author| !author.trim().is_empty()) {
            named += 1;
            let distinct: HashSet<String> = parts(author).into_iter().collect();
            for part in distinct {
                let entry = counts.entry(part).or_insert((0, author));
                entry.0 += 1;
                // A post of the author alone shows how the name is written.
                if author.len() < entry.1.len() {
                    entry.1 = author;
                }
            }
        }
        let most = counts.values().map(|(count, _)| *count).max().unwrap_or(0);
        let mut first = counts.iter().filter(|(_, (count, _))| *count == most);
        let found = match (first.next(), first.next()) {
            (Some((name, (_, shown))), None) if named >= FEWEST_NAMED && most * 2 >= named => Some((name, *shown)),
            _ => None,
        };
        Names {
            main: found.map(|(name, _)| name.clone()),
            shown: found.map(|(_, shown)| shown.trim().to_owned()).unwrap_or_default(),
            of_main: most,
            named,
        }
    }

    /// Whether a post is by someone else. Without a name it is not.
    pub(super) fn guest(&self, author: Option<&str>) -> Option<Flag> {
        let main = self.main.as_ref()?;
        let author = author.filter(|author| !author.trim().is_empty())?;
        if parts(author).contains(main) {
            return None;
        }
        let (of_main, named, shown) = (self.of_main, self.named, &self.shown);
        let reason =
            format!("It carries the name {}; {of_main} of the {named} posts with a name carry {shown}.", author.trim());
        Some(Flag::new(FlagCode::GuestPost, reason))
    }
}

/// The names in a by-line, folded: "By Ann Lee and Bob Roe" is two.
fn parts(author: &str) -> Vec<String> {
    const JOINS: [&str; 10] = [" and ", " und ", " et ", " y ", " e ", " og ", " en ", " with ", " mit ", " + "];
    let mut author = fold(author);
    for join in JOINS {
        author = author.replace(join, "&");
    }
    let parts = author.split(['&', ',', ';', '/']).map(|part| part.trim().trim_start_matches("by ").trim());
    parts.filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

/// Whether the app's model wrote at least a fifth of a post, by the runs of eight words in it.
pub(super) fn drafted_here(text: &str, drafted: &HashSet<u64, Mixed>) -> Option<Flag> {
    if drafted.is_empty() {
        return None;
    }
    let grams = Grams::of(text, DRAFTED_RUN);
    let shared = grams.hashes().iter().filter(|gram| drafted.contains(gram)).count();
    let share = shared as f64 / grams.len().max(1) as f64;
    let share_shown = percent(share);
    let reason =
        format!("{share_shown} of it was drafted by the model here; learned from, its own habits grow stronger.");
    (share >= DRAFTED).then(|| Flag::new(FlagCode::DraftedHere, reason))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::grams::union;

    const ENGLISH: &str = "Yesterday I took the bicycle down to the river, because the weather was fine again at last. A few \
         old people sat on the bank and fed the ducks, although a sign says that nobody should. I sat down beside them and \
         we talked about the summer for a while, and about nothing much.";
    const FRENCH: &str = "Hier je suis descendue à vélo jusqu’à la rivière, parce que le temps était enfin redevenu beau. \
         Quelques vieilles personnes étaient assises au bord de l’eau et nourrissaient les canards, bien qu’un panneau \
         l’interdise. Je me suis assise à côté d’elles et nous avons parlé de l’été pendant un moment.";

    fn languages_of(prose: &[&str]) -> Vec<Option<Flag>> {
        languages(&prose.iter().map(|text| (*text, text.split_whitespace().count())).collect::<Vec<_>>())
    }

    #[test]
    fn a_post_in_another_language_is_flagged() {
        let found = languages_of(&[ENGLISH, FRENCH, ENGLISH]);
        assert!(found[0].is_none() && found[2].is_none());
        let reason = &found[1].as_ref().unwrap().reason;
        assert_eq!(reason, "It is in French, and most of what is learned from is in English.");
        // By words, not by posts.
        let long = FRENCH.repeat(4);
        assert!(languages_of(&[ENGLISH, &long, ENGLISH])[0].is_some());
    }

    #[test]
    fn a_few_words_in_another_language_are_not() {
        let words: Vec<&str> = FRENCH.split(' ').collect();
        assert_eq!(languages_of(&[ENGLISH, &words[..30].join(" "), "Ja."]), [None, None, None]);
        assert_eq!(languages_of(&["", "Nein."]), [None, None]);
    }

    fn guests(authors: &[Option<&str>]) -> Vec<bool> {
        let names = Names::of(authors.iter().copied());
        authors.iter().map(|author| names.guest(*author).is_some()).collect()
    }

    #[test]
    fn another_name_is_a_guest() {
        let (ann, bob) = (Some("Ann Lee"), Some("Bob Roe"));
        assert_eq!(guests(&[ann, Some("ann  LEE"), None, Some(" "), bob]), [false, false, false, false, true]);
        let flag = Names::of([ann, ann, bob].into_iter()).guest(bob).unwrap();
        assert_eq!(flag.reason, "It carries the name Bob Roe; 2 of the 3 posts with a name carry Ann Lee.");
    }

    #[test]
    fn two_names_with_the_authors_are_the_authors() {
        let both = [
            Some("Ann Lee"),
            Some("Ann Lee"),
            Some("Bob Roe & Ann Lee"),
            Some("By Ann Lee and Bob Roe"),
            Some("Joann Lee"),
        ];
        assert_eq!(guests(&both), [false, false, false, false, true]);
    }

    #[test]
    fn without_a_main_name_nobody_is_a_guest() {
        let (ann, bob, cy) = (Some("Ann"), Some("Bob"), Some("Cy"));
        assert_eq!(guests(&[ann, bob]), [false, false], "two names are too few");
        assert_eq!(guests(&[ann, ann, bob, bob]), [false; 4], "none is the main one");
        assert_eq!(guests(&[ann, ann, bob, cy, Some("Di")]), [false; 5], "two of five are not half");
        assert_eq!(guests(&[ann, ann, bob, cy]), [false, false, true, true], "two of four are");
    }

    #[test]
    fn a_fifth_from_the_model_is_drafted_here() {
        let words =
            |from: usize, count: usize| (from..from + count).map(|n| format!("w{n}")).collect::<Vec<_>>().join(" ");
        let drafted = union(&[&words(0, 100)], DRAFTED_RUN);
        // A hundred runs of eight words, of which twenty are the model's, then nineteen.
        let text = |own: usize| format!("{} {}", words(500, own), words(0, 107 - own));
        let found = drafted_here(&text(80), &drafted).unwrap();
        assert!(found.reason.starts_with("20% of it was drafted by the model"), "{}", found.reason);
        assert_eq!(drafted_here(&text(81), &drafted), None);
        assert_eq!(drafted_here(&text(80), &union(&[], DRAFTED_RUN)), None);
    }
}
