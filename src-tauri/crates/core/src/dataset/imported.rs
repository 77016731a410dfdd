//! Rows of example files the author brings: kept with the file's name and the row's line, learned from like any other
//! example, and forgotten again in one go.

use super::formats::{self, Report};
use super::{ExampleSummary, hash, summary};
use crate::db::Db;
use crate::{Code, Core, Error, Result, Topic};
use rusqlite::{OptionalExtension, params};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::collections::HashSet;
use std::fs::File;
use std::path::Path;
use tokio_util::sync::CancellationToken;

/// More rows than this are for training elsewhere, not for one author's library.
const MOST_ROWS: u32 = 200_000;

/// A file whose rows are in the library.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct ImportedFile {
    /// Its number.
    pub id: u32,
    /// Its name.
    pub name: String,
    /// The shape of its rows.
    pub shape: String,
    /// When it came in (RFC 3339).
    pub imported_at: String,
    /// Its rows.
    pub rows: u32,
    /// How many different texts they hold.
    pub texts: u32,
    /// What the author should know of it.
    pub sentence: Option<String>,
}

/// A row as examples are made of it.
pub(super) struct Row {
    pub id: u32,
    pub prompt: String,
    pub completion: String,
    /// Where decisions find it again: by its words, not by its file.
    pub place: String,
}

impl Row {
    /// Rows of one text take turns, as the templates of a kind do.
    pub fn template(&self) -> String {
        hash(&self.prompt)[..16].to_owned()
    }
}

/// Takes the rows of a file in, all or none.
///
/// # Errors
/// `BadInput` when the file has faults, naming the first and its line, when its rows are here already, or when there are
/// too many of them.
pub fn import(core: &Core, path: &Path) -> Result<ImportedFile> {
    let report = formats::check_file(path, |_| {}, &CancellationToken::new())?;
    refuse_faults(path, &report)?;
    let digest = file_digest(path)?;
    let name = path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned());
    let here = "SELECT name FROM imported_file WHERE digest = ?1";
    let known: Option<String> = core.db.read(|c| Ok(c.query_row(here, [&digest], |row| row.get(0)).optional()?))?;
    if let Some(known) = known {
        return Err(Error::bad_input(format!("The rows of {name} are in the library already (as {known})."))
            .hint("Forget the file first to bring it in again."));
    }
    let stamp = core.clock.stamp();
    let id = core.db.write(|tx| {
        tx.execute(
            "INSERT INTO imported_file(name, digest, shape, imported_at) VALUES (?1, ?2, ?3, ?4)",
            params![name, digest, shapes(&report), stamp],
        )?;
        let id = tx.last_insert_rowid();
        let mut insert =
            tx.prepare("INSERT INTO imported_row(file_id, line, prompt, completion) VALUES (?1, ?2, ?3, ?4)")?;
        for row in formats::rows_of(path)? {
            let row = row.map_err(|fault| fault_error(path, &fault))?;
            insert.execute(params![
                id,
                u32::try_from(row.line).unwrap_or(u32::MAX),
                row.prompt.trim(),
                row.completion.trim()
            ])?;
        }
        Ok(u32::try_from(id).unwrap_or(u32::MAX))
    })?;
    core.changed(Topic::Examples);
    files(&core.db)?.into_iter().find(|file| file.id == id).ok_or_else(|| Error::not_found(format!("File {id}")))
}

/// Takes a file's rows out again. Decisions on them stay, should the rows come back.
///
/// # Errors
/// `NotFound` when there is no such file.
pub fn forget(core: &Core, id: u32) -> Result<ExampleSummary> {
    let gone = core.db.write(|tx| Ok(tx.execute("DELETE FROM imported_file WHERE id = ?1", [id])?))?;
    if gone == 0 {
        return Err(Error::not_found(format!("The file {id}")));
    }
    core.changed(Topic::Examples);
    summary(core)
}

/// The files whose rows are in the library, newest first.
pub(super) fn files(db: &Db) -> Result<Vec<ImportedFile>> {
    let sql = "SELECT imported_file.id, name, shape, imported_at, count(imported_row.id), count(DISTINCT completion)
               FROM imported_file LEFT JOIN imported_row ON file_id = imported_file.id
               GROUP BY imported_file.id ORDER BY imported_file.id DESC";
    db.read(|c| {
        let mut statement = c.prepare(sql)?;
        let files = statement.query_map([], |row| {
            let (rows, texts): (u32, u32) = (row.get(4)?, row.get(5)?);
            Ok(ImportedFile {
                id: row.get(0)?,
                name: row.get(1)?,
                shape: row.get(2)?,
                imported_at: row.get(3)?,
                rows,
                texts,
                sentence: formats::few_texts(u64::from(rows), u64::from(texts)),
            })
        })?;
        Ok(files.collect::<rusqlite::Result<_>>()?)
    })
}

/// Every imported row; one that two files share counts once.
pub(super) fn rows(db: &Db) -> Result<Vec<Row>> {
    let rows = db.read(|c| {
        let mut statement = c.prepare("SELECT id, prompt, completion FROM imported_row ORDER BY file_id, line")?;
        let rows = statement.query_map([], |row| {
            let (prompt, completion): (String, String) = (row.get(1)?, row.get(2)?);
            let place = format!("row#{}", &hash(&format!("{prompt}\n\0\n{completion}"))[..32]);
            Ok(Row { id: row.get(0)?, prompt, completion, place })
        })?;
        Ok(rows.collect::<rusqlite::Result<Vec<_>>>()?)
    })?;
    let mut seen = HashSet::new();
    Ok(rows.into_iter().filter(|row| seen.insert(row.place.clone())).collect())
}

/// The shapes of a file's rows, the most frequent first.
fn shapes(report: &Report) -> String {
    let mut shapes: Vec<_> = report.shapes.iter().collect();
    shapes.sort_by_key(|shape| std::cmp::Reverse(shape.rows));
    shapes.iter().map(|shape| shape.shape.name()).collect::<Vec<_>>().join(", ")
}

fn refuse_faults(path: &Path, report: &Report) -> Result<()> {
    if let Some(fault) = report.faults.first() {
        let more = report.fault_count.saturating_sub(1);
        let error = fault_error(path, fault);
        return Err(if more == 0 { error } else { error.because(format!("{more} more faults")) });
    }
    if report.rows == 0 {
        return Err(Error::bad_input(format!("There are no examples in {}.", path.display())));
    }
    if report.rows > u64::from(MOST_ROWS) {
        return Err(Error::bad_input(format!(
            "{} has {} rows; at most {MOST_ROWS} are taken in.",
            path.display(),
            report.rows
        ))
        .hint("Split the file, or bring the rows that matter."));
    }
    Ok(())
}

fn fault_error(path: &Path, fault: &formats::Fault) -> Error {
    Error::new(
        Code::BadInput,
        format!(
            "Nothing of {} was taken in: line {}, column {}: {}",
            path.display(),
            fault.line,
            fault.column,
            fault.what
        ),
    )
    .hint(fault.fix.clone())
}

fn file_digest(path: &Path) -> Result<String> {
    let mut hash = Sha256::new();
    std::io::copy(&mut File::open(path)?, &mut hash)?;
    Ok(format!("{:x}", hash.finalize()))
}
