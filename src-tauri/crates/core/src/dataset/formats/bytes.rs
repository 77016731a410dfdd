//! A file as it flows by: the bytes that were read and not used yet, in one buffer that never grows past a bound. And
//! lines of it.

use std::io::{self, ErrorKind, Read};
use std::str::Utf8Error;

/// The longest row that is read, in bytes. A longer one is named and left out without ever being held.
pub const LONGEST_ROW: usize = 16 * 1024 * 1024;
/// So many bytes are asked for at once.
const CHUNK: usize = 256 * 1024;

/// The bytes that were read and not used yet.
pub(super) struct Bytes<R> {
    reader: R,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    /// All bytes that were ever read.
    pub read: u64,
}

impl<R: Read> Bytes<R> {
    pub fn new(reader: R) -> Self {
        Bytes { reader, buffer: Vec::new(), start: 0, end: 0, read: 0 }
    }

    /// What is there, unused.
    pub fn held(&self) -> &[u8] {
        &self.buffer[self.start..self.end]
    }

    /// So many bytes of what is held are used now.
    pub fn consume(&mut self, bytes: usize) {
        self.start = (self.start + bytes).min(self.end);
    }

    /// Reads on and gives whether there was more. What is held stays in front of it; it is on the caller to consume, so
    /// that the buffer stays small.
    pub fn more(&mut self) -> io::Result<bool> {
        if self.start > 0 {
            self.buffer.copy_within(self.start..self.end, 0);
            (self.start, self.end) = (0, self.end - self.start);
        }
        if self.buffer.len() - self.end < CHUNK / 2 {
            let grown = (self.buffer.len() * 2).clamp(CHUNK, LONGEST_ROW + CHUNK).max(self.end + CHUNK);
            self.buffer.resize(grown, 0);
        }
        loop {
            match self.reader.read(&mut self.buffer[self.end..]) {
                Ok(count) => {
                    self.end += count;
                    self.read += count as u64;
                    return Ok(count > 0);
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Reads until at least so many bytes are held or the file ends.
    pub fn hold(&mut self, bytes: usize) -> io::Result<()> {
        while self.held().len() < bytes && self.more()? {}
        Ok(())
    }
}

/// A line without the mark that ends it.
pub(super) struct Line<'a> {
    /// Which line of the file it is, from 1.
    pub number: u64,
    /// Its bytes; none when it was too long.
    pub bytes: &'a [u8],
    /// Whether a mark ended it; else the file did.
    pub ended: bool,
    /// Its length, when that was over [`LONGEST_ROW`].
    pub too_long: Option<u64>,
}

/// A file's lines.
pub(super) struct Lines<R> {
    bytes: Bytes<R>,
    mark: u8,
    number: u64,
    taken: usize,
}

impl<R: Read> Lines<R> {
    /// Lines that end with this mark.
    pub fn new(bytes: Bytes<R>, mark: u8) -> Self {
        Lines { bytes, mark, number: 0, taken: 0 }
    }

    /// The mark that ends a line.
    pub fn mark(&self) -> u8 {
        self.mark
    }

    /// All bytes that were read so far.
    pub fn read(&self) -> u64 {
        self.bytes.read
    }

    /// The next line, or nothing at the end of the file.
    pub fn next(&mut self) -> io::Result<Option<Line<'_>>> {
        self.bytes.consume(std::mem::take(&mut self.taken));
        let (mut searched, mut dropped) = (0, 0);
        let (length, ended) = loop {
            if let Some(at) = memchr::memchr(self.mark, &self.bytes.held()[searched..]) {
                break (searched + at, true);
            }
            searched = self.bytes.held().len();
            if searched > LONGEST_ROW || dropped > 0 {
                dropped += searched as u64;
                self.bytes.consume(searched);
                searched = 0;
            }
            if !self.bytes.more()? {
                if searched == 0 && dropped == 0 {
                    return Ok(None);
                }
                break (searched, false);
            }
        };
        self.number += 1;
        self.taken = length + usize::from(ended);
        let whole = dropped + length as u64;
        let too_long = (whole > LONGEST_ROW as u64).then_some(whole);
        let bytes = if too_long.is_some() { &[][..] } else { &self.bytes.held()[..length] };
        Ok(Some(Line { number: self.number, bytes, ended, too_long }))
    }
}

/// Bytes as text. The fast check does not say what is wrong, so the slow one follows where something is.
pub(super) fn utf8(bytes: &[u8]) -> Result<&str, Utf8Error> {
    simdutf8::basic::from_utf8(bytes).or_else(|_| std::str::from_utf8(bytes))
}
