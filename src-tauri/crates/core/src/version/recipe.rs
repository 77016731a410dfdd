//! The settings of a run. Each preset has defaults; the author may change any of them.

use crate::dataset::{Manner, Preset, PresetName, Separator, TrainingDefaults};
use crate::engine::models::DEFAULT;
use crate::engine::{Adam, Codec};
use crate::{Error, Result};
use serde::{Deserialize, Serialize};

/// How a prompt and its text become tokens. The same in training, measuring and drafting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum Rendering {
    /// Prompt, blank line, text, end mark.
    Plain,
    /// The model's own chat template with an empty system message.
    Chat,
}

impl std::str::FromStr for Rendering {
    type Err = Error;
    fn from_str(name: &str) -> Result<Rendering> {
        match name {
            "plain" => Ok(Rendering::Plain),
            "chat" => Ok(Rendering::Chat),
            _ => Err(Error::bad_input(format!("'{name}' is no rendering.")).hint("The renderings are plain and chat.")),
        }
    }
}

/// Everything that decides what a run does, beside its dataset and model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
pub struct Recipe {
    /// The preset it came from.
    pub preset: PresetName,
    /// Passes over the posts.
    pub epochs: u32,
    /// Stop after so many steps, and fit the schedule to them.
    pub max_steps: Option<u32>,
    /// The highest learning rate.
    pub learning_rate: f64,
    /// Examples a step.
    pub batch_size: u32,
    /// Rank of the adapter.
    pub rank: u32,
    /// LoRA's alpha; the update is scaled by alpha / rank.
    pub alpha: f64,
    /// How prompts and texts become tokens.
    pub rendering: Rendering,
    /// Where chance begins: first weights and order.
    pub seed: u32,
    /// Stop after so many minutes, and fit the schedule to them.
    pub minutes: Option<f64>,
    /// What stands between prompt and text, the end mark, the schedule.
    pub manner: Manner,
}

/// What the author asks for; what is not given is the preset's default.
#[derive(Debug, Clone, Default, Deserialize, specta::Type)]
pub struct RunOptions {
    /// The base model's name.
    pub model: Option<String>,
    /// How examples are made and learned from; the library's preset when not given.
    pub preset: Option<PresetName>,
    /// Passes over the posts.
    pub epochs: Option<u32>,
    /// Stop after so many steps.
    pub max_steps: Option<u32>,
    /// The highest learning rate.
    pub learning_rate: Option<f64>,
    /// Examples a step.
    pub batch_size: Option<u32>,
    /// Rank of the adapter.
    pub rank: Option<u32>,
    /// How prompts and texts become tokens.
    pub rendering: Option<Rendering>,
    /// Where chance begins.
    pub seed: Option<u32>,
    /// How many posts to leave out of the training.
    pub hold_out: Option<u32>,
    /// Stop after so many minutes.
    pub minutes: Option<f64>,
}

impl RunOptions {
    /// The base model's name.
    pub fn model(&self) -> &str {
        self.model.as_deref().unwrap_or(DEFAULT.name)
    }

    /// The recipe these options come to.
    ///
    /// # Errors
    /// `BadInput` for a value no run can have, saying which and what fits.
    pub fn recipe(&self, preset: &Preset) -> Result<Recipe> {
        let base = Recipe::of(preset);
        let rank = self.rank.unwrap_or(base.rank);
        let recipe = Recipe {
            epochs: self.epochs.unwrap_or(base.epochs),
            max_steps: self.max_steps,
            learning_rate: self.learning_rate.unwrap_or(base.learning_rate),
            batch_size: self.batch_size.unwrap_or(base.batch_size),
            rank,
            alpha: f64::from(rank) * base.alpha / f64::from(base.rank),
            rendering: self.rendering.unwrap_or(base.rendering),
            seed: self.seed.unwrap_or(base.seed),
            minutes: self.minutes,
            ..base
        };
        recipe.numbers().check()?;
        let within = |name: &str, ok: bool, range: &str| {
            if ok { Ok(()) } else { Err(Error::bad_input(format!("{name} must be {range}."))) }
        };
        within("The number of steps", recipe.max_steps != Some(0), "at least 1")?;
        within("The number of minutes", recipe.minutes.is_none_or(|m| m > 0.0 && m.is_finite()), "above 0")?;
        Ok(recipe)
    }
}

impl Recipe {
    /// A preset's defaults.
    pub fn of(preset: &Preset) -> Recipe {
        let training = &preset.training;
        Recipe {
            preset: preset.name.clone(),
            epochs: training.epochs,
            max_steps: None,
            learning_rate: training.learning_rate,
            batch_size: training.batch_size,
            rank: training.rank,
            alpha: training.alpha,
            rendering: Rendering::Plain,
            seed: 1,
            minutes: None,
            manner: training.manner,
        }
    }

    /// The numbers that presets have, too.
    fn numbers(&self) -> TrainingDefaults {
        TrainingDefaults {
            epochs: self.epochs,
            learning_rate: self.learning_rate,
            batch_size: self.batch_size,
            rank: self.rank,
            alpha: self.alpha,
            manner: self.manner,
        }
    }

    /// Adam's settings at a learning rate. The moments' decay is 0.9 and 0.95 as in the old recipe.
    pub(crate) fn adam(&self, learning_rate: f64) -> Adam {
        #[allow(clippy::cast_possible_truncation)]
        Adam {
            learning_rate: learning_rate as f32,
            beta1: 0.9,
            beta2: 0.95,
            epsilon: 1e-8,
            weight_decay: 0.0,
            max_grad_norm: self.manner.max_grad_norm as f32,
        }
    }

    /// The tokens of a prompt, up to where its text begins.
    ///
    /// # Errors
    /// When the model has no usable chat template and the rendering asks for it.
    pub fn prompt_tokens(&self, codec: &dyn Codec, prompt: &str) -> Result<Vec<u32>> {
        if self.rendering == Rendering::Chat {
            return Ok(codec.encode_template(&codec.chat_prompt(prompt)?));
        }
        let mut tokens: Vec<u32> = codec.begin().into_iter().collect();
        match self.manner.separator {
            // A row of a file may bring no prompt: then there is nothing to set apart.
            Separator::BlankLine if !prompt.is_empty() => tokens.extend(codec.encode(&format!("{prompt}\n\n"))),
            _ => tokens.extend(codec.encode(prompt)),
        }
        Ok(tokens)
    }

    /// What stands before the text, as part of it: the old recipe tokenised one space with the completion.
    pub(crate) fn lead(&self) -> &'static str {
        match (self.manner.separator, self.rendering) {
            (Separator::Space, Rendering::Plain) => " ",
            _ => "",
        }
    }

    /// Whether a text ends with the model's end mark. The old recipe left it out, which is why it rambled.
    pub fn end_mark(&self) -> bool {
        self.manner.end_mark
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_seed_preset_is_the_old_recipe() {
        let recipe = RunOptions::default().recipe(&Preset::seed()).unwrap();
        assert_eq!((recipe.epochs, recipe.batch_size, recipe.rank), (3, 4, 32));
        assert!((recipe.learning_rate - 5e-5).abs() < 1e-12);
        assert!(!recipe.end_mark());
        assert_eq!(recipe.lead(), " ");
    }

    #[test]
    fn alpha_follows_the_rank() {
        let recipe = RunOptions { rank: Some(8), ..RunOptions::default() }.recipe(&Preset::voice()).unwrap();
        assert!((recipe.alpha - 16.0).abs() < 1e-12);
    }

    #[test]
    fn impossible_values_are_refused_by_name() {
        let error = RunOptions { rank: Some(0), ..RunOptions::default() }.recipe(&Preset::voice()).unwrap_err();
        assert_eq!(error.message, "The rank must be from 1 to 256.");
        assert!(
            RunOptions { learning_rate: Some(f64::NAN), ..RunOptions::default() }.recipe(&Preset::voice()).is_err()
        );
        assert!(RunOptions { minutes: Some(-1.0), ..RunOptions::default() }.recipe(&Preset::voice()).is_err());
    }
}
