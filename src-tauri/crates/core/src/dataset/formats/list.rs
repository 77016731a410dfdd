//! The rows of one long JSON list, one after the other, wherever its line breaks are.

use super::bytes::{Bytes, LONGEST_ROW};
use super::fault::Place;
use super::problem::{FileProblem, JsonProblem, Problem};
use std::io::{self, Read};

/// Rows of a list.
pub(super) struct ListRows<R> {
    bytes: Bytes<R>,
    place: Place,
    state: State,
    rows: u64,
    row: Vec<u8>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// Before the opening bracket.
    Before,
    /// After it.
    First,
    AfterRow,
    AfterComma,
    /// After the closing bracket.
    Closed,
    /// Nothing more is looked at.
    Over,
}

/// Where a row begins, or what is wrong there.
pub(super) type Next = Result<Place, (Place, Problem)>;

impl<R: Read> ListRows<R> {
    pub fn new(bytes: Bytes<R>) -> Self {
        ListRows { bytes, place: Place::start_of(1), state: State::Before, rows: 0, row: Vec::new() }
    }

    /// The row that was found last.
    pub fn row(&self) -> &[u8] {
        &self.row
    }

    /// How many rows were begun.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// All bytes that were read so far.
    pub fn read(&self) -> u64 {
        self.bytes.read
    }

    /// Finds the next row.
    pub fn next(&mut self) -> io::Result<Option<Next>> {
        loop {
            if self.state == State::Over {
                return Ok(None);
            }
            let Some(byte) = self.peek()? else { return Ok(self.end()) };
            let (state, problem) = match (self.state, byte) {
                (State::Before, _) => (State::First, None),
                (State::Closed, _) => (State::Over, Some(JsonProblem::MoreAfterList)),
                (State::AfterComma, b']') => (State::Closed, Some(JsonProblem::TrailingComma)),
                (_, b']') => (State::Closed, None),
                (State::AfterRow, b',') => (State::AfterComma, None),
                (_, b',') => (State::AfterComma, Some(JsonProblem::ValueExpected)),
                (State::AfterRow, _) => {
                    self.state = State::AfterComma;
                    return Ok(Some(Err((self.place, JsonProblem::NoCommaBetweenRows.into()))));
                }
                _ => return self.take_row().map(Some),
            };
            self.state = state;
            let here = self.place;
            self.skip(1);
            if let Some(problem) = problem {
                return Ok(Some(Err((here, problem.into()))));
            }
        }
    }

    /// The next byte that is no white space.
    fn peek(&mut self) -> io::Result<Option<u8>> {
        loop {
            let blank = self.bytes.held().iter().take_while(|byte| byte.is_ascii_whitespace()).count();
            self.skip(blank);
            if let Some(byte) = self.bytes.held().first() {
                return Ok(Some(*byte));
            }
            if !self.bytes.more()? {
                return Ok(None);
            }
        }
    }

    fn skip(&mut self, bytes: usize) {
        self.place = self.place.after(&self.bytes.held()[..bytes]);
        self.bytes.consume(bytes);
    }

    fn end(&mut self) -> Option<Next> {
        let closed = self.state == State::Closed;
        self.state = State::Over;
        (!closed).then(|| Err((self.place, JsonProblem::ListNotClosed { rows: self.rows }.into())))
    }

    fn take_row(&mut self) -> io::Result<Next> {
        let (start, mut scan, mut length) = (self.place, Scan::default(), 0);
        self.rows += 1;
        self.row.clear();
        self.state = State::AfterRow;
        loop {
            let held = self.bytes.held();
            let (used, whole) = scan.run(held);
            length += used as u64;
            if length <= LONGEST_ROW as u64 {
                self.row.extend_from_slice(&held[..used]);
            }
            self.skip(used);
            if whole {
                break;
            }
            if !self.bytes.more()? {
                self.state = State::Over;
                return Ok(Err((start, FileProblem::BrokenOff { row: self.rows }.into())));
            }
        }
        if length > LONGEST_ROW as u64 {
            return Ok(Err((start, FileProblem::TooLong { bytes: length }.into())));
        }
        Ok(Ok(start))
    }
}

/// Finds a value's end by its brackets and quotes alone.
#[derive(Default)]
struct Scan {
    depth: u64,
    in_text: bool,
    escaped: bool,
    begun: bool,
}

impl Scan {
    /// How many of these bytes are the value's, and whether it ends with them.
    fn run(&mut self, bytes: &[u8]) -> (usize, bool) {
        let mut at = 0;
        while at < bytes.len() {
            if std::mem::take(&mut self.escaped) {
                at += 1;
                continue;
            }
            if self.in_text {
                let Some(step) = memchr::memchr2(b'"', b'\\', &bytes[at..]) else { break };
                at += step + 1;
                self.in_text = bytes[at - 1] != b'"';
                self.escaped = self.in_text;
                if !self.in_text && self.depth == 0 {
                    return (at, true);
                }
                continue;
            }
            match bytes[at] {
                b'"' => self.in_text = true,
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' if self.depth > 1 => self.depth -= 1,
                b'}' | b']' if self.depth == 1 || !self.begun => return (at + 1, true),
                b'}' | b']' | b',' | b' ' | b'\t' | b'\r' | b'\n' if self.depth == 0 => return (at, true),
                _ => {}
            }
            self.begun = true;
            at += 1;
        }
        (bytes.len(), false)
    }
}
