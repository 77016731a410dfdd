//! The kinds of example.

use serde::{Deserialize, Serialize};

/// What an example asks of the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The whole post under its title, date and subtitle.
    Completion,
    /// The whole post after an instruction, also with its opening given.
    Instruction,
    /// Questions the post answers.
    Question,
    /// A heading and its section.
    Section,
    /// The beginning of a post, then its rest.
    Continue,
    /// The post from notes.
    Brief,
    /// A paragraph from a plain paraphrase of it.
    Rewrite,
    /// Rows of a file the author brought.
    Imported,
}

impl Kind {
    /// Every kind, in the order they are shown and rotate.
    pub const ALL: [Kind; 8] = [
        Kind::Completion,
        Kind::Instruction,
        Kind::Question,
        Kind::Section,
        Kind::Continue,
        Kind::Brief,
        Kind::Rewrite,
        Kind::Imported,
    ];

    /// Its stable name in files and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Completion => "completion",
            Kind::Instruction => "instruction",
            Kind::Question => "question",
            Kind::Section => "section",
            Kind::Continue => "continue",
            Kind::Brief => "brief",
            Kind::Rewrite => "rewrite",
            Kind::Imported => "imported",
        }
    }

    /// What it is, in a sentence.
    pub fn sentence(self) -> &'static str {
        match self {
            Kind::Completion => "The whole post under its title, date and subtitle.",
            Kind::Instruction => {
                "The whole post after an instruction; where the opening is short, also with the opening given."
            }
            Kind::Question => "Four questions a post. Their prompts contradict each other, so they are off at first.",
            Kind::Section => "A heading, then its section. Posts without headings have none.",
            Kind::Continue => "The beginning of a post, then how it goes on.",
            Kind::Brief => "Notes drawn from the post, then the post: for drafting from your own notes.",
            Kind::Rewrite => {
                "A plain paraphrase of each paragraph, then your paragraph: for putting rough words in your voice."
            }
            Kind::Imported => "Rows of files you brought.",
        }
    }
}

impl std::str::FromStr for Kind {
    type Err = crate::Error;
    fn from_str(name: &str) -> crate::Result<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.name() == name).ok_or_else(|| {
            let known: Vec<&str> = Kind::ALL.iter().map(|kind| kind.name()).collect();
            crate::Error::bad_input(format!("'{name}' is no kind of example."))
                .hint(format!("The kinds are {}.", known.join(", ")))
        })
    }
}
