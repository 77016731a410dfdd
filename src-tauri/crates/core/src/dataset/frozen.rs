//! The copy of the dataset that a run trains on and is measured by. Frozen, so that the run can be made again and
//! resumed whatever the author decides meanwhile.

use super::rotate::{Slot, epoch};
use super::{Kind, Order, Preset, PresetName, annotate, build, held_out};
use crate::blog::post;
use crate::id::PostId;
use crate::{Core, Result};
use rusqlite::params;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::HashSet;

/// An example as a run sees it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FrozenExample {
    /// What is learned from once an epoch: the number of a post, or of an imported text, within this dataset.
    pub unit: u32,
    /// The post it is made from; nothing for a row of a file.
    pub post: Option<PostId>,
    /// Its kind.
    pub kind: Kind,
    /// The template that made it.
    pub template: String,
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
    pub preset: PresetName,
    /// Which of them an epoch goes through.
    pub order: Order,
    /// The kinds that were on.
    pub kinds: Vec<Kind>,
    /// The examples, in file order.
    pub examples: Vec<FrozenExample>,
    /// The held-out posts, newest first.
    pub held_out: Vec<FrozenPost>,
}

impl FrozenDataset {
    /// A name for exactly this content: the same posts, decisions and preset give the same digest on every computer,
    /// whatever numbers the library gave its rows. SHA-256 over every field with its length before it.
    pub fn digest(&self) -> String {
        let mut hash = Sha256::new();
        let mut field = |text: &str| {
            hash.update((text.len() as u64).to_le_bytes());
            hash.update(text);
        };
        field(if self.order == Order::OncePerPost { "once_per_post" } else { "file_order" });
        for kind in &self.kinds {
            field(kind.name());
        }
        for example in &self.examples {
            field(&example.unit.to_string());
            field(example.kind.name());
            field(&example.template);
            field(&example.prompt);
            field(&example.completion);
        }
        field("held out");
        for post in &self.held_out {
            field(&post.title);
            field(&post.text);
        }
        format!("{:x}", hash.finalize())
    }

    /// The posts that are learned from.
    pub fn training_posts(&self) -> Vec<PostId> {
        let mut posts: Vec<PostId> = self.examples.iter().filter_map(|example| example.post).collect();
        posts.sort_unstable();
        posts.dedup();
        posts
    }

    /// How many posts and imported texts are learned from.
    pub fn units(&self) -> usize {
        self.examples.iter().map(|example| example.unit).collect::<HashSet<_>>().len()
    }

    /// Indices of the examples an epoch learns from, in order.
    pub fn epoch(&self, seed: u64, number: u32) -> Vec<usize> {
        let slots: Vec<Slot<'_>> = self
            .examples
            .iter()
            .map(|example| Slot { unit: example.unit, kind: example.kind, template: &example.template })
            .collect();
        epoch(&slots, self.order, &self.kinds, seed, number)
    }
}

/// The dataset as it stands, with the given posts, and all that is much like them, held out.
///
/// # Errors
/// When the library cannot be read.
pub fn freeze(core: &Core, preset: &Preset, out: &[PostId]) -> Result<FrozenDataset> {
    build::refresh(core, &preset.name)?;
    // Decisions made under another preset hold here, too.
    core.db.write(|tx| annotate::restate(tx, preset))?;
    let clusters = held_out::clusters(core)?;
    let held_clusters: HashSet<u32> = out.iter().filter_map(|post| clusters.get(post)).copied().collect();
    let is_out =
        |post: &PostId| out.contains(post) || clusters.get(post).is_some_and(|cluster| held_clusters.contains(cluster));
    let mut examples = kept(core, preset)?;
    // A row of a file has no post; the library's own held-out posts decide for it.
    examples.retain(|(example, held_out)| example.post.as_ref().map_or(!held_out, |post| !is_out(post)));
    let held_out = post::used_texts(&core.db)?
        .into_iter()
        .filter(|text| out.contains(&text.post.id))
        .map(|text| FrozenPost { post: text.post.id, title: text.post.title.clone(), text: text.training_text() })
        .collect();
    Ok(FrozenDataset {
        preset: preset.name.clone(),
        order: preset.order,
        kinds: preset.kinds.clone(),
        examples: examples.into_iter().map(|(example, _)| example).collect(),
        held_out,
    })
}

/// Every kept example of the kinds that are on, in file order, and whether the library holds it out.
pub(super) fn kept(core: &Core, preset: &Preset) -> Result<Vec<(FrozenExample, bool)>> {
    let sql = "SELECT unit, post_id, kind, template, p.text, t.text, held_out
               FROM example JOIN example_text p ON p.id = prompt JOIN example_text t ON t.id = completion
               WHERE preset = ?1 AND status = 'kept' ORDER BY position";
    core.db.read(|c| {
        let mut statement = c.prepare(sql)?;
        let mut rows = statement.query(params![preset.name.as_str()])?;
        let mut kept = Vec::new();
        while let Some(row) = rows.next()? {
            let kind: Kind = row.get::<_, String>(2)?.parse()?;
            let example = FrozenExample {
                unit: row.get(0)?,
                post: row.get(1)?,
                kind,
                template: row.get(3)?,
                prompt: row.get(4)?,
                completion: row.get(5)?,
            };
            if preset.kinds.contains(&kind) {
                kept.push((example, row.get(6)?));
            }
        }
        Ok(kept)
    })
}

/// A frozen dataset as any version of the app wrote it.
///
/// # Errors
/// When it is none.
pub fn read_frozen(json: &[u8]) -> Result<FrozenDataset> {
    let mut value: Value = serde_json::from_slice(json)?;
    // The first versions said neither order, unit nor template: the preset's name and the post stood for them, and every
    // example was a form of its own.
    if value.get("order").is_none() {
        let seed = value["preset"] == "seed";
        value["order"] = json!(if seed { "file_order" } else { "once_per_post" });
        for (at, example) in value["examples"].as_array_mut().into_iter().flatten().enumerate() {
            example["unit"] = example["post"].clone();
            example["template"] = json!(at.to_string());
        }
    }
    Ok(serde_json::from_value(value)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: &str = r#"{"preset": "voice", "kinds": ["completion", "instruction"], "examples": [
        {"post": 3, "kind": "completion", "prompt": "p", "completion": "c"},
        {"post": 3, "kind": "instruction", "prompt": "i", "completion": "c"},
        {"post": 3, "kind": "instruction", "prompt": "j", "completion": "c"}
    ], "held_out": [{"post": 4, "title": "T", "text": "x"}]}"#;

    #[test]
    fn a_dataset_of_the_first_version_is_gone_through_as_it_was_then() {
        let dataset = read_frozen(FIRST.as_bytes()).unwrap();
        let picked: Vec<Vec<usize>> = (0..4).map(|number| dataset.epoch(7, number)).collect();
        assert_eq!(picked, [[0], [1], [0], [2]]);
    }

    #[test]
    fn the_digest_is_of_the_content_and_not_of_row_numbers() {
        let mut dataset = read_frozen(FIRST.as_bytes()).unwrap();
        let before = dataset.digest();
        dataset.examples[0].post = Some(PostId(99));
        dataset.held_out[0].post = PostId(98);
        assert_eq!(dataset.digest(), before);
        dataset.examples[0].completion.push('!');
        assert_ne!(dataset.digest(), before);
    }
}
