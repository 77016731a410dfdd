//! What the model is fed: examples made from posts, and the author's decisions on them.
//!
//! | file | |
//! |---|---|
//! | `generate` | from a post to its examples: the templates of each preset |
//! | `flags` | reasons to look at an example before it is used |
//! | `held_out` | which posts no training sees |
//! | `build` | brings the stored examples in step with the posts, keeping every decision |
//! | `list`, `decide` | the author's view of them: list, keep, drop, edit, undo |
//! | `summary` | counts |
//! | `rotate` | which examples an epoch learns from, in which order |
//! | `frozen` | the copy a run trains on |
//! | `jsonl` | export |

mod build;
mod decide;
mod flags;
mod frozen;
mod generate;
pub mod held_out;
mod jsonl;
mod list;
pub mod rotate;
mod summary;

pub use build::{build, preset};
pub use decide::{edit, set_kind_enabled, set_status, undo};
pub use flags::{Flag, FlagCode};
pub use frozen::{FrozenDataset, FrozenExample, FrozenPost, freeze};
pub use generate::{Candidate, held_out_prompt};
pub use jsonl::{ExportFormat, export, write_rows};
pub use list::{Example, ExampleQuery, ExampleStatus, get, list};
pub use summary::{ExampleSummary, KindSetting, summary};

use serde::{Deserialize, Serialize};

/// The tables of this slice.
pub const TABLES: &str = "
CREATE TABLE example (
    id                INTEGER PRIMARY KEY,
    post_id           INTEGER NOT NULL REFERENCES post(id),
    preset            TEXT NOT NULL,
    kind              TEXT NOT NULL,
    -- which template of its kind made it
    variant           TEXT NOT NULL,
    -- order in the preset's file
    position          INTEGER NOT NULL,
    prompt            TEXT NOT NULL,
    completion        TEXT NOT NULL,
    edited_prompt     TEXT,
    edited_completion TEXT,
    -- the author's word; NULL while there is none
    decision          TEXT CHECK (decision IN ('kept', 'dropped')),
    flags             TEXT NOT NULL,
    tokens            INTEGER,
    -- 0 when the posts no longer give this example: it is hidden, and comes back with its decision
    present           INTEGER NOT NULL,
    UNIQUE (preset, post_id, kind, variant)
) STRICT;

-- One row a decision, newest last; undo takes the newest back.
CREATE TABLE example_change (
    id          INTEGER PRIMARY KEY,
    made_at     TEXT NOT NULL,
    description TEXT NOT NULL,
    before      TEXT NOT NULL
) STRICT;
";

/// What an example asks of the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The whole post after its title.
    Completion,
    /// The whole post after an instruction, also with its opening given.
    Instruction,
    /// Questions the post answers.
    Question,
}

impl Kind {
    /// Every kind, in the order they are shown and rotate.
    pub const ALL: [Kind; 3] = [Kind::Completion, Kind::Instruction, Kind::Question];

    /// Its stable name in files and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Completion => "completion",
            Kind::Instruction => "instruction",
            Kind::Question => "question",
        }
    }

    fn sentence(self) -> &'static str {
        match self {
            Kind::Completion => "The whole post after its title.",
            Kind::Instruction => {
                "The whole post after an instruction; where the opening is short, also with the opening given."
            }
            Kind::Question => "Four questions a post. Their prompts contradict each other, so they are off at first.",
        }
    }
}

impl std::str::FromStr for Kind {
    type Err = crate::Error;
    fn from_str(name: &str) -> crate::Result<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.name() == name).ok_or_else(|| {
            crate::Error::bad_input(format!("'{name}' is no kind of example."))
                .hint("The kinds are completion, instruction and question.")
        })
    }
}

/// How examples are made and learned from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum Preset {
    /// Each post once an epoch, the kind rotating.
    #[default]
    Voice,
    /// The old recipe, to compare with.
    Seed,
}

impl Preset {
    /// Its stable name in files and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Preset::Voice => "voice",
            Preset::Seed => "seed",
        }
    }

    /// The kinds that are on unless the author says otherwise.
    pub fn default_kinds(self) -> &'static [Kind] {
        match self {
            Preset::Voice => &[Kind::Completion, Kind::Instruction],
            Preset::Seed => &Kind::ALL,
        }
    }
}

impl std::str::FromStr for Preset {
    type Err = crate::Error;
    fn from_str(name: &str) -> crate::Result<Preset> {
        [Preset::Voice, Preset::Seed].into_iter().find(|preset| preset.name() == name).ok_or_else(|| {
            crate::Error::bad_input(format!("'{name}' is no preset.")).hint("The presets are voice and seed.")
        })
    }
}
