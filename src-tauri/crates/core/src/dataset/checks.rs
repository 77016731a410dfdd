//! Reasons to look at a post or an example before a model learns from it. A flagged example waits for the author's word;
//! nothing is thrown away by a check.
//!
//! | file | |
//! |---|---|
//! | `code` | the names and sentences of all checks |
//! | `posts`, `examples` | the two ways in: what is the matter with each post, with each example |
//! | `copies` | the same text twice, or most of it |
//! | `make_up` | mostly quotation, mostly a list, mostly links |
//! | `voices` | another language, another author, the app's own model |
//! | `recurring` | paragraphs that stand under every post |
//! | `personal` | addresses, phone numbers, keys |
//! | `length` | too short, too long |
//! | `prompts` | prompts that give the answer away or contradict each other |

mod code;
mod copies;
mod examples;
mod length;
mod make_up;
mod personal;
mod posts;
mod prompts;
mod recurring;
mod voices;

pub use code::{Flag, FlagCode};
pub use examples::{ExampleFacts, of_examples};
pub use posts::{Known, PostFacts, of_posts};

/// A share as a person reads it, in whole per cent. Rounded up, so that "more than half" never reads "50%".
fn percent(share: f64) -> String {
    format!("{}%", (share * 100.0 - 1e-9).ceil().clamp(0.0, 100.0))
}
