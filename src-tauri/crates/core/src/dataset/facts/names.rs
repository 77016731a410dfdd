//! Names: words with a capital where grammar asks for none.

use crate::dataset::grams::fold_word;
use std::collections::{BTreeMap, HashSet};
use unicode_segmentation::UnicodeSegmentation;

/// A word of a line, and what stands before it.
struct Word<'a> {
    text: &'a str,
    opens: bool,
    /// Whether only a space or hyphen divides it from the word before.
    joined: bool,
}

/// The names of a text, as they are compared, with how they are written: runs of words with capitals. The first word of
/// a sentence counts only if the text writes it with a capital inside a sentence too, or in capitals throughout.
/// Headings are passed over, since titles are often written in capitals.
pub(super) fn find(text: &str) -> BTreeMap<String, String> {
    let lines: Vec<Vec<Word<'_>>> = text.lines().filter(|line| !line.starts_with('#')).map(words).collect();
    let inside: HashSet<String> = lines
        .iter()
        .flatten()
        .filter(|word| !word.opens && is_capitalised(word.text))
        .map(|word| bare(word.text))
        .collect();
    let mut names = BTreeMap::new();
    for line in &lines {
        let mut run: Vec<&str> = Vec::new();
        for word in line {
            let counts = is_capitalised(word.text)
                && (!word.opens || is_acronym(word.text) || inside.contains(&bare(word.text)));
            if !counts || !word.joined {
                keep(&mut names, &mut run);
            }
            if counts {
                run.push(word.text);
                // "Ada’s Lovelace" would be two: what is owned is not part of the owner's name.
                if without_possessive(word.text) != word.text {
                    keep(&mut names, &mut run);
                }
            }
        }
        keep(&mut names, &mut run);
    }
    names
}

fn keep(names: &mut BTreeMap<String, String>, run: &mut Vec<&str>) {
    if !run.is_empty() {
        let key = run.iter().map(|word| bare(word)).collect::<Vec<_>>().join(" ");
        let shown = run.iter().map(|word| without_possessive(word)).collect::<Vec<_>>().join(" ");
        names.entry(key).or_insert(shown);
        run.clear();
    }
}

fn words(line: &str) -> Vec<Word<'_>> {
    let (mut end, mut found) = (0, Vec::new());
    for (start, text) in line.unicode_word_indices() {
        let gap = &line[end..start];
        // An initial's full stop ends no sentence.
        let initial = gap == ". " && found.last().is_some_and(|word: &Word<'_>| is_initial(word.text));
        let ends_sentence = gap.contains(['.', '!', '?', '…', ':', '|', '“', '"', '„', '«', '‘', '•']);
        let opens = end == 0 || (ends_sentence && !initial);
        let joined = initial || matches!(gap, " " | "-" | " & " | "\u{a0}");
        found.push(Word { text, opens, joined });
        end = start + text.len();
    }
    found
}

/// A word as names are compared: lower case, without the possessive.
pub(super) fn bare(word: &str) -> String {
    fold_word(without_possessive(word))
}

fn without_possessive(word: &str) -> &str {
    ["'s", "’s", "'S", "’S"].iter().find_map(|end| word.strip_suffix(end)).unwrap_or(word)
}

/// English writes "I" with a capital everywhere, and it names nobody.
fn is_capitalised(word: &str) -> bool {
    let first_person = word == "I" || word.starts_with("I'") || word.starts_with("I’");
    word.starts_with(char::is_uppercase) && !first_person
}

fn is_acronym(word: &str) -> bool {
    let word = without_possessive(word);
    word.chars().filter(|c| c.is_uppercase()).count() >= 2 && !word.chars().any(char::is_lowercase)
}

fn is_initial(word: &str) -> bool {
    word.chars().count() == 1 && word.starts_with(char::is_uppercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<String> {
        find(text).into_values().collect()
    }

    #[test]
    fn names_are_runs_of_capitals_inside_sentences() {
        assert_eq!(shown("Yesterday I met Ada Lovelace in Paris. Nobody else came."), ["Ada Lovelace", "Paris"]);
        assert_eq!(shown("We read J. R. Tolkien, and I’m glad."), ["J R Tolkien"]);
        assert_eq!(shown("We met Ann, Bob and Cy."), ["Ann", "Bob", "Cy"]);
        assert_eq!(shown("## My Great Day\n\nThere was nothing to see.\n- Only tea"), [""; 0]);
    }

    #[test]
    fn a_sentences_first_word_counts_if_it_is_a_name_elsewhere() {
        assert_eq!(shown("Martha left. We missed Martha."), ["Martha"]);
        assert_eq!(shown("Martha left. “Never again”, she said."), [""; 0]);
        assert_eq!(shown("NASA said so."), ["NASA"]);
    }

    #[test]
    fn the_possessive_goes() {
        assert_eq!(shown("We saw Ada's Garden and the Queen’s hat."), ["Ada", "Garden", "Queen"]);
    }

    #[test]
    fn german_nouns_count_as_names() {
        assert_eq!(shown("Gestern stand der Hund am Ufer."), ["Hund", "Ufer"]);
    }
}
