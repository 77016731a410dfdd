//! What a file is, by its first bytes.

use super::bytes::{Bytes, Lines};
use super::names;
use super::notes::Notes;
use super::problem::FileProblem;
use std::io::{self, Read};

/// So many bytes are looked at.
const LOOK: usize = 64 * 1024;

/// A file, ready to be read in its form.
pub(super) enum Opened<R> {
    /// It has none; so many bytes were looked at.
    Nothing { why: FileProblem, read: u64 },
    /// JSON Lines.
    Lines(Lines<R>),
    /// One JSON list.
    List(Bytes<R>),
    /// A header and records.
    Csv(Lines<R>),
}

/// How files begin that are not text, what they are, and what to do with them.
const PACKED: [(&[u8], &str, &str); 9] = [
    (b"PK\x03\x04", "a zip archive or a spreadsheet, not text", "Unpack it, or save the spreadsheet as CSV."),
    (b"\x1f\x8b", "packed with gzip, not text", "Unpack it and choose the file that was inside."),
    (b"BZh", "packed with bzip2, not text", "Unpack it and choose the file that was inside."),
    (b"\x28\xb5\x2f\xfd", "packed with zstd, not text", "Unpack it and choose the file that was inside."),
    (
        b"PAR1",
        "a Parquet table, not text",
        "Save it as JSON Lines first; Python's datasets library does it with to_json.",
    ),
    (b"\xff\xfe", "UTF-16, not UTF-8", "Save it as UTF-8."),
    (b"\xfe\xff", "UTF-16, not UTF-8", "Save it as UTF-8."),
    (b"%PDF", "a PDF, not text", "Choose a file of examples: JSON Lines or CSV."),
    (b"SQLite format 3", "a database, not text", "Choose a file of examples: JSON Lines or CSV."),
];

/// Looks at a file's beginning.
pub(super) fn open<R: Read>(reader: R, notes: &mut Notes) -> io::Result<Opened<R>> {
    let mut bytes = Bytes::new(reader);
    bytes.hold(LOOK)?;
    let read = bytes.read;
    let nothing = |why| Ok(Opened::Nothing { why, read });
    if bytes.held().is_empty() {
        return nothing(FileProblem::Empty);
    }
    if let Some((_, what, fix)) = PACKED.iter().find(|(start, ..)| bytes.held().starts_with(start)) {
        return nothing(FileProblem::Packed { what, fix });
    }
    if bytes.held().starts_with(b"\xef\xbb\xbf") {
        notes.byte_order_mark = true;
        bytes.consume(3);
    }
    let look = &bytes.held()[..bytes.held().len().min(LOOK)];
    // A last CR may be the first half of a line's end.
    let inner = look.strip_suffix(b"\r").unwrap_or(look);
    notes.cr_only = memchr::memchr(b'\r', inner).is_some() && memchr::memchr(b'\n', look).is_none();
    let mark = if notes.cr_only { b'\r' } else { b'\n' };
    let first = look.trim_ascii_start();
    match first.first() {
        Some(b'[') => Ok(Opened::List(bytes)),
        Some(b'{') | None => Ok(Opened::Lines(Lines::new(bytes, mark))),
        _ if is_header(first.split(|byte| *byte == mark).next().unwrap_or_default()) => {
            Ok(Opened::Csv(Lines::new(bytes, mark)))
        }
        // Only the first row is wrong, then.
        _ if look.split(|byte| *byte == mark).any(|line| line.trim_ascii_start().starts_with(b"{\"")) => {
            Ok(Opened::Lines(Lines::new(bytes, mark)))
        }
        _ => nothing(FileProblem::Unknown),
    }
}

/// Whether a line is a table's header, be it with columns of other names.
fn is_header(line: &[u8]) -> bool {
    let text = String::from_utf8_lossy(line);
    text.split([',', ';', '\t', '|']).any(|column| names::is_known(column.trim().trim_matches('"').trim()))
}
