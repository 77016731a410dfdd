//! In which language a text is written, and the small words of that language.

use super::grams::fold_word;
use crate::blog::words::count_words;
use std::collections::{HashMap, HashSet};
use unicode_segmentation::UnicodeSegmentation;
use whatlang::Lang;

/// Under so many words even a good guess is too often wrong.
const FEWEST_WORDS: u32 = 40;
/// A language shows within so many characters; reading on costs time and changes nothing.
const READ: usize = 1_000;

/// The language of a piece of prose, where it can be told reliably.
pub(super) fn detect(prose: &str) -> Option<Lang> {
    let end = prose.char_indices().nth(READ).map_or(prose.len(), |(at, _)| at);
    let read = &prose[..end];
    if count_words(read) < FEWEST_WORDS {
        return None;
    }
    whatlang::detect(read).filter(whatlang::Info::is_reliable).map(|info| info.lang())
}

/// The small words of the text's language, folded. Where the language is not known, the text's most frequent short
/// words, which is what small words are in every language (Zipf 1935).
pub(super) fn stop_words(prose: &str) -> HashSet<String> {
    let known = detect(prose).and_then(two_letters).and_then(stop_words::lookup);
    known.map_or_else(|| frequent_short_words(prose), |words| words.iter().map(|word| fold_word(word)).collect())
}

fn frequent_short_words(prose: &str) -> HashSet<String> {
    const LONGEST: usize = 4;
    const FEWEST: usize = 3;
    const ONE_IN: usize = 100;
    let mut counts: HashMap<String, usize> = HashMap::new();
    let mut all = 0;
    for word in prose.unicode_words() {
        all += 1;
        if word.chars().count() <= LONGEST && !word.contains(|c: char| c.is_numeric()) {
            *counts.entry(fold_word(word)).or_default() += 1;
        }
    }
    counts.retain(|_, count| *count >= FEWEST.max(all / ONE_IN));
    counts.into_keys().collect()
}

/// The code the lists of stop words go by (ISO 639-1) for the one the detector gives (ISO 639-3).
fn two_letters(language: Lang) -> Option<&'static str> {
    Some(match language {
        Lang::Afr => "af",
        Lang::Ara => "ar",
        Lang::Bul => "bg",
        Lang::Ben => "bn",
        Lang::Cat => "ca",
        Lang::Ces => "cs",
        Lang::Dan => "da",
        Lang::Deu => "de",
        Lang::Ell => "el",
        Lang::Eng => "en",
        Lang::Epo => "eo",
        Lang::Spa => "es",
        Lang::Est => "et",
        Lang::Pes => "fa",
        Lang::Fin => "fi",
        Lang::Fra => "fr",
        Lang::Heb => "he",
        Lang::Hin => "hi",
        Lang::Hrv => "hr",
        Lang::Hun => "hu",
        Lang::Hye => "hy",
        Lang::Ind => "id",
        Lang::Ita => "it",
        Lang::Kor => "ko",
        Lang::Lav => "lv",
        Lang::Lit => "lt",
        Lang::Mar => "mr",
        Lang::Nld => "nl",
        Lang::Nob => "no",
        Lang::Pol => "pl",
        Lang::Por => "pt",
        Lang::Ron => "ro",
        Lang::Rus => "ru",
        Lang::Slk => "sk",
        Lang::Slv => "sl",
        Lang::Swe => "sv",
        Lang::Tha => "th",
        Lang::Tur => "tr",
        Lang::Ukr => "uk",
        Lang::Urd => "ur",
        Lang::Vie => "vi",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const GERMAN: &str = "Gestern bin ich mit dem Fahrrad an den Fluss gefahren, weil das Wetter endlich wieder schön war. \
         Am Ufer saßen ein paar alte Leute und fütterten die Enten, obwohl das auf einem Schild verboten wird. Ich habe \
         mich zu ihnen gesetzt und wir haben eine Weile über den Sommer gesprochen.";

    #[test]
    fn a_language_is_told_from_forty_words_on() {
        assert_eq!(detect(GERMAN), Some(Lang::Deu));
        let words: Vec<&str> = GERMAN.split(' ').collect();
        assert_eq!(detect(&words[..40].join(" ")), Some(Lang::Deu));
        assert_eq!(detect(&words[..39].join(" ")), None);
    }

    #[test]
    fn stop_words_are_those_of_the_language() {
        let words = stop_words(GERMAN);
        assert!(
            words.contains("und") && words.contains("über") && !words.contains("fahrrad") && !words.contains("the")
        );
        // No language: the most frequent short words take the place of the list.
        let made_up = "ka zu molobar ka zu petifen ka zu solitan zu ranudel";
        assert_eq!(stop_words(made_up), HashSet::from(["ka".to_owned(), "zu".to_owned()]));
    }
}
