//! Values that must not be seen: keys, tokens, signed addresses. They can be used, not printed.

use std::fmt;

/// A secret text. Neither `Debug` nor an error message shows it, and it cannot be serialised.
///
/// ```
/// let key = idiolect_tinker::Secret::new("tml-not-a-real-key");
/// assert_eq!(format!("{key:?}"), "Secret(hidden)");
/// assert_eq!(key.expose(), "tml-not-a-real-key");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Takes the text in; spaces and line ends around it, which pasting brings along, are dropped.
    pub fn new(text: impl Into<String>) -> Self {
        let text: String = text.into();
        Self(text.trim().to_owned())
    }

    /// The text itself, for the one place that needs it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(hidden)")
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

/// Takes secrets out of a text that others wrote (an answer's body, a library's message) before anybody sees it:
/// the known ones, everything that looks like a key or a token, and what follows `?` in an address.
pub(crate) fn scrub(text: &str, known: &[&str]) -> String {
    let mut clean = text.to_owned();
    for secret in known.iter().filter(|secret| secret.len() >= 4) {
        clean = clean.replace(secret, HIDDEN);
    }
    let mut out = String::with_capacity(clean.len());
    let mut rest = clean.as_str();
    while let Some(word) = rest.chars().next() {
        if let Some(length) = secret_word(rest, out.chars().next_back()) {
            out.push_str(HIDDEN);
            rest = &rest[length..];
        } else if word == '?' && in_address(&out) {
            out.push('?');
            out.push_str(HIDDEN);
            rest = rest[1..].trim_start_matches(|c: char| !ends_address(c));
        } else {
            out.push(word);
            rest = &rest[word.len_utf8()..];
        }
    }
    out
}

const HIDDEN: &str = "[hidden]";

/// The length of a key or token at the start of `rest`, when one stands there at the start of a word.
fn secret_word(rest: &str, before: Option<char>) -> Option<usize> {
    if before.is_some_and(char::is_alphanumeric) || !(rest.starts_with("tml-") || rest.starts_with("eyJ")) {
        return None;
    }
    let length = rest.find(|c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c))).unwrap_or(rest.len());
    (length >= 8).then_some(length)
}

/// Whether the text so far ends inside a web address.
fn in_address(text: &str) -> bool {
    let start = text.rfind(ends_address).map_or(0, |at| at + 1);
    text.get(start..).is_some_and(|word| word.contains("://"))
}

fn ends_address(c: char) -> bool {
    c.is_ascii() && (c.is_ascii_whitespace() || "\"'<>()\\".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_a_secret_is_taken_out() {
        for (text, clean) in [
            ("the key tml-abc123DEF is wrong", "the key [hidden] is wrong"),
            ("token=eyJhbGciOi.eyJzdWIi.c2ln!", "token=[hidden]!"),
            ("GET https://host/f?sig=a&b=c failed", "GET https://host/f?[hidden] failed"),
            ("{\"url\":\"https://h/f?X-Sig=1\",\"n\":1}", "{\"url\":\"https://h/f?[hidden]\",\"n\":1}"),
            ("is it? yes", "is it? yes"),
            ("html- and xeyJhbGciOi stay", "html- and xeyJhbGciOi stay"),
            ("привет? https://h/ф?s=1", "привет? https://h/ф?[hidden]"),
        ] {
            assert_eq!(scrub(text, &[]), clean);
        }
        assert_eq!(scrub("odd-key-form here", &["odd-key-form"]), "[hidden] here");
    }

    #[test]
    fn pasted_spaces_are_dropped() {
        assert_eq!(Secret::new(" tml-x\n").expose(), "tml-x");
    }
}
