//! Prompts that spoil what they ask for: they hold the answer, or ask for different texts in the same words.

use super::{Flag, FlagCode, percent};
use crate::dataset::grams::Grams;
use std::collections::HashMap;

/// Above this share of the text's 5-grams the prompt gives it away.
const GIVEN_AWAY: f64 = 0.2;

/// Whether a prompt asks for a summary, by the rule of the old cleaning.
pub(super) fn asks_for_summary(prompt: &str) -> bool {
    let prompt = prompt.to_lowercase();
    prompt.contains("summarize") || prompt.contains("summary")
}

/// Whether more than a fifth of the text's runs of five words stand in the prompt.
pub(super) fn gives_answer_away(prompt: &Grams, completion: &Grams) -> Option<Flag> {
    // Prompts are short and texts are long, so the prompt's runs are looked for in the text and not the other way round.
    let shared = prompt.hashes().iter().filter(|gram| completion.holds(**gram)).count();
    let share = shared as f64 / completion.len().max(1) as f64;
    let share_shown = percent(share);
    let reason = format!("{share_shown} of the text stands in the prompt already, so the model would learn to copy.");
    (share > GIVEN_AWAY).then(|| Flag::new(FlagCode::GivesAnswerAway, reason))
}

/// An example as contradictions are looked for: numbers stand for equal prompts and equal texts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked {
    /// The post or imported text it is from.
    pub(super) unit: u32,
    /// Equal for equal folded prompts; none where the prompt is empty and asks for nothing.
    pub(super) prompt: Option<usize>,
    /// Equal for equal folded texts.
    pub(super) text: usize,
    /// Whether the prompt asks for a summary.
    pub(super) summary: bool,
}

/// For each example, whether the same prompt has another text elsewhere, or whether it asks for a summary and is
/// answered with the text that the same post gives where none is asked for. Of those two only the one that asks for the
/// summary is flagged, since the other is right.
pub(super) fn contradictory(examples: &[Asked]) -> Vec<Option<Flag>> {
    let mut with_prompt: HashMap<usize, usize> = HashMap::new();
    let mut with_both: HashMap<(usize, usize), usize> = HashMap::new();
    let mut whole: HashMap<(u32, usize), bool> = HashMap::new();
    for example in examples {
        if let Some(prompt) = example.prompt {
            *with_prompt.entry(prompt).or_default() += 1;
            *with_both.entry((prompt, example.text)).or_default() += 1;
        }
        *whole.entry((example.unit, example.text)).or_default() |= !example.summary;
    }
    let of = |example: &Asked| {
        let others = example.prompt.map_or(0, |prompt| with_prompt[&prompt] - with_both[&(prompt, example.text)]);
        let summary_is_whole = example.summary && whole[&(example.unit, example.text)];
        let reason = match others {
            0 if summary_is_whole => {
                "It asks for a summary and is given the same text as a prompt that asks for the whole.".to_owned()
            }
            0 => return None,
            1 => "Another example has the same prompt and another text; the model cannot learn both.".to_owned(),
            _ => format!(
                "{others} other examples have the same prompt and another text; the model cannot learn them all."
            ),
        };
        Some(Flag::new(FlagCode::Contradictory, reason))
    };
    examples.iter().map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_than_a_fifth_in_the_prompt_is_given_away() {
        let words =
            |from: usize, count: usize| (from..from + count).map(|n| format!("w{n}")).collect::<Vec<_>>().join(" ");
        let text = Grams::of(&words(0, 104), 5);
        // A hundred runs of five words; the prompt holds twenty-one of them, then twenty.
        let found = gives_answer_away(&Grams::of(&format!("Write on: {}", words(30, 25)), 5), &text).unwrap();
        assert!(found.reason.starts_with("21% of the text stands in the prompt"), "{}", found.reason);
        assert_eq!(gives_answer_away(&Grams::of(&format!("Write on: {}", words(30, 24)), 5), &text), None);
        assert_eq!(gives_answer_away(&Grams::of("Why?", 5), &Grams::of("So.", 5)), None);
    }

    fn asked(unit: u32, prompt: usize, text: usize) -> Asked {
        Asked { unit, prompt: Some(prompt), text, summary: false }
    }

    #[test]
    fn one_prompt_for_two_texts_contradicts_itself() {
        let found = contradictory(&[asked(1, 1, 1), asked(1, 1, 1), asked(2, 1, 2), asked(3, 2, 2)]);
        let reasons: Vec<Option<&str>> =
            found.iter().map(|flag| flag.as_ref().map(|flag| flag.reason.split(" have ").next().unwrap())).collect();
        let one = "Another example has the same prompt and another text; the model cannot learn both.";
        assert_eq!(reasons, [Some(one), Some(one), Some("2 other examples"), None]);
    }

    #[test]
    fn no_prompt_contradicts_nothing() {
        let empty = |text| Asked { unit: 1, prompt: None, text, summary: false };
        assert_eq!(contradictory(&[empty(1), empty(2)]), [None, None]);
    }

    #[test]
    fn a_summary_that_is_the_whole_text_is_flagged_and_the_whole_is_not() {
        let summary = Asked { summary: true, ..asked(1, 2, 1) };
        let found = contradictory(&[asked(1, 1, 1), summary]);
        assert!(found[0].is_none() && found[1].as_ref().unwrap().reason.starts_with("It asks for a summary"));
        // Another text, or another post.
        assert_eq!(contradictory(&[asked(1, 1, 2), summary]), [None, None]);
        assert_eq!(contradictory(&[asked(2, 1, 1), summary]), [None, None]);
    }
}
