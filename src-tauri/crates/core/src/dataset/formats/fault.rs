//! Where a file of examples is wrong.

use serde::Serialize;

/// Something in a file that keeps a row, or the whole file, from being learned from.
///
/// Numbers are told to the interface as plain numbers: no file a person has holds 2⁵³ lines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct Fault {
    /// The line of the file, from 1. In a row of several lines it is the line that is wrong.
    #[specta(type = u32)]
    pub line: u64,
    /// The character of that line, from 1; where the line is no UTF-8, the byte.
    #[specta(type = u32)]
    pub column: u64,
    /// What is wrong, in a sentence.
    pub what: String,
    /// What to do, in a sentence.
    pub fix: String,
}

/// A place in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    /// From 1.
    pub line: u64,
    /// In characters, from 1.
    pub column: u64,
}

impl Place {
    /// The beginning of a line.
    pub fn start_of(line: u64) -> Place {
        Place { line, column: 1 }
    }

    /// The place after these bytes. Bytes that continue a character count for nothing, so that this holds for pieces of
    /// a text that are cut anywhere.
    pub fn after(self, bytes: &[u8]) -> Place {
        let (line, rest) = match memchr::memrchr(b'\n', bytes) {
            Some(last) => (self.line + memchr::memchr_iter(b'\n', bytes).count() as u64, &bytes[last + 1..]),
            None => (self.line, bytes),
        };
        let characters = rest.iter().filter(|byte| **byte & 0xC0 != 0x80).count() as u64;
        Place { line, column: if line == self.line { self.column + characters } else { 1 + characters } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_count_characters_and_lines() {
        let start = Place { line: 3, column: 5 };
        assert_eq!(start.after("äö€".as_bytes()), Place { line: 3, column: 8 });
        assert_eq!(start.after("ä\n\nö€".as_bytes()), Place { line: 5, column: 3 });
        let (one, two) = "ä\n€b".as_bytes().split_at(4);
        assert_eq!(start.after(one).after(two), Place { line: 4, column: 3 });
    }
}
