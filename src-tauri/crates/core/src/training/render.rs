//! Examples to tokens and loss weights. A text longer than the model takes is cut at its paragraphs, the prompt
//! repeated before each part, the end mark after the last; nothing is left out.

use super::Recipe;
use crate::Result;
use crate::dataset::held_out_prompt;
use crate::engine::{Codec, Datum};

/// The training sequences of an example; almost always one. Weight 1 on every token of the text, 0 on the prompt.
///
/// # Errors
/// When the model's chat template cannot be used.
pub fn example(recipe: &Recipe, codec: &dyn Codec, prompt: &str, text: &str, longest: usize) -> Result<Vec<Datum>> {
    let end = recipe.end_mark().then(|| codec.end());
    sequences(recipe, codec, prompt, text, end, longest)
}

/// The sequences a held-out post is measured by: its text after the one fixed prompt, end mark not counted.
///
/// # Errors
/// When the model's chat template cannot be used.
pub fn held_out(recipe: &Recipe, codec: &dyn Codec, title: &str, text: &str, longest: usize) -> Result<Vec<Datum>> {
    sequences(recipe, codec, &held_out_prompt(title), text, None, longest)
}

/// Scales the weights of a step's sequences so that they sum to 1.
pub fn normalise(batch: &mut [Datum]) {
    let sum: f32 = batch.iter().flat_map(|datum| &datum.weights).sum();
    if sum > 0.0 {
        batch.iter_mut().flat_map(|datum| &mut datum.weights).for_each(|weight| *weight /= sum);
    }
}

fn sequences(
    recipe: &Recipe,
    codec: &dyn Codec,
    prompt: &str,
    text: &str,
    end: Option<u32>,
    longest: usize,
) -> Result<Vec<Datum>> {
    let prompt = recipe.prompt_tokens(codec, prompt)?;
    let room = longest.saturating_sub(prompt.len() + 1).max(16);
    let whole = codec.encode(&format!("{}{text}", recipe.lead()));
    let mut parts = if whole.len() <= room { vec![whole] } else { cut(recipe, codec, text, room) };
    if let (Some(end), Some(last)) = (end, parts.last_mut()) {
        last.push(end);
    }
    Ok(parts.into_iter().map(|part| datum(&prompt, &part)).collect())
}

fn datum(prompt: &[u32], text: &[u32]) -> Datum {
    let mut weights = vec![0.0; prompt.len()];
    weights.resize(prompt.len() + text.len(), 1.0);
    Datum { tokens: [prompt, text].concat(), weights }
}

/// As many whole paragraphs as fit into each part; a paragraph longer than a part is cut between tokens.
fn cut(recipe: &Recipe, codec: &dyn Codec, text: &str, room: usize) -> Vec<Vec<u32>> {
    let mut parts: Vec<Vec<u32>> = Vec::new();
    let mut open: Vec<u32> = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let length = rest
            .find("\n\n")
            .map_or(rest.len(), |at| at + rest[at..].len() - rest[at..].trim_start_matches('\n').len());
        let (paragraph, after) = rest.split_at(length);
        rest = after;
        let lead = if open.is_empty() { recipe.lead() } else { "" };
        let tokens = codec.encode(&format!("{lead}{paragraph}"));
        if !open.is_empty() && open.len() + tokens.len() > room {
            parts.push(std::mem::take(&mut open));
        }
        open.extend(tokens);
        while open.len() > room {
            let tail = open.split_off(room);
            parts.push(std::mem::replace(&mut open, tail));
        }
    }
    if !open.is_empty() {
        parts.push(open);
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::Preset;
    use crate::engine::{Engine, fake::FakeEngine};
    use proptest::prelude::*;
    use std::sync::Arc;

    fn codec() -> Arc<dyn Codec> {
        FakeEngine::default().default_codec().unwrap()
    }

    fn text_of(data: &[Datum]) -> String {
        let weighted = data.iter().flat_map(|d| d.tokens.iter().zip(&d.weights)).filter(|(_, w)| **w > 0.0);
        String::from_utf8(weighted.filter_map(|(token, _)| u8::try_from(*token).ok()).collect()).unwrap()
    }

    #[test]
    fn voice_is_prompt_blank_line_text_end_mark() {
        let data = example(&Recipe::of(&Preset::voice()), codec().as_ref(), "P", "Text", 100).unwrap();
        let tokens: Vec<u32> = "P\n\nText".bytes().map(u32::from).chain([codec().end()]).collect();
        assert_eq!(data, [Datum { tokens, weights: vec![0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 1.0] }]);
    }

    #[test]
    fn seed_is_prompt_space_text_and_no_end_mark() {
        let data = example(&Recipe::of(&Preset::seed()), codec().as_ref(), "P", "Text", 100).unwrap();
        assert_eq!(data[0].tokens, "P Text".bytes().map(u32::from).collect::<Vec<_>>());
        assert_eq!(data[0].weights, [0.0, 1.0, 1.0, 1.0, 1.0, 1.0]);
    }

    #[test]
    fn a_held_out_post_does_not_count_the_end_mark() {
        let data = held_out(&Recipe::of(&Preset::voice()), codec().as_ref(), "T", "Text", 100).unwrap();
        assert_eq!(data[0].tokens.last(), Some(&u32::from(b't')));
        assert!(text_of(&data) == "Text");
    }

    proptest! {
        #[test]
        fn parts_give_the_text_back_and_fit(paragraphs in proptest::collection::vec("[a-z ]{1,80}", 1..12), longest in 40usize..200) {
            let text = paragraphs.join("\n\n");
            let data = example(&Recipe::of(&Preset::voice()), codec().as_ref(), "Prompt", &text, longest).unwrap();
            prop_assert_eq!(text_of(&data), text);
            prop_assert!(data.iter().all(|datum| datum.tokens.len() <= longest + 1));
            let ends = data.iter().filter(|datum| datum.tokens.contains(&codec().end())).count();
            prop_assert_eq!(ends, 1);
        }

        #[test]
        fn weights_of_a_step_sum_to_one(lengths in proptest::collection::vec(1usize..300, 1..6)) {
            let mut batch: Vec<Datum> = lengths.iter().map(|n| Datum { tokens: vec![1; n + 2], weights: [vec![0.0; 2], vec![1.0; *n]].concat() }).collect();
            normalise(&mut batch);
            let sum: f32 = batch.iter().flat_map(|datum| &datum.weights).sum();
            prop_assert!((sum - 1.0).abs() < 1e-4, "{}", sum);
        }
    }
}
