//! What is the matter with each example.

use super::prompts::{Asked, asks_for_summary, contradictory, gives_answer_away};
use super::{Flag, length};
use crate::dataset::Kind;
use crate::dataset::grams::{Grams, fold};
use crate::dataset::near::RUN;
use std::cell::OnceCell;
use std::collections::HashMap;

/// What the checks of examples are decided from.
#[derive(Debug, Clone, Copy)]
pub struct ExampleFacts<'a> {
    /// Which post or imported text it is from.
    pub unit: u32,
    /// What the model is given.
    pub prompt: &'a str,
    /// What it learns to write.
    pub completion: &'a str,
    /// Tokens of both, where they are counted.
    pub tokens: Option<u32>,
    /// Its kind.
    pub kind: Kind,
}

/// The flags of each example, in the same order, each list in the order of [`super::FlagCode::ALL`]. `longest` is how
/// many tokens are learned from at once.
///
/// Many examples share a text, so everything that is asked of a text is asked once: the time grows with the length of
/// the distinct texts and with the number of examples.
pub fn of_examples(examples: &[ExampleFacts<'_>], longest: Option<u32>) -> Vec<Vec<Flag>> {
    let mut numbers = Numbers::default();
    let mut place_of: HashMap<&str, usize> = HashMap::new();
    let mut texts: Vec<Text> = Vec::new();
    let mut asked = Vec::with_capacity(examples.len());
    let mut places = Vec::with_capacity(examples.len());
    for example in examples {
        let place = *place_of.entry(example.completion).or_insert(texts.len());
        if place == texts.len() {
            texts.push(Text::of(example.completion, &mut numbers));
        }
        places.push(place);
        let text = &texts[place];
        let prompt = fold(example.prompt);
        asked.push(Asked {
            unit: example.unit,
            prompt: (!prompt.is_empty()).then(|| numbers.of(prompt)),
            text: text.number,
            summary: asks_for_summary(example.prompt),
        });
    }
    let contradictory = contradictory(&asked);
    let of = |((example, place), contradictory): ((&ExampleFacts<'_>, usize), Option<Flag>)| {
        let text: &Text = &texts[place];
        let found = [
            length::too_short(example.prompt, text.chars),
            text.given_away_by(example),
            contradictory,
            length::too_long(example.tokens, longest),
        ];
        found.into_iter().flatten().collect()
    };
    examples.iter().zip(places).zip(contradictory).map(of).collect()
}

/// What is asked of a text.
struct Text {
    number: usize,
    chars: usize,
    /// Its 5-grams, once a prompt is long enough to hold a fifth of them.
    grams: OnceCell<Grams>,
}

impl Text {
    fn of(text: &str, numbers: &mut Numbers) -> Text {
        Text { number: numbers.of(fold(text)), chars: text.chars().count(), grams: OnceCell::new() }
    }

    /// Whether the example's prompt gives this text away. Most prompts are far too short for it; a text is only read
    /// where its prompt is at least an eighth as long.
    fn given_away_by(&self, example: &ExampleFacts<'_>) -> Option<Flag> {
        if example.prompt.len() * 8 < self.chars {
            return None;
        }
        let grams = self.grams.get_or_init(|| Grams::of(example.completion, RUN));
        gives_answer_away(&Grams::of(example.prompt, RUN), grams)
    }
}

/// Numbers that are equal for equal folded texts.
#[derive(Default)]
struct Numbers(HashMap<String, usize>);

impl Numbers {
    fn of(&mut self, folded: String) -> usize {
        let next = self.0.len();
        *self.0.entry(folded).or_insert(next)
    }
}

#[cfg(test)]
mod tests {
    use super::super::FlagCode;
    use super::*;

    fn example<'a>(unit: u32, prompt: &'a str, completion: &'a str) -> ExampleFacts<'a> {
        ExampleFacts { unit, prompt, completion, tokens: None, kind: Kind::Question }
    }

    fn codes(examples: &[ExampleFacts<'_>]) -> Vec<Vec<FlagCode>> {
        let code = |flags: Vec<Flag>| flags.into_iter().map(|flag| flag.code).collect();
        of_examples(examples, Some(300)).into_iter().map(code).collect()
    }

    fn text(from: usize) -> String {
        (from..from + 150).map(|n| format!("word{n}")).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn each_check_is_asked() {
        let (one, two) = (text(0), text(1_000));
        let opening = format!("Go on: {}", &one[..400]);
        let long = ExampleFacts { tokens: Some(301), ..example(3, "Write about boats.", &two) };
        let found = codes(&[
            example(1, "Tell me about tea", &one),
            example(2, "tell  me about Tea", &two),
            example(1, "Tell me a word", "word"),
            example(1, &opening, &one),
            example(1, "A summary of tea", &one),
            long,
            example(4, "", &one),
            example(5, "", &two),
        ]);
        let expected: [&[FlagCode]; 8] = [
            &[FlagCode::Contradictory],
            &[FlagCode::Contradictory],
            &[FlagCode::TooShort],
            &[FlagCode::GivesAnswerAway],
            &[FlagCode::Contradictory],
            &[FlagCode::TooLong],
            &[],
            &[],
        ];
        assert_eq!(found, expected);
        assert_eq!(codes(&[]), Vec::<Vec<FlagCode>>::new());
    }

    #[test]
    fn a_sound_example_has_no_flags() {
        let one = text(0);
        let sound = ExampleFacts { tokens: Some(300), ..example(1, "What did you write about tea?", &one) };
        assert_eq!(codes(&[sound, example(1, "And in few words?", &one)]), [vec![], vec![]]);
    }
}
