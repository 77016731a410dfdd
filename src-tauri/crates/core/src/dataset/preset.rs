//! A preset: everything that decides how examples are made and learned from, as data the author can see, copy and change.
//! Two come with the app. `voice` is what it recommends; `seed` is the old recipe word for word (contradictory prompts,
//! lower-cased titles and all), so that the two can be compared on held-out posts.

use super::{FlagCode, Kind, Template};
use crate::{Error, Result};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A preset's name, as it stands in files, recipes and on the command line.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, specta::Type)]
#[serde(transparent)]
pub struct PresetName(String);

impl PresetName {
    /// The recommended preset.
    pub fn voice() -> PresetName {
        PresetName("voice".into())
    }

    /// The old recipe.
    pub fn seed() -> PresetName {
        PresetName("seed".into())
    }

    /// The name itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it comes with the app and cannot be changed.
    pub fn built_in(&self) -> bool {
        matches!(self.as_str(), "voice" | "seed")
    }
}

impl Default for PresetName {
    fn default() -> Self {
        PresetName::voice()
    }
}

impl fmt::Display for PresetName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::str::FromStr for PresetName {
    type Err = Error;
    fn from_str(name: &str) -> Result<PresetName> {
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if name.is_empty() || name.len() > 40 || !name.chars().all(fits) {
            return Err(Error::bad_input(format!("'{name}' is no name for a preset."))
                .hint("A name has small letters, digits and hyphens: my-voice."));
        }
        Ok(PresetName(name.to_owned()))
    }
}

/// Which examples an epoch goes through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// Every post once, under one kind; the kind rotates. Shuffled.
    OncePerPost,
    /// Every example, in file order, never shuffled.
    FileOrder,
}

/// What stands between a prompt and its text in plain rendering.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum Separator {
    /// A blank line, part of the prompt.
    BlankLine,
    /// One space, part of the text.
    Space,
}

/// How the learning rate goes on after its warm-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum Decay {
    /// Warm-up over the first tenth, then straight down to nothing.
    Linear,
    /// The same rate at every step, no warm-up.
    Constant,
}

/// The habits of a recipe, beside its numbers. Stored with every run and version, since drafting follows them too.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, specta::Type)]
pub struct Manner {
    /// What stands between prompt and text.
    pub separator: Separator,
    /// Whether a text ends with the model's end mark. Without it a model never learns to stop.
    pub end_mark: bool,
    /// How the learning rate falls.
    pub decay: Decay,
    /// Gradients longer than this are shortened to it; 0 leaves them alone.
    pub max_grad_norm: f64,
}

impl Manner {
    /// What the app recommends.
    pub const VOICE: Manner =
        Manner { separator: Separator::BlankLine, end_mark: true, decay: Decay::Linear, max_grad_norm: 1.0 };
    /// The old recipe's.
    pub const SEED: Manner =
        Manner { separator: Separator::Space, end_mark: false, decay: Decay::Constant, max_grad_norm: 0.0 };
}

/// A preset's settings for training; the author may change each of them for a run.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, specta::Type)]
pub struct TrainingDefaults {
    /// Passes over the posts.
    pub epochs: u32,
    /// The highest learning rate.
    pub learning_rate: f64,
    /// Examples a step.
    pub batch_size: u32,
    /// Rank of the adapter.
    pub rank: u32,
    /// LoRA's alpha; the update is scaled by alpha / rank.
    pub alpha: f64,
    /// The habits.
    pub manner: Manner,
}

impl TrainingDefaults {
    /// Refuses a value no run can have.
    ///
    /// # Errors
    /// `BadInput`, saying which and what fits.
    pub fn check(&self) -> Result<()> {
        let within = |name: &str, ok: bool, range: &str| {
            if ok { Ok(()) } else { Err(Error::bad_input(format!("{name} must be {range}."))) }
        };
        within("The number of epochs", (1..=100).contains(&self.epochs), "from 1 to 100")?;
        within("The learning rate", self.learning_rate > 0.0 && self.learning_rate <= 0.1, "above 0 and at most 0.1")?;
        within("The batch size", (1..=64).contains(&self.batch_size), "from 1 to 64")?;
        within("The rank", (1..=256).contains(&self.rank), "from 1 to 256")?;
        within("Alpha", self.alpha > 0.0 && self.alpha <= 4096.0, "above 0 and at most 4096")?;
        let norm = self.manner.max_grad_norm;
        within("The longest gradient", (0.0..=1000.0).contains(&norm), "from 0 (as long as it is) to 1000")
    }
}

/// Everything that decides how examples are made and learned from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
pub struct Preset {
    /// Its name in files and on the command line.
    pub name: PresetName,
    /// Its name for people.
    pub title: String,
    /// Whether it comes with the app; such a preset is copied, not changed.
    pub built_in: bool,
    /// What it does, in a sentence.
    pub sentence: String,
    /// Which examples an epoch goes through.
    pub order: Order,
    /// The kinds that are learned from.
    pub kinds: Vec<Kind>,
    /// How prompts are put, kind by kind.
    pub templates: Vec<Template>,
    /// Checks whose finds wait for the author's word; what the others find is shown and learned from.
    pub holds: Vec<FlagCode>,
    /// Settings for training.
    pub training: TrainingDefaults,
}

impl Preset {
    /// The recommended preset: every training post learned from exactly once an epoch.
    ///
    /// Rates and rank were measured at 135 million parameters (reference notes, "Recipes tried"): one fast epoch and a
    /// second one gain what three slow ones do.
    pub fn voice() -> Preset {
        let holds = FlagCode::ALL.iter().copied().filter(|code| *code != FlagCode::TooLong).collect();
        Preset {
            name: PresetName::voice(),
            title: "Voice".into(),
            built_in: true,
            sentence: "Each post is learned from once per pass, in turning forms, and ends with the end mark.".into(),
            order: Order::OncePerPost,
            kinds: vec![Kind::Completion, Kind::Instruction, Kind::Imported],
            templates: super::template::voice(),
            holds,
            training: TrainingDefaults {
                epochs: 2,
                learning_rate: 1e-3,
                batch_size: 2,
                rank: 16,
                alpha: 32.0,
                manner: Manner::VOICE,
            },
        }
    }

    /// The old recipe, exactly, to compare with.
    pub fn seed() -> Preset {
        Preset {
            name: PresetName::seed(),
            title: "Seed".into(),
            built_in: true,
            sentence: "As the first scripts did: every post in about seven examples, no end mark, never shuffled."
                .into(),
            order: Order::FileOrder,
            kinds: vec![Kind::Completion, Kind::Instruction, Kind::Question],
            templates: super::template::seed(),
            // Its cleaning knew these two rules and no other.
            holds: vec![FlagCode::TooShort, FlagCode::SummaryTooShort],
            training: TrainingDefaults {
                epochs: 3,
                learning_rate: 5e-5,
                batch_size: 4,
                rank: 32,
                alpha: 32.0,
                manner: Manner::SEED,
            },
        }
    }

    /// Those that come with the app.
    pub fn built_ins() -> [Preset; 2] {
        [Preset::voice(), Preset::seed()]
    }

    /// Refuses what no preset can have.
    ///
    /// # Errors
    /// `BadInput`, naming the template or setting.
    pub fn check(&self) -> Result<()> {
        let refuse = |message: String| Err(Error::bad_input(message));
        if self.title.trim().is_empty() || self.title.chars().count() > 60 {
            return refuse("A preset needs a title of at most 60 characters.".into());
        }
        if self.kinds.is_empty() {
            return refuse("At least one kind of example must be on, or there is nothing to learn from.".into());
        }
        self.training.check()?;
        for (at, template) in self.templates.iter().enumerate() {
            template.check()?;
            if self.templates[..at].iter().any(|other| other.id == template.id) {
                return refuse(format!("Two templates are called '{}'.", template.id));
            }
        }
        Ok(())
    }
}
