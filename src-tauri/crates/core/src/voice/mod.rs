//! What is particular about the author's writing, and how well a version foretells it.
//!
//! | file | |
//! |---|---|
//! | `portrait` | words, marks, rhythm and phrases, from the posts alone |
//! | `score` | how well a version foretells any text |

pub mod portrait;
mod score;

pub use portrait::Portrait;
pub use score::{Score, score};

use crate::blog::post;
use crate::{Core, Result};

/// The portrait of everything that is used.
///
/// # Errors
/// When the library cannot be read.
pub fn portrait(core: &Core) -> Result<Portrait> {
    let texts = post::used_texts(&core.db)?;
    let views: Vec<String> = texts.iter().map(post::PostText::training_text).collect();
    let posts: Vec<portrait::PortraitPost<'_>> = texts
        .iter()
        .zip(&views)
        .map(|(text, view)| portrait::PortraitPost { id: text.post.id.0, title: &text.post.title, text: view })
        .collect();
    Ok(portrait::portrait(&posts))
}
