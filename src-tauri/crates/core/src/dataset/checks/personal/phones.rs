//! Phone numbers, and the many other rows of digits that are none.

use regex::Regex;
use std::sync::LazyLock;

/// Digits of a whole number with its country (ITU-T E.164: fifteen at most).
const INTERNATIONAL: std::ops::RangeInclusive<usize> = 8..=15;
/// Digits of a number that begins with the zero that is dialled inside a country.
const WITH_ZERO: std::ops::RangeInclusive<usize> = 9..=12;

/// A pattern, and how many digits a find must have.
static FORMS: LazyLock<Vec<(Regex, std::ops::RangeInclusive<usize>)>> = LazyLock::new(|| {
    let forms = [
        // +49 30 1234567, +1 (212) 555-0123, 0044 20 7946 0958
        (r"(?:\+|(?-u:\b)00)[1-9][0-9]{0,3}(?:[ .\-/\u{a0}]?\(?[0-9]{1,8}\)?){1,7}", INTERNATIONAL),
        // (212) 555-0123
        (r"\([2-9][0-9]{2}\) ?[0-9]{3}[-. ][0-9]{4}", 10..=10),
        // 212-555-0123 and 212.555.0123
        (r"(?-u:\b)[2-9][0-9]{2}-[0-9]{3}-[0-9]{4}(?-u:\b)", 10..=10),
        (r"(?-u:\b)[2-9][0-9]{2}\.[0-9]{3}\.[0-9]{4}(?-u:\b)", 10..=10),
        // 030 1234567, 0151/23456789, 01 23 45 67 89, (020) 7946 0958, 07700 900123
        (r"(?:\(0[1-9][0-9]{0,4}\)|(?-u:\b)0[1-9][0-9]{0,4})(?:[ \-/.][0-9]{2,8}){1,4}(?-u:\b)", WITH_ZERO),
    ];
    forms.into_iter().filter_map(|(form, digits)| Some((Regex::new(form).ok()?, digits))).collect()
});

/// The phone numbers of a text, form by form.
pub(super) fn find(text: &str) -> Vec<&str> {
    if !text.contains(|c: char| c.is_ascii_digit()) {
        return Vec::new();
    }
    let mut taken: Vec<std::ops::Range<usize>> = Vec::new();
    for (form, digits) in FORMS.iter() {
        for found in form.find_iter(text).filter(|found| is_number(text, found, digits)) {
            if !taken.iter().any(|range| range.start < found.end() && found.start() < range.end) {
                taken.push(found.range());
            }
        }
    }
    taken.into_iter().map(|range| text[range].trim_end()).collect()
}

fn is_number(text: &str, found: &regex::Match<'_>, digits: &std::ops::RangeInclusive<usize>) -> bool {
    let (before, after) = (&text[..found.start()], &text[found.end()..]);
    digits.contains(&found.as_str().bytes().filter(u8::is_ascii_digit).count())
        && stands_alone(before, after)
        && !is_date(found.as_str())
        && !is_priced_or_catalogued(before)
}

/// Not a piece of a longer row of digits, of a formula, of an address on the web, or of a version number.
fn stands_alone(before: &str, after: &str) -> bool {
    let glued = |c: char| c.is_alphanumeric() || matches!(c, '.' | '/' | '-' | '=' | '_' | '+' | ':' | ',');
    let goes_on = {
        let mut rest = after.chars();
        match rest.next() {
            Some(next) if next.is_alphanumeric() || next == '_' || next == '%' => true,
            Some('.' | ',' | '-' | '/' | ':') => rest.next().is_some_and(|next| next.is_ascii_digit()),
            _ => false,
        }
    };
    // "tel:" and "Tel.:" stand directly before a number.
    let called = before.to_ascii_lowercase().ends_with("tel:") || before.ends_with(".:");
    !goes_on && (called || !before.ends_with(glued))
}

/// 01.02.2003, 01-02-2003 12, 02/2003.
fn is_date(found: &str) -> bool {
    static DATE: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"^0[1-9][ ./\-](?:[0-3]?[0-9][ ./\-])?(?:1[5-9]|20)[0-9]{2}(?:[^0-9]|$)").ok());
    DATE.as_ref().is_some_and(|date| date.is_match(found))
}

/// Behind "ISBN", "DOI" and their like, or behind a currency, a row of digits is no phone number.
fn is_priced_or_catalogued(before: &str) -> bool {
    let last: String = before.chars().rev().take(14).collect::<Vec<_>>().into_iter().rev().collect();
    let last = last.to_lowercase();
    ["isbn", "issn", "doi", "arxiv", "patent"].iter().any(|word| last.contains(word))
        || last.trim_end().ends_with(['€', '$', '£', '¥', '#'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_forms_are_found() {
        assert_eq!(FORMS.len(), 5);
        for number in [
            "+49 30 1234567",
            "+1 (212) 555-0123",
            "+442079460958",
            "0044 20 7946 0958",
            "(212) 555-0123",
            "212-555-0123",
            "212.555.0123",
            "030 1234567",
            "0151/23456789",
            "01 23 45 67 89",
            "(020) 7946 0958",
            "07700 900123",
        ] {
            assert_eq!(find(&format!("Call me under {number}, or not.")), [number]);
            assert_eq!(find(&format!("tel:{number}")), [number]);
        }
    }

    #[test]
    fn other_rows_of_digits_are_not() {
        for text in [
            "between 1998 and 2004, 1998-2004, 1998–2004",
            "on 2003-01-02, 01.02.2003, 01/02/2003, 01-02-2003 and 2003/01/02 at 10:30",
            "from 01.02.2003 12.30 until 02.03.2003 14.30",
            "ISBN 978-3-16-148410-0, ISBN 0-306-40615-2, ISBN 0306406152, 978-316-1484-100",
            "$1,000,000, € 1.000.000, 10 000 000 people, 1 000 000 000, 3.14159265358979",
            "doi 10.1145/01234-567890 and 10.1145/01234.567890",
            "192.168.100.1001, v212.555.0123, 1.212.555.0123, 212-555-0123-44",
            "0.123 456 789 and +5% and +12 and 00700",
            "x=+491234567890",
        ] {
            assert_eq!(find(text), [""; 0], "{text}");
        }
    }
}
