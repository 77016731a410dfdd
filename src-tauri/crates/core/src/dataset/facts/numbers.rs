//! Numbers, however they are written.

use crate::dataset::grams::fold_word;
use std::collections::{BTreeMap, BTreeSet};
use unicode_segmentation::UnicodeSegmentation;

/// English words for small numbers.
const WORDS: [&str; 12] =
    ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
/// English words for places in a row.
const ORDINALS: [&str; 12] = [
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
    "twelfth",
];

/// The numbers of a text.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    /// Those a paraphrase must keep, as they are compared, with how they are written.
    pub(super) required: BTreeMap<String, String>,
    /// Those that stand for a number where the other text has its digits, but are mostly meant otherwise: "one" and
    /// "first" say something else more often than not.
    allowed: BTreeSet<String>,
}

impl Numbers {
    /// Whether a number is in the text, in digits or in words.
    pub(super) fn holds(&self, key: &str) -> bool {
        self.required.contains_key(key) || self.allowed.contains(key)
    }
}

/// The numbers of a text: runs of digits with their separators, and English words up to twelve.
///
/// A point or comma before exactly three digits, and a space or apostrophe between groups of three, separates thousands;
/// any other point or comma is the decimal mark. So 3.141 reads as 3141 on both sides, which compares the same.
pub(super) fn find(text: &str) -> Numbers {
    let mut numbers = Numbers::default();
    let mut rest = text;
    let mut before = None;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        before = rest[..start].chars().next_back().or(before);
        let end = start + written_length(&rest[start..]);
        let (written, after) = (&rest[start..end], &rest[end..]);
        // Digits inside a word, as in "B2" or "mp3", belong to the word.
        if !before.is_some_and(char::is_alphanumeric) {
            let percent = is_percent(after);
            let mark = if percent { "%" } else { "" };
            let ordinal = if is_ordinal(after) { "." } else { "" };
            numbers.required.insert(format!("{}{ordinal}{mark}", normal(written)), format!("{written}{mark}"));
        }
        before = written.chars().next_back();
        rest = after;
    }
    for word in text.unicode_words().map(fold_word) {
        let place = |words: &[&str; 12]| words.iter().position(|known| *known == word).map(|place| place + 1);
        match (place(&WORDS), place(&ORDINALS)) {
            (Some(1), _) => drop(numbers.allowed.insert("1".to_owned())),
            (Some(number), _) => drop(numbers.required.entry(number.to_string()).or_insert(word)),
            (_, Some(number)) => drop(numbers.allowed.insert(format!("{number}."))),
            _ => {}
        }
    }
    numbers
}

/// How many bytes of the text are one number: digits, and separators that stand between digits.
fn written_length(text: &str) -> usize {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let mut end = digits(text);
    while let Some(separator) = text[end..].chars().next() {
        let next = end + separator.len_utf8();
        let length = digits(&text[next..]);
        let goes_on = match separator {
            '.' | ',' | ':' => length > 0,
            '\'' | '’' | '\u{a0}' | '\u{202f}' | '\u{2009}' => length == 3,
            // A plain space only between groups of three: "10 000", and not "in 2019 300 people".
            ' ' => length == 3 && end <= 3,
            _ => false,
        };
        if !goes_on {
            break;
        }
        end = next + length;
    }
    end
}

fn normal(written: &str) -> String {
    if written.contains(':') {
        return written.trim_start_matches('0').to_owned();
    }
    let groups: Vec<&str> = written.split(|c: char| !c.is_ascii_digit()).collect();
    let first_is_group = groups[0].len() <= 3 && !groups[0].starts_with('0');
    let marks: Vec<char> = written.chars().filter(|c| !c.is_ascii_digit()).collect();
    let mut number = groups[0].trim_start_matches('0').to_owned();
    for (place, (group, mark)) in groups[1..].iter().zip(&marks).enumerate() {
        let last = place + 2 == groups.len();
        // In "1,234.567" the second mark differs from the first, so it is the decimal one.
        let thousands = first_is_group && group.len() == 3 && (*mark == marks[0] || !last);
        number.push_str(if thousands { "" } else { "." });
        number.push_str(group);
    }
    if number.is_empty() || number.starts_with('.') { format!("0{number}") } else { number }
}

fn is_percent(after: &str) -> bool {
    let after = after.trim_start_matches([' ', '\u{a0}', '\u{202f}']);
    after.starts_with('%') || after.starts_with("percent") || after.starts_with("per cent")
}

fn is_ordinal(after: &str) -> bool {
    let ending: String = after.chars().take(3).collect::<String>().to_lowercase();
    let mut rest = ending.chars().skip(2);
    ["st", "nd", "rd", "th"].iter().any(|end| ending.starts_with(end))
        && !rest.next().is_some_and(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(text: &str) -> Vec<String> {
        find(text).required.into_keys().collect()
    }

    #[test]
    fn one_number_is_written_in_many_ways() {
        for written in ["1,000", "1.000", "1 000", "1'000", "1’000", "1\u{a0}000", "1000", "01000"] {
            assert_eq!(keys(&format!("It cost {written}, they say.")), ["1000"], "{written}");
        }
        for written in ["1,234,567.5", "1.234.567,5", "1234567.5"] {
            assert_eq!(keys(written), ["1234567.5"], "{written}");
        }
        for written in ["5%", "5 %", "5 percent", "5 per cent"] {
            assert_eq!(keys(written), ["5%"], "{written}");
        }
        assert_eq!(keys("0.125 and 0,5 and 3,14"), ["0.125", "0.5", "3.14"]);
        assert_eq!(keys("At 09:30 in the 1990s, 10."), ["10", "1990", "9:30"]);
        assert_eq!(keys("0 and 007"), ["0", "7"]);
    }

    #[test]
    fn numbers_that_stand_side_by_side_are_two() {
        assert_eq!(keys("in 2019 300 people, 1998-2004, 3/4"), ["1998", "2004", "2019", "3", "300", "4"]);
    }

    #[test]
    fn digits_in_words_are_no_numbers() {
        assert_eq!(keys("an mp3 of B2 and GPT-4"), ["4"]);
    }

    #[test]
    fn words_are_numbers_up_to_twelve() {
        assert_eq!(keys("Two cats and twelve dogs, one of them first."), ["12", "2"]);
        let numbers = find("one on the first day, the 3rd");
        assert!(numbers.holds("1") && numbers.holds("1.") && numbers.holds("3.") && !numbers.holds("3"));
    }
}
