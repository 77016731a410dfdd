//! A file of any form as one stream of rows and faults. Checking and reading both go through here.

use super::bytes::{Line, Lines, utf8};
use super::csv::{Records, not_utf8};
use super::fault::{Fault, Place};
use super::json;
use super::judge::Parsed;
use super::list::ListRows;
use super::notes::Notes;
use super::opening::{self, Opened};
use super::problem::{CsvProblem, FieldProblem, FileProblem, JsonProblem, Problem};
use super::shape::{Form, Shape};
use super::text::Text;
use std::io::{self, Read};

/// A file that is being read.
pub(super) struct Source<R> {
    rows: Rows<R>,
    pub notes: Notes,
    /// Rows so far, those that are wrong among them.
    pub count: u64,
    /// Rows with nothing to learn in them.
    pub empty: u64,
    /// Whether any fault was told.
    faulty: bool,
    over: bool,
}

enum Rows<R> {
    /// Nothing can be read from it; this is why.
    Nothing {
        why: FileProblem,
        read: u64,
    },
    Lines(Lines<R>),
    List(ListRows<R>),
    Csv {
        records: Records<R>,
        columns: Option<Columns>,
    },
}

/// Which columns of a table are wanted.
struct Columns {
    shape: Shape,
    prompt: Option<usize>,
    completion: usize,
    all: usize,
}

/// A row and the line where it begins.
pub(super) struct Found<T> {
    pub line: u64,
    pub row: Parsed<T>,
}

/// A row, or what is wrong instead, at its place.
type Next<T> = Result<Found<T>, (Place, Problem)>;

impl<R: Read> Source<R> {
    /// Looks at the file's beginning to find its form.
    pub fn open(reader: R) -> io::Result<Self> {
        let mut notes = Notes::default();
        let rows = match opening::open(reader, &mut notes)? {
            Opened::Nothing { why, read } => Rows::Nothing { why, read },
            Opened::Lines(lines) => Rows::Lines(lines),
            Opened::List(bytes) => Rows::List(ListRows::new(bytes)),
            Opened::Csv(lines) => Rows::Csv { records: Records::new(lines), columns: None },
        };
        Ok(Source { rows, notes, count: 0, empty: 0, faulty: false, over: false })
    }

    /// The file's form, when it has one.
    pub fn form(&self) -> Option<Form> {
        match self.rows {
            Rows::Nothing { .. } => None,
            Rows::Lines(_) => Some(Form::JsonLines),
            Rows::List(_) => Some(Form::JsonArray),
            Rows::Csv { .. } => Some(Form::Csv),
        }
    }

    /// All bytes that were read so far.
    pub fn read(&self) -> u64 {
        match &self.rows {
            Rows::Nothing { read, .. } => *read,
            Rows::Lines(lines) => lines.read(),
            Rows::List(list) => list.read(),
            Rows::Csv { records, .. } => records.read(),
        }
    }

    /// The next row or fault, or nothing at the end.
    pub fn next<T: Text>(&mut self) -> io::Result<Option<Result<Found<T>, Fault>>> {
        if self.over {
            return Ok(None);
        }
        let next = match &mut self.rows {
            Rows::Nothing { why, .. } => {
                self.over = true;
                Some(Err((Place::start_of(1), why.clone().into())))
            }
            Rows::Lines(lines) => line(lines, &mut self.notes, &mut self.count)?,
            Rows::List(list) => entry(list, &mut self.count)?,
            Rows::Csv { records, columns: Some(columns) } => {
                record(records, columns, &mut self.notes, &mut self.count)?
            }
            Rows::Csv { records, columns } => match header(records, &mut self.notes)? {
                Some(Ok(found)) => {
                    *columns = Some(found);
                    return self.next();
                }
                // Without a header nothing that follows means anything.
                wrong => {
                    self.over = true;
                    wrong.map(|wrong| wrong.and_then(|_| Err((Place::start_of(1), FileProblem::NoRows.into()))))
                }
            },
        };
        let next = match next {
            None => {
                self.over = true;
                let nothing = self.count == 0 && !self.faulty;
                nothing.then(|| Err((Place::start_of(1), Problem::from(FileProblem::NoRows))))
            }
            next => next,
        };
        if let Some(Ok(Found { line, row: Parsed { duplicate: Some(field), .. } })) = &next {
            self.notes.duplicate(*line, field);
        }
        if let Some(Err((_, problem))) = &next {
            self.faulty = true;
            self.empty += u64::from(matches!(problem, Problem::Field(FieldProblem::NothingToLearn { .. })));
        }
        Ok(next.map(|next| next.map_err(|(place, problem)| problem.at(place))))
    }
}

fn line<T: Text, R: Read>(lines: &mut Lines<R>, notes: &mut Notes, count: &mut u64) -> io::Result<Option<Next<T>>> {
    let mark = lines.mark();
    while let Some(line) = lines.next()? {
        let bytes = match line.bytes.strip_suffix(b"\r") {
            Some(bytes) if mark == b'\n' => {
                notes.crlf = true;
                bytes
            }
            _ => line.bytes,
        };
        if line.too_long.is_none() && bytes.trim_ascii().is_empty() {
            notes.empty_line(line.number);
            continue;
        }
        *count += 1;
        return Ok(Some(row_of_line(&line, bytes, *count)));
    }
    Ok(None)
}

fn row_of_line<T: Text>(line: &Line<'_>, bytes: &[u8], count: u64) -> Next<T> {
    let start = Place::start_of(line.number);
    let broken_off = || Problem::from(FileProblem::BrokenOff { row: count });
    if let Some(bytes) = line.too_long {
        return Err((start, FileProblem::TooLong { bytes }.into()));
    }
    let text = utf8(bytes).map_err(|error| {
        // Not even the last character is whole.
        let cut = !line.ended && error.error_len().is_none();
        if cut { (start.after(&bytes[..error.valid_up_to()]), broken_off()) } else { not_utf8(&error, line) }
    })?;
    let row = json::parse(text).map_err(|trouble| {
        let place = start.after(&text.as_bytes()[..trouble.at]);
        let cut = !line.ended && trouble.problem == JsonProblem::LineEnds.into();
        (place, if cut { broken_off() } else { trouble.problem })
    })?;
    Ok(Found { line: line.number, row })
}

fn entry<T: Text, R: Read>(list: &mut ListRows<R>, count: &mut u64) -> io::Result<Option<Next<T>>> {
    let Some(next) = list.next()? else { return Ok(None) };
    *count = list.rows();
    Ok(Some(next.and_then(|place| {
        let text = utf8(list.row()).map_err(|error| {
            let (valid, rest) = list.row().split_at(error.valid_up_to());
            let here = place.after(valid);
            let problem = FileProblem::NotUtf8 { byte: rest.first().copied().unwrap_or_default(), at: here.column };
            (here, problem.into())
        })?;
        let row = json::parse(text).map_err(|trouble| {
            // A value that has all its brackets and still ends too early is something like `tru`.
            let early = trouble.problem == JsonProblem::LineEnds.into();
            let problem = if early { JsonProblem::ValueExpected.into() } else { trouble.problem };
            (place.after(&text.as_bytes()[..trouble.at]), problem)
        })?;
        Ok(Found { line: place.line, row })
    })))
}

fn header<R: Read>(
    records: &mut Records<R>,
    notes: &mut Notes,
) -> io::Result<Option<Result<Columns, (Place, Problem)>>> {
    let Some(found) = records.next(notes)? else { return Ok(None) };
    Ok(Some(found.and_then(|()| {
        let record = records.record();
        let names: Vec<String> = (0..record.columns()).map(|index| record.column(index).trim().to_owned()).collect();
        let wrong = |problem: CsvProblem| Err((Place::start_of(record.line), problem.into()));
        if let [only] = &names[..] {
            let separators = [(';', "semicolons"), ('\t', "tabs"), ('|', "vertical bars")];
            if let Some((_, name)) = separators.into_iter().find(|(sign, _)| only.contains(*sign)) {
                return wrong(CsvProblem::Separator { name });
            }
        }
        let twice = |name: &str| names.iter().filter(|column| *column == name).count() > 1;
        if let Some(column) = ["prompt", "completion", "text"].into_iter().find(|name| twice(name)) {
            return wrong(CsvProblem::Twice { column });
        }
        let at = |name: &str| names.iter().position(|column| column == name);
        let all = names.len();
        match (at("prompt"), at("completion"), at("text")) {
            (Some(prompt), Some(completion), _) => {
                Ok(Columns { shape: Shape::PromptCompletion, prompt: Some(prompt), completion, all })
            }
            (_, _, Some(text)) => Ok(Columns { shape: Shape::Text, prompt: None, completion: text, all }),
            _ => wrong(super::names::of_columns(names)),
        }
    })))
}

fn record<T: Text, R: Read>(
    records: &mut Records<R>,
    columns: &Columns,
    notes: &mut Notes,
    count: &mut u64,
) -> io::Result<Option<Next<T>>> {
    let Some(found) = records.next(notes)? else { return Ok(None) };
    *count += 1;
    Ok(Some(found.and_then(|()| {
        let record = records.record();
        let wrong = |problem: Problem| Err((Place::start_of(record.line), problem));
        if record.columns() != columns.all {
            return wrong(CsvProblem::Uneven { found: record.columns(), wanted: columns.all }.into());
        }
        let completion = T::of(record.column(columns.completion));
        let prompt = columns.prompt.map_or_else(T::default, |index| T::of(record.column(index)));
        let field = if columns.shape == Shape::Text { "text" } else { "completion" };
        if completion.is_blank() {
            return wrong(FieldProblem::NothingToLearn { field }.into());
        }
        if completion.holds_nul() || prompt.holds_nul() {
            let field = if completion.holds_nul() { field } else { "prompt" };
            return wrong(FieldProblem::Nul { field }.into());
        }
        let row = Parsed { shape: columns.shape, prompt, completion, duplicate: None };
        Ok(Found { line: record.line, row })
    })))
}
