//! The dataset as pictures need it: posts over time, tokens by kind, lengths, how often each post is learned from, and
//! what is much alike. Tokens are those of the model one means to train.

use super::rotate::epoch;
use super::summary::{self, entries};
use super::{Kind, Preset, build, presets};
use crate::blog::post::{self, PostText};
use crate::engine::Codec;
use crate::id::PostId;
use crate::{Core, Result};
use serde::Serialize;
use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};

/// Posts of a month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct Month {
    /// As `2026-03`.
    pub month: String,
    /// Posts.
    pub posts: u32,
    /// Words in them.
    pub words: u32,
    /// Those of the posts that no training sees.
    pub held_out: u32,
}

/// Tokens of a kind that is learned from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct KindTokens {
    /// The kind.
    pub kind: Kind,
    /// Its examples that are learned from.
    pub examples: u32,
    /// Tokens in them, prompts included; words where there is no tokenizer.
    pub tokens: u32,
}

/// Examples of about one length.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct LengthCount {
    /// From this length on.
    pub from: u32,
    /// Below this length; nothing for the last bin.
    pub to: Option<u32>,
    /// How many.
    pub examples: u32,
}

/// How often a post is learned from in an epoch.
#[derive(Debug, Clone, PartialEq, Serialize, specta::Type)]
pub struct Exposure {
    /// The post.
    pub post: PostId,
    /// Its title.
    pub title: String,
    /// Characters learned from in an epoch over characters of the post, mean of a turn through the kinds.
    pub exposure: f64,
    /// Whether no training sees it.
    pub held_out: bool,
}

/// Two posts that are much alike.
#[derive(Debug, Clone, PartialEq, Serialize, specta::Type)]
pub struct DuplicatePair {
    /// A title.
    pub a: String,
    /// The other's.
    pub b: String,
    /// The part of the shorter one's five-word runs that stands in the other, 0 to 1.
    pub share: f64,
    /// Whether both are learned from, or both are left out.
    pub same_side: bool,
}

/// In what lengths are given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum LengthUnit {
    /// Tokens of the model named.
    Tokens,
    /// Words; the model is not on this computer.
    Words,
}

/// The dataset in numbers.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct DatasetStatistics {
    /// The model whose tokenizer counted; nothing where none is here.
    pub model: Option<String>,
    /// Posts used.
    pub posts: u32,
    /// Words in them.
    pub words: u32,
    /// Posts over time, oldest first; undated ones are left out.
    pub months: Vec<Month>,
    /// Tokens by kind, of what is learned from.
    pub tokens_by_kind: Vec<KindTokens>,
    /// Tokens of one epoch, prompts included; nothing where there is no tokenizer.
    pub tokens_per_epoch: Option<u32>,
    /// Lengths of the examples that are learned from.
    pub lengths: Vec<LengthCount>,
    /// In what tokens and lengths are given.
    pub lengths_in: LengthUnit,
    /// How often each post is learned from, newest first.
    pub exposures: Vec<Exposure>,
    /// Posts that are much alike.
    pub duplicates: Vec<DuplicatePair>,
    /// The longest sequence the model is trained on, in tokens; longer examples are learned from in parts.
    pub longest: Option<u32>,
}

/// Upper ends of the length bins.
const BINS: [u32; 8] = [64, 128, 256, 512, 768, 1024, 1536, 2048];

/// The chosen preset's dataset in numbers, by a model's own tokenizer; the default model's when none is named.
///
/// # Errors
/// `ModelMissing` for a named model that is not here; otherwise when the library cannot be read.
pub async fn statistics(core: &Core, model: Option<&str>) -> Result<DatasetStatistics> {
    let codec = match model {
        Some(model) => Some(core.engine.codec(model).await?),
        None => core.engine.default_codec(),
    };
    let preset = build::refresh(core, &presets::chosen(core)?.name)?;
    let used = post::used_texts(&core.db)?;
    let entries = entries(&core.db, &preset.name)?;
    let learned: Vec<usize> = (0..entries.len())
        .filter(|at| entries[*at].is_learned() && preset.kinds.contains(&entries[*at].kind))
        .collect();
    let sizes = sizes(core, &preset, codec.as_deref())?;
    let name = model.map_or(crate::engine::models::DEFAULT.name, |model| model).to_owned();
    Ok(DatasetStatistics {
        model: codec.is_some().then_some(name),
        posts: number(used.len()),
        words: used.iter().map(|text| text.post.words).sum(),
        months: months(&used),
        tokens_by_kind: by_kind(&entries, &learned, &sizes),
        tokens_per_epoch: codec.is_some().then(|| per_epoch(&entries, &learned, &sizes, &preset)),
        lengths: lengths(learned.iter().map(|at| sizes[*at])),
        lengths_in: if codec.is_some() { LengthUnit::Tokens } else { LengthUnit::Words },
        exposures: exposures(&used, &entries, &preset),
        duplicates: alike(core, &used)?,
        longest: codec.map(|codec| codec.longest()),
    })
}

/// The size of every example in file order: tokens, or words where nobody can count tokens.
fn sizes(core: &Core, preset: &Preset, codec: Option<&dyn Codec>) -> Result<Vec<u32>> {
    let count = |text: &str| codec.map_or_else(|| crate::blog::words::count_words(text), |codec| codec.count(text));
    let sql = "SELECT p.id, p.text, t.id, t.text FROM example
               JOIN example_text p ON p.id = prompt JOIN example_text t ON t.id = completion
               WHERE preset = ?1 ORDER BY position";
    core.db.read(|c| {
        let mut counted: HashMap<u32, u32> = HashMap::new();
        let mut statement = c.prepare(sql)?;
        let mut rows = statement.query([preset.name.as_str()])?;
        let mut sizes = Vec::new();
        while let Some(row) = rows.next()? {
            let mut size = 0;
            for column in [0, 2] {
                let id: u32 = row.get(column)?;
                size += match counted.entry(id) {
                    Entry::Occupied(known) => *known.get(),
                    Entry::Vacant(new) => {
                        let text = row.get_ref(column + 1)?.as_str().map_err(rusqlite::Error::from)?;
                        *new.insert(count(text))
                    }
                };
            }
            sizes.push(size);
        }
        Ok(sizes)
    })
}

fn months(used: &[PostText]) -> Vec<Month> {
    let mut months: BTreeMap<String, Month> = BTreeMap::new();
    for text in used {
        let Some(month) = text.post.published_at.as_deref().and_then(|at| at.get(..7)) else { continue };
        let open = months.entry(month.to_owned()).or_insert_with(|| Month {
            month: month.to_owned(),
            posts: 0,
            words: 0,
            held_out: 0,
        });
        open.posts += 1;
        open.words += text.post.words;
        open.held_out += u32::from(text.post.held_out);
    }
    months.into_values().collect()
}

fn by_kind(entries: &[summary::Entry], learned: &[usize], sizes: &[u32]) -> Vec<KindTokens> {
    let of = |kind: Kind| {
        let of: Vec<usize> = learned.iter().copied().filter(|at| entries[*at].kind == kind).collect();
        KindTokens { kind, examples: number(of.len()), tokens: of.iter().map(|at| sizes[*at]).sum() }
    };
    Kind::ALL.into_iter().map(of).filter(|kind| kind.examples > 0).collect()
}

fn per_epoch(entries: &[summary::Entry], learned: &[usize], sizes: &[u32], preset: &Preset) -> u32 {
    let slots: Vec<_> = learned.iter().map(|at| entries[*at].slot()).collect();
    epoch(&slots, preset.order, &preset.kinds, 0, 0).into_iter().map(|at| sizes[learned[at]]).sum()
}

fn lengths(sizes: impl Iterator<Item = u32>) -> Vec<LengthCount> {
    let starts = std::iter::once(0).chain(BINS);
    let mut bins: Vec<LengthCount> = starts
        .zip(BINS.into_iter().map(Some).chain([None]))
        .map(|(from, to)| LengthCount { from, to, examples: 0 })
        .collect();
    for size in sizes {
        if let Some(bin) = bins.iter_mut().find(|bin| bin.to.is_none_or(|to| size < to)) {
            bin.examples += 1;
        }
    }
    bins
}

/// Mean over as many epochs as there are kinds, so that each kind had its turn.
fn exposures(used: &[PostText], entries: &[summary::Entry], preset: &Preset) -> Vec<Exposure> {
    let learned: Vec<&summary::Entry> =
        entries.iter().filter(|entry| entry.is_learned() && preset.kinds.contains(&entry.kind)).collect();
    let slots: Vec<_> = learned.iter().map(|entry| entry.slot()).collect();
    let turns = u32::try_from(preset.kinds.len()).unwrap_or(1).max(1);
    let mut seen: HashMap<u32, u64> = HashMap::new();
    for turn in 0..turns {
        for at in epoch(&slots, preset.order, &preset.kinds, 0, turn) {
            *seen.entry(learned[at].unit).or_default() += u64::from(learned[at].length);
        }
    }
    let of = |(unit, text): (u32, &PostText)| {
        let whole = text.training_text().chars().count().max(1);
        #[allow(clippy::cast_precision_loss)]
        let exposure = seen.get(&unit).copied().unwrap_or_default() as f64 / whole as f64 / f64::from(turns);
        Exposure { post: text.post.id, title: text.post.title.clone(), exposure, held_out: text.post.held_out }
    };
    (0..).zip(used).map(of).collect()
}

fn alike(core: &Core, used: &[PostText]) -> Result<Vec<DuplicatePair>> {
    let find = |id: PostId| used.iter().find(|text| text.post.id == id);
    let pairs: Vec<(PostId, PostId, f64)> = core.db.read(|c| {
        let mut statement = c.prepare("SELECT post_a, post_b, share FROM near_pair ORDER BY share DESC")?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    })?;
    let pair = |(a, b, share)| {
        let (a, b) = (find(a)?, find(b)?);
        let same_side = a.post.held_out == b.post.held_out;
        Some(DuplicatePair { a: a.post.title.clone(), b: b.post.title.clone(), share, same_side })
    };
    Ok(pairs.into_iter().filter_map(pair).collect())
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_length_has_its_bin() {
        let bins = lengths([0, 63, 64, 2047, 2048, 90_000].into_iter());
        assert_eq!(bins.first().map(|bin| bin.examples), Some(2));
        assert_eq!(bins.last(), Some(&LengthCount { from: 2048, to: None, examples: 2 }));
        assert_eq!(bins.iter().map(|bin| bin.examples).sum::<u32>(), 6);
    }
}
