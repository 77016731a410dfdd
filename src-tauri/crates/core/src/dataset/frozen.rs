//! The copy of the dataset that a run trains on and is measured by. Frozen, so that the run can be made again and
//! resumed whatever the author decides meanwhile.

use super::{Kind, Preset, build, decide, list};
use crate::blog::post;
use crate::id::PostId;
use crate::{Core, Result};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// An example as a run sees it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FrozenExample {
    /// The post it is made from.
    pub post: PostId,
    /// Its kind.
    pub kind: Kind,
    /// What the model is given.
    pub prompt: String,
    /// What it learns to write.
    pub completion: String,
}

/// A post that is only measured on.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FrozenPost {
    /// The post.
    pub post: PostId,
    /// Its title.
    pub title: String,
    /// Its training text.
    pub text: String,
}

/// Everything a run learns from and is measured on.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FrozenDataset {
    /// How the examples were made.
    pub preset: Preset,
    /// The kinds that were on.
    pub kinds: Vec<Kind>,
    /// The examples, in file order.
    pub examples: Vec<FrozenExample>,
    /// The held-out posts, newest first.
    pub held_out: Vec<FrozenPost>,
}

impl FrozenDataset {
    /// A name for exactly this content: the same inputs give the same digest on every computer.
    ///
    /// # Errors
    /// Never in practice; serialising to JSON could fail only for maps with odd keys, of which there are none.
    pub fn digest(&self) -> Result<String> {
        Ok(format!("{:x}", Sha256::digest(serde_json::to_vec(self)?)))
    }

    /// The posts that are learned from.
    pub fn training_posts(&self) -> Vec<PostId> {
        let mut posts: Vec<PostId> = self.examples.iter().map(|example| example.post).collect();
        posts.sort_unstable();
        posts.dedup();
        posts
    }

    /// Indices of the examples an epoch learns from, in order.
    pub fn epoch(&self, seed: u64, epoch: u32) -> Vec<usize> {
        let slots: Vec<_> = self
            .examples
            .iter()
            .map(|example| super::rotate::Slot { post: example.post, kind: example.kind })
            .collect();
        super::rotate::epoch(&slots, self.preset, &self.kinds, seed, epoch)
    }
}

/// The dataset as it stands, with the given posts held out.
///
/// # Errors
/// When the library cannot be read.
pub fn freeze(core: &Core, preset: Preset, held_out: &[PostId]) -> Result<FrozenDataset> {
    build::refresh(core, preset)?;
    let kinds = decide::enabled_kinds(core, preset)?;
    let kept = list::kept(core, preset, &kinds)?;
    let examples = kept
        .into_iter()
        .filter(|example| !held_out.contains(&example.post))
        .map(|e| FrozenExample { post: e.post, kind: e.kind, prompt: e.prompt, completion: e.completion })
        .collect();
    let held_out = post::used_texts(&core.db)?
        .into_iter()
        .filter(|text| held_out.contains(&text.post.id))
        .map(|text| FrozenPost { post: text.post.id, title: text.post.title.clone(), text: text.training_text() })
        .collect();
    Ok(FrozenDataset { preset, kinds, examples, held_out })
}
