//! Comma-separated columns (RFC 4180), record by record. Made here because a quote that is never closed, a text after
//! a closing quote, and a record that never ends must each be named with its place, and none of them be held.

use super::bytes::{LONGEST_ROW, Line, Lines, utf8};
use super::fault::Place;
use super::notes::Notes;
use super::problem::{CsvProblem, FileProblem, Problem};
use std::io::{self, Read};
use std::str::Utf8Error;

/// Of more columns than this only their number is known.
const MOST_COLUMNS: usize = 1000;

/// A file's records.
pub(super) struct Records<R> {
    lines: Lines<R>,
    record: Record,
}

/// The columns of one record.
#[derive(Default)]
pub(super) struct Record {
    /// The line where it begins.
    pub line: u64,
    text: String,
    /// Where the columns end in it, up to [`MOST_COLUMNS`] of them.
    ends: Vec<usize>,
    columns: usize,
    /// Where the quote opened that is still open.
    open: Option<Place>,
    /// Its length in bytes, also where it is too long to be held.
    length: u64,
}

impl<R: Read> Records<R> {
    pub fn new(lines: Lines<R>) -> Self {
        Records { lines, record: Record::default() }
    }

    /// All bytes that were read so far.
    pub fn read(&self) -> u64 {
        self.lines.read()
    }

    /// The record that was found last.
    pub fn record(&self) -> &Record {
        &self.record
    }

    /// Finds the next record. After a fault it goes on with the next line.
    pub fn next(&mut self, notes: &mut Notes) -> io::Result<Option<Result<(), (Place, Problem)>>> {
        let mark = self.lines.mark();
        self.record.clear();
        while let Some(line) = self.lines.next()? {
            let record = &mut self.record;
            if record.line == 0 {
                if line.too_long.is_none() && line.bytes.trim_ascii().is_empty() {
                    notes.empty_line(line.number);
                    continue;
                }
                record.line = line.number;
            }
            match record.take(&line, mark, notes) {
                Ok(true) if record.length > LONGEST_ROW as u64 => {
                    let problem = FileProblem::TooLong { bytes: record.length };
                    return Ok(Some(Err((Place::start_of(record.line), problem.into()))));
                }
                Ok(true) => return Ok(Some(Ok(()))),
                Ok(false) => {}
                Err(fault) => return Ok(Some(Err(fault))),
            }
        }
        let open = self.record.open.take();
        Ok(open.map(|place| Err((place, CsvProblem::NeverClosed.into()))))
    }
}

impl Record {
    /// How many columns it has.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// A column's text.
    pub fn column(&self, index: usize) -> &str {
        let start = if index == 0 { 0 } else { self.ends.get(index - 1).copied().unwrap_or_default() };
        self.ends.get(index).and_then(|end| self.text.get(start..*end)).unwrap_or_default()
    }

    fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
        (self.line, self.columns, self.length, self.open) = (0, 0, 0, None);
    }

    /// Takes a line and gives whether the record ends with it.
    fn take(&mut self, line: &Line<'_>, mark: u8, notes: &mut Notes) -> Result<bool, (Place, Problem)> {
        let start = Place::start_of(line.number);
        if let Some(bytes) = line.too_long {
            return Err((start, FileProblem::TooLong { bytes }.into()));
        }
        let text = utf8(line.bytes).map_err(|error| not_utf8(&error, line))?;
        let (text, windows) = match text.strip_suffix('\r') {
            Some(text) if mark == b'\n' => (text, true),
            _ => (text, false),
        };
        let ends = self.feed(text, line.number).map_err(|at| {
            let place = start.after(&text.as_bytes()[..at]);
            (place, Problem::from(CsvProblem::AfterQuote))
        })?;
        if ends {
            notes.crlf |= windows;
        } else {
            // The line break belongs to the text, as it stands.
            self.push(if windows { "\r" } else { "" });
            if line.ended {
                self.push(if mark == b'\n' { "\n" } else { "\r" });
            }
        }
        Ok(ends)
    }

    /// Takes a line's columns; an error is the byte after a closing quote that is neither a comma nor the end.
    fn feed(&mut self, line: &str, number: u64) -> Result<bool, usize> {
        let (bytes, mut at) = (line.as_bytes(), 0);
        loop {
            if self.open.is_none() && bytes.get(at) != Some(&b'"') {
                let step = memchr::memchr(b',', &bytes[at..]);
                let end = step.map_or(line.len(), |step| at + step);
                self.push(&line[at..end]);
                self.end_column();
                if step.is_none() {
                    return Ok(true);
                }
                at = end + 1;
                continue;
            }
            if self.open.is_none() {
                self.open = Some(Place::start_of(number).after(&bytes[..at]));
                at += 1;
            }
            let Some(step) = memchr::memchr(b'"', &bytes[at..]) else {
                self.push(&line[at..]);
                return Ok(false);
            };
            self.push(&line[at..at + step]);
            at += step + 1;
            match bytes.get(at) {
                Some(b'"') => {
                    self.push("\"");
                    at += 1;
                    if at == bytes.len() {
                        return Ok(false);
                    }
                    continue;
                }
                Some(b',') | None => {}
                Some(_) => return Err(at),
            }
            self.open = None;
            self.end_column();
            if at == bytes.len() {
                return Ok(true);
            }
            at += 1;
        }
    }

    fn end_column(&mut self) {
        self.columns += 1;
        if self.ends.len() < MOST_COLUMNS {
            self.ends.push(self.text.len());
        }
    }

    /// Adds to the column; what would make the record too long is only counted.
    fn push(&mut self, text: &str) {
        self.length += text.len() as u64;
        if self.length <= LONGEST_ROW as u64 {
            self.text.push_str(text);
        }
    }
}

/// The first byte of a line that is no UTF-8.
pub(super) fn not_utf8(error: &Utf8Error, line: &Line<'_>) -> (Place, Problem) {
    let at = error.valid_up_to();
    let column = at as u64 + 1;
    let byte = line.bytes.get(at).copied().unwrap_or_default();
    (Place { line: line.number, column }, FileProblem::NotUtf8 { byte, at: column }.into())
}
