//! A file's rows, one after the other, in memory that does not grow with the file.

use super::fault::{Fault, Place};
use super::problem::FileProblem;
use super::problem::Problem;
use super::shape::Shape;
use super::source::Source;
use crate::{Code, Error, Result};
use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::Path;

/// An example out of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// What the model is given; empty where the shape has none. Of a conversation it is everything before the last
    /// message, blank lines between the messages.
    pub prompt: String,
    /// What it learns to write; never blank. Of a conversation it is the last message.
    pub completion: String,
    /// The line of the file where the row begins, from 1.
    pub line: u64,
    /// The shape the row had.
    pub shape: Shape,
}

/// Rows and faults in the order of the file. What is good is given although something else is wrong.
pub struct Rows<R> {
    source: Option<Source<R>>,
    /// Why the file could not be opened or read on.
    failed: Option<io::Error>,
    line: u64,
}

/// The rows of whatever gives bytes. No buffer is needed around it.
pub fn rows<R: Read>(reader: R) -> Rows<R> {
    match Source::open(reader) {
        Ok(source) => Rows { source: Some(source), failed: None, line: 1 },
        Err(error) => Rows { source: None, failed: Some(error), line: 1 },
    }
}

/// The rows of a file.
///
/// # Errors
/// When it cannot be opened or is a folder.
pub fn rows_of(path: &Path) -> Result<Rows<File>> {
    Ok(rows(open(path)?))
}

/// Opens a file of examples.
pub(super) fn open(path: &Path) -> Result<File> {
    let shown = path.display();
    if path.is_dir() {
        return Err(Error::bad_input(format!("{shown} is a folder.")).hint("Choose a file of examples in it."));
    }
    File::open(path).map_err(|error| match error.kind() {
        ErrorKind::NotFound => {
            Error::new(Code::NotFound, format!("There is no file {shown}.")).hint("Check its name and where it is.")
        }
        _ => error.into(),
    })
}

impl<R: Read> Iterator for Rows<R> {
    type Item = Result<Row, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(error) = self.failed.take() {
            let why = error.to_string().trim_end_matches('.').to_owned();
            return Some(Err(Problem::from(FileProblem::Unreadable { why }).at(Place::start_of(self.line))));
        }
        match self.source.as_mut()?.next::<String>() {
            Ok(next) => Some(next?.map(|found| {
                self.line = found.line;
                let row = found.row;
                Row { prompt: row.prompt, completion: row.completion, line: found.line, shape: row.shape }
            })),
            Err(error) => {
                (self.source, self.failed) = (None, Some(error));
                self.next()
            }
        }
    }
}
