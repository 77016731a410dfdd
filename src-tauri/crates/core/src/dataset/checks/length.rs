//! Texts that are too short to be learned from as wholes, or too long to be learned from at once.

use super::prompts::asks_for_summary;
use super::{Flag, FlagCode};

/// Completions under this many characters teach the model to stop early.
const SHORT: usize = 200;
/// A summary under this many characters is usually a post's greeting, not a summary.
const SHORT_SUMMARY: usize = 500;

/// The two limits of the old cleaning, in characters.
pub(super) fn too_short(prompt: &str, completion_chars: usize) -> Option<Flag> {
    let length = completion_chars;
    if length < SHORT {
        let reason =
            format!("The text has {length} characters; under {SHORT} it mostly teaches the model to stop early.");
        return Some(Flag::new(FlagCode::TooShort, reason));
    }
    let reason = format!("The summary has {length} characters; under {SHORT_SUMMARY} it is rarely one.");
    (asks_for_summary(prompt) && length < SHORT_SUMMARY).then(|| Flag::new(FlagCode::SummaryTooShort, reason))
}

/// More tokens than are learned from at once.
pub(super) fn too_long(tokens: Option<u32>, longest: Option<u32>) -> Option<Flag> {
    let (tokens, longest) = (tokens?, longest?);
    let reason = format!(
        "It has {tokens} tokens, and {longest} are learned from at once; so it is learned from in parts, each without \
         the part before."
    );
    (tokens > longest).then(|| Flag::new(FlagCode::TooLong, reason))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(prompt: &str, length: usize) -> Option<FlagCode> {
        too_short(prompt, length).map(|flag| flag.code)
    }

    #[test]
    fn limits_are_those_of_the_old_cleaning() {
        assert_eq!(code("Tell me", 199), Some(FlagCode::TooShort));
        assert_eq!(code("Tell me", 200), None);
        assert_eq!(code("Can you summarize it?", 199), Some(FlagCode::TooShort));
        assert_eq!(code("Can you summarize it?", 499), Some(FlagCode::SummaryTooShort));
        assert_eq!(code("Can you summarize it?", 500), None);
    }

    #[test]
    fn one_token_over_is_too_long() {
        let found = too_long(Some(513), Some(512)).unwrap();
        assert!(found.reason.starts_with("It has 513 tokens, and 512 are learned from at once"), "{}", found.reason);
        assert_eq!(too_long(Some(512), Some(512)), None);
        assert_eq!(too_long(None, Some(512)), None);
        assert_eq!(too_long(Some(513), None), None);
    }
}
