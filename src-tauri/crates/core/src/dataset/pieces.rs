//! What a model is asked to write for examples: a plain paraphrase of each passage (kind `rewrite`) and notes for each
//! post (kind `brief`). Each is written once and kept by the hash of what it was made from, so that nothing is asked for,
//! or paid for, twice; an edited post asks only for its new passages.

use super::generate::Paraphrases;
use super::generate::parts::passages;
use super::grams::fold_word;
use super::language::stop_words;
use super::{Kind, build, facts, hash, presets};
use crate::blog::post::{self, PostText};
use crate::db::Db;
use crate::{Core, Error, Result, Topic};
use rusqlite::params;
use std::collections::{HashMap, HashSet};
use unicode_segmentation::UnicodeSegmentation;

/// Something a model is asked to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// What it is written for: [`Kind::Rewrite`] or [`Kind::Brief`].
    pub kind: Kind,
    /// The passage, or the post's text.
    pub text: String,
    /// The post's title.
    pub title: String,
}

/// What has been written of a kind, and what is still to write.
#[derive(Debug, Clone, Default)]
pub struct Pieces {
    /// How many there are in all.
    pub all: u32,
    /// How many are written and used.
    pub done: u32,
    /// How many were refused, because what was written changed the facts.
    pub refused: u32,
    /// What is still to write, newest post first.
    pub to_do: Vec<Piece>,
}

/// Shorter passages are not worth a paraphrase, in characters.
const SHORT_PASSAGE: usize = 60;
/// A paraphrase that holds less than this share of the passage's telling words is about something else. Good ones hold
/// half and more; what very small models invent holds a tenth.
const LEAST_SHARED: f64 = 0.25;
/// Letters by which two forms of a word are taken for one.
const STEM: usize = 5;
/// Notes longer than this are no notes, in characters.
const LONGEST_NOTES: usize = 2_000;

/// The pieces of a kind, written and to write. Held-out posts have none: nothing of them is learned from.
///
/// # Errors
/// `BadInput` for a kind no model writes for; otherwise when the library cannot be read.
pub fn pieces(core: &Core, kind: Kind) -> Result<Pieces> {
    let table = table(kind)?;
    // Building the examples is what settles which posts are held out.
    build::refresh(core, &presets::chosen(core)?.name)?;
    let sql = match kind {
        Kind::Rewrite => format!("SELECT passage, plain IS NOT NULL FROM {table}"),
        _ => format!("SELECT text, 1 FROM {table}"),
    };
    let written: HashMap<String, bool> = core.db.read(|c| {
        let mut statement = c.prepare(&sql)?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    })?;
    let mut found = Pieces::default();
    let mut seen = HashSet::new();
    let training = post::used_texts(&core.db)?.into_iter().filter(|text| !text.post.held_out);
    for piece in training.flat_map(|text| of_post(&text, kind)) {
        let name = hash(&piece.text);
        if !seen.insert(name.clone()) {
            continue;
        }
        found.all += 1;
        match written.get(&name) {
            Some(true) => found.done += 1,
            Some(false) => found.refused += 1,
            None => found.to_do.push(piece),
        }
    }
    Ok(found)
}

fn of_post(text: &PostText, kind: Kind) -> Vec<Piece> {
    let title = &text.post.title;
    let whole = text.training_text();
    let texts = if kind == Kind::Rewrite { passages(&whole) } else { vec![whole] };
    let long = texts.into_iter().filter(|text| text.chars().count() >= SHORT_PASSAGE);
    long.map(|text| Piece { kind, text, title: title.clone() }).collect()
}

/// What a model is asked for a piece.
pub fn prompt(piece: &Piece) -> String {
    match piece.kind {
        Kind::Rewrite => format!(
            "Say the following in plain, neutral words, in full sentences. Keep every number, name, quotation and fact. Write nothing else.\n\n{}",
            piece.text
        ),
        _ => format!(
            "Write the notes an author could have had before writing the following post: 4 to 8 short lines, each beginning with '- ', keywords rather than sentences. Write nothing else.\n\nTitle: {}\n\n{}",
            piece.title, piece.text
        ),
    }
}

/// Writes down what a model wrote for a piece, if it keeps to the facts; gives the reason when it does not.
///
/// # Errors
/// When the library cannot be written.
pub fn keep(core: &Core, piece: &Piece, written: &str, model: &str) -> Result<Option<String>> {
    let written = written.trim();
    let fault = fault(piece, written);
    let stamp = core.clock.stamp();
    let name = hash(&piece.text);
    core.db.write(|tx| {
        let plain = fault.is_none().then_some(written);
        match piece.kind {
            Kind::Rewrite => tx.execute(
                "INSERT OR REPLACE INTO paraphrase(passage, plain, fault, model, made_at) VALUES (?1, ?2, ?3, ?4, ?5)",
                params![name, plain, fault, model, stamp],
            )?,
            // Notes that are none are not kept: the app's own stand in.
            _ if fault.is_some() => 0,
            _ => tx.execute(
                "INSERT OR REPLACE INTO model_notes(text, notes, model, made_at) VALUES (?1, ?2, ?3, ?4)",
                params![name, written, model, stamp],
            )?,
        };
        Ok(())
    })?;
    core.changed(Topic::Examples);
    Ok(fault)
}

/// Forgets what was refused, so that another model can be asked.
///
/// # Errors
/// `BadInput` for a kind no model writes for; otherwise when the library cannot be written.
pub fn forget_refused(core: &Core, kind: Kind) -> Result<()> {
    if table(kind)? == "paraphrase" {
        core.db.write(|tx| Ok(tx.execute("DELETE FROM paraphrase WHERE plain IS NULL", [])?))?;
    }
    Ok(())
}

/// Why what a model wrote cannot be used.
fn fault(piece: &Piece, written: &str) -> Option<String> {
    if written.is_empty() {
        return Some("The model wrote nothing.".into());
    }
    if piece.kind == Kind::Brief {
        let lines = written.lines().filter(|line| line.trim_start().starts_with('-')).count();
        let notes = lines >= 2 && written.chars().count() <= LONGEST_NOTES;
        return (!notes).then(|| "What the model wrote is not a list of notes.".into());
    }
    let (was, is) = (piece.text.chars().count(), written.chars().count());
    if is * 3 < was || is > was * 3 {
        return Some(format!("The paraphrase has {is} characters, the passage {was}: it tells another story."));
    }
    if shared(&piece.text, written) < LEAST_SHARED {
        return Some("The paraphrase shares hardly any telling word with the passage: it tells another story.".into());
    }
    facts::missing(&piece.text, written).into_iter().next().map(|difference| difference.sentence)
}

/// The share of the passage's telling words that the paraphrase holds, too, whatever their ending.
fn shared(passage: &str, paraphrase: &str) -> f64 {
    let common = stop_words(passage);
    let stems = |text: &str| -> HashSet<String> {
        let words =
            text.unicode_words().map(fold_word).filter(|word| word.chars().count() > 3 && !common.contains(word));
        words.map(|word| word.chars().take(STEM).collect()).collect()
    };
    let (own, other) = (stems(passage), stems(paraphrase));
    #[allow(clippy::cast_precision_loss)]
    if own.is_empty() { 1.0 } else { own.intersection(&other).count() as f64 / own.len() as f64 }
}

fn table(kind: Kind) -> Result<&'static str> {
    match kind {
        Kind::Rewrite => Ok("paraphrase"),
        Kind::Brief => Ok("model_notes"),
        other => Err(Error::bad_input(format!("No model writes for examples of the kind '{}'.", other.name()))
            .hint("Models write for the kinds brief and rewrite.")),
    }
}

/// The paraphrases that are used, by the hash of their passage.
pub(super) fn paraphrases(db: &Db) -> Result<Paraphrases> {
    pairs(db, "SELECT passage, plain FROM paraphrase WHERE plain IS NOT NULL")
}

/// The notes models wrote, by the hash of the post's text.
pub(super) fn notes(db: &Db) -> Result<HashMap<String, String>> {
    pairs(db, "SELECT text, notes FROM model_notes")
}

fn pairs(db: &Db, sql: &str) -> Result<HashMap<String, String>> {
    db.read(|c| {
        let mut statement = c.prepare(sql)?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSAGE: &str =
        "The harbour clock is eleven minutes fast, and nobody in the department of estates may mend it.";

    fn fault_of(written: &str) -> Option<String> {
        fault(&Piece { kind: Kind::Rewrite, text: PASSAGE.into(), title: "The clock".into() }, written)
    }

    #[test]
    fn a_paraphrase_in_other_words_is_taken() {
        assert_eq!(
            fault_of(
                "The clock in the harbour runs 11 minutes fast. The estates department has nobody who may repair it."
            ),
            None
        );
    }

    #[test]
    fn what_tells_another_story_or_loses_a_fact_is_refused() {
        let other =
            fault_of("Social media is complex, and people who are not experts find it hard to understand at all.");
        assert!(other.unwrap().ends_with("it tells another story."));
        let lost = fault_of(
            "The clock in the harbour is several minutes fast, and nobody in the estates department may mend it.",
        );
        assert!(lost.unwrap().contains("eleven"));
        assert!(fault_of("  ").is_some());
        assert!(fault_of("A clock is fast.").is_some());
    }

    #[test]
    fn notes_are_a_list() {
        let piece = Piece { kind: Kind::Brief, text: PASSAGE.into(), title: "The clock".into() };
        assert_eq!(fault(&piece, "- harbour clock\n- eleven minutes"), None);
        assert!(fault(&piece, "The harbour clock is fast.").is_some());
    }
}
