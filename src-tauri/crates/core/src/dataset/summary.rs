//! Counts: what there is to learn from, what the checks found, and how often each sentence is seen.

use super::rotate::{Slot, epoch};
use super::{ExampleStatus, FlagCode, ImportedFile, Kind, Preset, PresetName, build, decide, imported, presets};
use crate::db::Db;
use crate::id::ExampleId;
use crate::{Core, Result, settings};
use serde::Serialize;
use std::collections::{HashMap, HashSet};

const TRIAGE_AT: &str = "examples.triage_at";

/// A kind of example and what it comes to.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct KindSetting {
    /// The kind.
    pub kind: Kind,
    /// Whether it is learned from.
    pub enabled: bool,
    /// How many examples of it there are.
    pub examples: u32,
    /// Tokens in them, by the default model's tokenizer; nothing while that model is not here.
    pub tokens: Option<u32>,
    /// What it is, in a sentence.
    pub sentence: String,
    /// What it lacks to give examples.
    pub needs: Option<String>,
}

/// A check and what it found.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct CheckCount {
    /// What it looks for.
    pub code: FlagCode,
    /// The same in a few words.
    pub title: String,
    /// The same in a sentence, and why it matters.
    pub sentence: String,
    /// Whether what it finds waits for the author's word.
    pub holds: bool,
    /// Examples it found.
    pub examples: u32,
    /// Those of them that wait for the author's word.
    pub waiting: u32,
    /// The posts, or imported texts, they are of.
    pub posts: u32,
}

/// The examples at a glance.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct ExampleSummary {
    /// How they are made.
    pub preset: PresetName,
    /// The same for people.
    pub preset_title: String,
    /// Every kind.
    pub kinds: Vec<KindSetting>,
    /// Every check.
    pub checks: Vec<CheckCount>,
    /// Files whose rows are learned from.
    pub imported: Vec<ImportedFile>,
    /// Examples of enabled kinds that are learned from (held-out posts left out).
    pub kept: u32,
    /// Examples the author took out.
    pub dropped: u32,
    /// Examples to look at.
    pub flagged: u32,
    /// Posts no training sees.
    pub held_out_posts: u32,
    /// Why they are left out, in a sentence.
    pub held_out_sentence: String,
    /// Posts, and imported texts, with at least one example that is learned from.
    pub training_posts: u32,
    /// Tokens of one epoch, by the default model's tokenizer.
    pub tokens_per_epoch: Option<u32>,
    /// How often each sentence is seen in one epoch, on average.
    pub exposure: f64,
    /// What undo would take back.
    pub can_undo: Option<String>,
    /// The example the author stopped at when going through them one by one.
    pub triage_at: Option<ExampleId>,
}

/// The chosen preset's examples at a glance.
///
/// # Errors
/// When the library cannot be read.
pub fn summary(core: &Core) -> Result<ExampleSummary> {
    let preset = presets::chosen(core)?;
    build::refresh(core, &preset.name)?;
    let all = entries(&core.db, &preset.name)?;
    let on: Vec<&Entry> = all.iter().filter(|entry| preset.kinds.contains(&entry.kind)).collect();
    let count = |status: ExampleStatus| number(on.iter().filter(|entry| entry.status == status).count());
    let learned: Vec<&Entry> = on.iter().copied().filter(|entry| entry.is_learned()).collect();
    let slots: Vec<Slot<'_>> = learned.iter().map(|entry| entry.slot()).collect();
    let first: Vec<&Entry> = epoch(&slots, preset.order, &preset.kinds, 0, 0).iter().map(|at| learned[*at]).collect();
    let imported = imported::files(&core.db)?;
    let held_out_posts = crate::blog::summary(&core.db)?.held_out;
    Ok(ExampleSummary {
        kinds: Kind::ALL.iter().map(|kind| of_kind(*kind, &preset, &all, imported.len())).collect(),
        checks: FlagCode::ALL.iter().map(|code| of_check(*code, &preset, &on)).collect(),
        imported,
        kept: number(learned.len()),
        dropped: count(ExampleStatus::Dropped),
        flagged: count(ExampleStatus::Flagged),
        held_out_posts,
        held_out_sentence: held_out_sentence(held_out_posts),
        training_posts: number(learned.iter().map(|entry| entry.unit).collect::<HashSet<_>>().len()),
        tokens_per_epoch: first.iter().map(|entry| entry.tokens).sum(),
        exposure: exposure(&first),
        can_undo: decide::newest_change(core)?,
        triage_at: settings::get(&core.db, TRIAGE_AT)?,
        preset_title: preset.title.clone(),
        preset: preset.name,
    })
}

/// Remembers the example the author stopped at when going through them one by one.
///
/// # Errors
/// When the library cannot be written.
pub fn remember_triage(core: &Core, at: Option<ExampleId>) -> Result<()> {
    settings::put(&core.db, TRIAGE_AT, &at)
}

/// What counting needs of an example.
pub(super) struct Entry {
    pub unit: u32,
    pub kind: Kind,
    pub template: String,
    pub status: ExampleStatus,
    pub held_out: bool,
    pub tokens: Option<u32>,
    /// Characters of the text.
    pub length: u32,
    pub flags: Vec<FlagCode>,
}

impl Entry {
    pub fn is_learned(&self) -> bool {
        self.status == ExampleStatus::Kept && !self.held_out
    }

    pub fn slot(&self) -> Slot<'_> {
        Slot { unit: self.unit, kind: self.kind, template: &self.template }
    }
}

/// Every example of a preset, in file order, without its texts.
pub(super) fn entries(db: &Db, preset: &PresetName) -> Result<Vec<Entry>> {
    let sql = "SELECT unit, kind, template, status, held_out, p.tokens + t.tokens, t.length, flags
               FROM example JOIN example_text p ON p.id = prompt JOIN example_text t ON t.id = completion
               WHERE preset = ?1 ORDER BY position";
    db.read(|c| {
        let mut statement = c.prepare(sql)?;
        let mut rows = statement.query([preset.as_str()])?;
        // Most examples have no flags, and many have the same.
        let mut read: HashMap<String, Vec<FlagCode>> = HashMap::new();
        let mut all = Vec::new();
        while let Some(row) = rows.next()? {
            let (kind, status, flags): (String, String, String) = (row.get(1)?, row.get(3)?, row.get(7)?);
            if !read.contains_key(&flags) {
                let parsed: Vec<super::Flag> = serde_json::from_str(&flags)?;
                read.insert(flags.clone(), parsed.into_iter().map(|flag| flag.code).collect());
            }
            all.push(Entry {
                unit: row.get(0)?,
                kind: kind.parse()?,
                template: row.get(2)?,
                status: ExampleStatus::from_name(&status),
                held_out: row.get(4)?,
                tokens: row.get(5)?,
                length: row.get(6)?,
                flags: read.get(&flags).cloned().unwrap_or_default(),
            });
        }
        Ok(all)
    })
}

fn of_kind(kind: Kind, preset: &Preset, all: &[Entry], files: usize) -> KindSetting {
    let of: Vec<&Entry> = all.iter().filter(|entry| entry.kind == kind).collect();
    KindSetting {
        kind,
        enabled: preset.kinds.contains(&kind),
        examples: number(of.len()),
        tokens: of.iter().map(|entry| entry.tokens).sum(),
        sentence: kind.sentence().to_owned(),
        needs: of.is_empty().then(|| needs(kind, files)).flatten(),
    }
}

/// What a kind that has no examples lacks.
fn needs(kind: Kind, files: usize) -> Option<String> {
    match kind {
        Kind::Section => Some("None of your posts has headings.".into()),
        Kind::Continue => Some("None of your posts is long enough to be cut in two.".into()),
        Kind::Rewrite => Some("No paraphrases yet: a model writes them once.".into()),
        Kind::Imported if files == 0 => Some("No file of examples yet.".into()),
        _ => None,
    }
}

fn of_check(code: FlagCode, preset: &Preset, on: &[&Entry]) -> CheckCount {
    let found: Vec<&&Entry> = on.iter().filter(|entry| entry.flags.contains(&code)).collect();
    CheckCount {
        code,
        title: code.title().to_owned(),
        sentence: code.sentence().to_owned(),
        holds: preset.holds.contains(&code),
        examples: number(found.len()),
        waiting: number(found.iter().filter(|entry| entry.status == ExampleStatus::Flagged).count()),
        posts: number(found.iter().map(|entry| entry.unit).collect::<HashSet<_>>().len()),
    }
}

fn held_out_sentence(posts: u32) -> String {
    if posts == 0 {
        return "No post is left out yet: that needs at least 3 posts.".into();
    }
    format!(
        "Your {posts} newest posts are left out of all training, with all their examples and any post much like them, so that each version can be tested on what it has never seen."
    )
}

/// Characters learned from in an epoch over characters of the distinct posts in it.
fn exposure(epoch: &[&Entry]) -> f64 {
    let mut seen = 0u64;
    let mut whole: HashMap<u32, HashMap<(Kind, &str), u64>> = HashMap::new();
    for entry in epoch {
        seen += u64::from(entry.length);
        *whole.entry(entry.unit).or_default().entry((entry.kind, &entry.template)).or_default() +=
            u64::from(entry.length);
    }
    // The fullest form of a post stands for the post.
    let distinct: u64 = whole.values().filter_map(|forms| forms.values().max()).sum();
    #[allow(clippy::cast_precision_loss)]
    if distinct == 0 { 0.0 } else { seen as f64 / distinct as f64 }
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
