//! A file looked through from end to end: what is in it, and what is wrong with it.

use super::distinct::{Count, Distinct, MOST};
use super::fault::Fault;
use super::rows::open;
use super::sentences::{named, thousands};
use super::shape::{Form, Shape};
use super::source::{Found, Source};
use super::text::{Digest, Text};
use crate::{Code, Error, Result};
use serde::Serialize;
use std::io::{self, Read};
use std::path::Path;
use tokio_util::sync::CancellationToken;

/// So many faults are told one by one.
const MOST_FAULTS: usize = 100;

/// What a file of examples holds.
///
/// Numbers are told to the interface as plain numbers, which are exact up to 2⁵³.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct Report {
    /// How rows follow each other; nothing when the file is of no known form.
    pub form: Option<Form>,
    /// The shapes of the good rows and how many have each.
    pub shapes: Vec<ShapeCount>,
    /// All rows, good and bad.
    #[specta(type = u32)]
    pub rows: u64,
    /// Rows that can be learned from. The numbers below are about these.
    #[specta(type = u32)]
    pub good_rows: u64,
    /// The first hundred faults.
    pub faults: Vec<Fault>,
    /// All faults.
    #[specta(type = u32)]
    pub fault_count: u64,
    /// What is worth knowing though it keeps no row from being learned from, in sentences.
    pub notes: Vec<String>,
    /// Different texts to learn.
    pub distinct_texts: Count,
    /// Prompts that lead to more than one text.
    pub contradicting_prompts: Count,
    /// Characters of all prompts and texts.
    #[specta(type = u32)]
    pub characters: u64,
    /// The row with the most characters.
    pub longest: Option<Longest>,
    /// Rows with nothing to learn in them; each is a fault as well.
    #[specta(type = u32)]
    pub empty_completions: u64,
    /// Rows without anything before the text, which is every row of the shape `text`.
    #[specta(type = u32)]
    pub rows_without_prompt: u64,
    /// A sentence for when many rows share few texts.
    pub repeats: Option<String>,
    /// The file's length.
    #[specta(type = u32)]
    pub bytes: u64,
}

/// How many rows have a shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, specta::Type)]
pub struct ShapeCount {
    /// The shape.
    pub shape: Shape,
    /// Rows of it.
    #[specta(type = u32)]
    pub rows: u64,
}

/// The longest row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, specta::Type)]
pub struct Longest {
    /// The line where it begins, from 1.
    #[specta(type = u32)]
    pub line: u64,
    /// Characters of its prompt and text.
    #[specta(type = u32)]
    pub characters: u64,
}

/// Checks a file. `progress` is told now and then how many bytes were read.
///
/// # Errors
/// When it cannot be opened or read, is a folder, or `stop` was cancelled (`Cancelled`). What is wrong *in* the file is
/// in the report.
pub fn check_file(path: &Path, progress: impl FnMut(u64), stop: &CancellationToken) -> Result<Report> {
    check(open(path)?, progress, stop)
}

/// The same for whatever gives bytes. Memory stays bounded however long the file or a line is: a row is held at a time
/// (16 MiB at most), and of what went by only hashes.
///
/// # Errors
/// As [`check_file`].
pub fn check(reader: impl Read, progress: impl FnMut(u64), stop: &CancellationToken) -> Result<Report> {
    count(Watched { reader, progress, stop, read: 0 }).map_err(|error| {
        if stop.is_cancelled() {
            Error::new(Code::Cancelled, "The check was stopped; nothing was changed.")
        } else {
            error.into()
        }
    })
}

fn count(reader: impl Read) -> io::Result<Report> {
    let mut source = Source::open(reader)?;
    let mut tally = Tally::new();
    while let Some(next) = source.next::<Digest>()? {
        match next {
            Ok(found) => tally.good(&found),
            Err(fault) => tally.bad(fault),
        }
    }
    Ok(tally.report(&source))
}

struct Tally {
    shapes: [u64; Shape::ALL.len()],
    faults: Vec<Fault>,
    fault_count: u64,
    good_rows: u64,
    distinct: Distinct,
    characters: u64,
    longest: Option<Longest>,
    rows_without_prompt: u64,
}

impl Tally {
    fn new() -> Self {
        Tally {
            shapes: [0; Shape::ALL.len()],
            faults: Vec::new(),
            fault_count: 0,
            good_rows: 0,
            distinct: Distinct::new(MOST),
            characters: 0,
            longest: None,
            rows_without_prompt: 0,
        }
    }

    fn good(&mut self, found: &Found<Digest>) {
        let row = &found.row;
        self.good_rows += 1;
        self.shapes[row.shape as usize] += 1;
        let characters = row.prompt.characters + row.completion.characters;
        self.characters += characters;
        if self.longest.is_none_or(|longest| characters > longest.characters) {
            self.longest = Some(Longest { line: found.line, characters });
        }
        let without = row.prompt.is_blank();
        self.rows_without_prompt += u64::from(without);
        self.distinct.see((!without).then_some(row.prompt.hash), row.completion.hash);
    }

    fn bad(&mut self, fault: Fault) {
        self.fault_count += 1;
        if self.faults.len() < MOST_FAULTS {
            self.faults.push(fault);
        }
    }

    fn report<R: Read>(self, source: &Source<R>) -> Report {
        let counted = Shape::ALL.into_iter().map(|shape| ShapeCount { shape, rows: self.shapes[shape as usize] });
        let shapes: Vec<ShapeCount> = counted.filter(|count| count.rows > 0).collect();
        let mut notes = source.notes.sentences();
        notes.extend(mixed(&shapes));
        let distinct_texts = self.distinct.texts();
        Report {
            form: source.form(),
            shapes,
            rows: source.count,
            good_rows: self.good_rows,
            faults: self.faults,
            fault_count: self.fault_count,
            notes,
            distinct_texts,
            contradicting_prompts: self.distinct.contradicting(),
            characters: self.characters,
            longest: self.longest,
            empty_completions: source.empty,
            rows_without_prompt: self.rows_without_prompt,
            repeats: repeats(self.good_rows, distinct_texts),
            bytes: source.read(),
        }
    }
}

fn mixed(shapes: &[ShapeCount]) -> Option<String> {
    if shapes.len() < 2 {
        return None;
    }
    let told: Vec<String> =
        shapes.iter().map(|count| format!("{} of the shape {}", thousands(count.rows), count.shape.name())).collect();
    Some(format!("The rows are of {} shapes: {}. Other programs want one shape a file.", shapes.len(), named(&told)))
}

/// A sentence for when many rows share few texts; nothing when they do not.
pub fn few_texts(rows: u64, texts: u64) -> Option<String> {
    repeats(rows, Count { number: texts, exact: true })
}

/// Said when fewer than seven in ten texts are new: from there on, a pass over the file shows many texts twice.
fn repeats(rows: u64, distinct: Count) -> Option<String> {
    let few = distinct.exact && distinct.number > 0 && distinct.number * 10 < rows * 7;
    few.then(|| {
        let times = rows as f64 / distinct.number as f64;
        let texts = if distinct.number == 1 { "text" } else { "different texts" };
        let each = if distinct.number == 1 { "it" } else { "each" };
        let (rows, number) = (thousands(rows), thousands(distinct.number));
        // Halves matter for few times only: 1.5, 2, 2.5, 3, 4.
        let times = if times < 2.75 { (times * 2.0).round() / 2.0 } else { times.round() };
        format!("{rows} rows hold {number} {texts}: {each} is learned from about {times} times a pass.")
    })
}

/// A reader that tells how far it is and stops when asked to.
struct Watched<'a, R, P> {
    reader: R,
    progress: P,
    stop: &'a CancellationToken,
    read: u64,
}

impl<R: Read, P: FnMut(u64)> Read for Watched<'_, R, P> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.stop.is_cancelled() {
            return Err(io::Error::other("stopped"));
        }
        let count = self.reader.read(buffer)?;
        self.read += count as u64;
        (self.progress)(self.read);
        Ok(count)
    }
}
