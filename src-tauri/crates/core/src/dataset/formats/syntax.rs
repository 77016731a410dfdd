//! What the JSON parser complains of, found out from where it stopped: its own words are for programmers.

use super::problem::JsonProblem;
use serde_json::error::Category;

/// The byte where the parser stopped and what is wrong there.
pub(super) fn of(error: &serde_json::Error, text: &str) -> (usize, JsonProblem) {
    if error.classify() == Category::Eof {
        return (text.len(), JsonProblem::LineEnds);
    }
    let at = offset(error, text);
    if let Some((at, token)) = not_a_number(text.as_bytes(), at) {
        return (at, JsonProblem::NotANumber { token });
    }
    let byte = text.as_bytes().get(at).copied();
    // The parser's sentences end in " at line L column C".
    let words = error.to_string();
    let words = words.rsplit_once(" at line ").map_or(words.as_str(), |(words, _)| words);
    let problem = match words {
        "recursion limit exceeded" => JsonProblem::TooDeep,
        "lone leading surrogate in hex escape" | "unexpected end of hex escape" => JsonProblem::LoneSurrogate,
        "control character (\\u0000-\\u001F) found while parsing a string" => {
            JsonProblem::RawControl { code: u32::from(byte.unwrap_or_default()) }
        }
        "invalid escape" => JsonProblem::BadEscape,
        "key must be a string" => JsonProblem::KeyNotQuoted,
        "trailing comma" => JsonProblem::TrailingComma,
        "trailing characters" => match byte {
            Some(b',') => JsonProblem::CommaAfterRow,
            Some(b'{') => JsonProblem::RowAfterRow,
            _ => JsonProblem::MoreAfterRow,
        },
        "expected `,` or `}`" | "expected `,` or `]`" => JsonProblem::CommaExpected,
        "expected `:`" => JsonProblem::ColonExpected,
        "expected value" | "expected ident" if text[..at].trim_ascii().is_empty() => JsonProblem::NotBegun,
        "expected value" | "expected ident" => JsonProblem::ValueExpected,
        "invalid number" | "number out of range" => JsonProblem::BadNumber,
        other => JsonProblem::Other { words: other.to_owned() },
    };
    (at, problem)
}

/// The parser counts lines and, in bytes, columns from 1; the column is that of the byte it stopped at.
fn offset(error: &serde_json::Error, text: &str) -> usize {
    let line = match error.line() {
        0 | 1 => 0,
        line => memchr::memchr_iter(b'\n', text.as_bytes()).nth(line - 2).map_or(0, |end| end + 1),
    };
    let mut at = (line + error.column().saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// One of Python's words for what is no number, if the parser stopped in it.
fn not_a_number(bytes: &[u8], at: usize) -> Option<(usize, &'static str)> {
    let tokens = ["-Infinity", "Infinity", "NaN"];
    (at.saturating_sub(1)..=at).find_map(|from| {
        tokens.into_iter().find(|token| bytes[from..].starts_with(token.as_bytes())).map(|token| (from, token))
    })
}
