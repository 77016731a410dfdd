//! What the model is fed: examples made from posts, and the author's decisions on them.
//!
//! | file | |
//! |---|---|
//! | `kind`, `template` | what an example asks, and how its prompt is put |
//! | `preset`, `presets` | everything that decides how examples are made and learned from, as data; which there are |
//! | `generate` | from a post to its examples |
//! | `brief` | notes drawn from a post |
//! | `imported` | rows of files the author brings |
//! | `formats` | the files examples are written to and read from |
//! | `checks`, `near` | reasons to look at an example before it is used; texts that are much alike |
//! | `held_out` | which posts no training sees |
//! | `build`, `annotate` | brings the stored examples in step with posts, files and decisions |
//! | `list`, `one`, `decide` | the author's view of them: list, read, keep, drop, edit, undo |
//! | `summary`, `statistics` | counts, and the same as pictures need them |
//! | `rotate` | which examples an epoch learns from, in which order |
//! | `frozen` | the copy a run trains on |
//! | `export` | examples as a file |
//! | `pieces`, `facts` | what a model is asked to write for examples, and whether it kept to the facts |
//! | `starters` | prompts to begin with |

mod annotate;
mod brief;
mod build;
pub mod checks;
mod decide;
mod export;
pub mod facts;
pub mod formats;
mod frozen;
mod generate;
mod grams;
pub mod held_out;
pub mod imported;
mod kind;
mod language;
mod list;
mod near;
mod one;
pub mod pieces;
mod preset;
pub mod presets;
mod preview;
pub mod rotate;
mod sources;
mod starters;
mod statistics;
mod summary;
pub mod tables;
mod template;

pub use checks::{Flag, FlagCode};
pub use decide::{decide_all, edit, set_status, undo};
pub use export::{export, write_rows};
pub use formats::ExportFormat;
pub use frozen::{FrozenDataset, FrozenExample, FrozenPost, freeze, read_frozen};
pub use generate::{Candidate, held_out_prompt};
pub use imported::ImportedFile;
pub use kind::Kind;
pub use list::{ExampleQuery, ExampleRow, ExampleStatus, list};
pub use one::{DiffPart, DiffSide, Example, count_tokens, diff, get};
pub use preset::{Decay, Manner, Order, Preset, PresetName, Separator, TrainingDefaults};
pub use presets::{choose, chosen, preset, set_check_holds, set_kind_enabled};
pub use preview::{PreviewExample, TemplatePreview, preview};
pub use starters::{Starter, starters};
pub use statistics::{DatasetStatistics, statistics};
pub use summary::{CheckCount, ExampleSummary, KindSetting, remember_triage, summary};
pub use template::{Gives, Template};

use sha2::{Digest, Sha256};

/// A text's name: its SHA-256 in hex, the same on every computer.
fn hash(text: &str) -> String {
    format!("{:x}", Sha256::digest(text))
}
