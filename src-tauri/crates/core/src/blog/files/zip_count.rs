//! How many files a zip says it holds, from the last bytes of it.

use std::io::{Read, Seek, SeekFrom};

/// The number in the zip's closing record; `None` when there is none, or when the number is too large for it.
pub(super) fn entries(file: &mut (impl Read + Seek)) -> Option<u64> {
    let count = closing_record(file);
    file.rewind().ok()?;
    count
}

fn closing_record(file: &mut (impl Read + Seek)) -> Option<u64> {
    // The record has 22 bytes, then a comment of at most 65,535; the larger one of big archives stands before it.
    let length = file.seek(SeekFrom::End(0)).ok()?;
    let start = length.saturating_sub(22 + 65_535 + 76);
    file.seek(SeekFrom::Start(start)).ok()?;
    let mut tail = Vec::new();
    file.take(length - start).read_to_end(&mut tail).ok()?;
    let find = |mark: &[u8]| tail.windows(4).rposition(|window| window == mark);
    if let Some(at) = find(b"PK\x06\x06") {
        let count = tail.get(at + 32..at + 40)?;
        return Some(u64::from_le_bytes(count.try_into().ok()?));
    }
    let at = find(b"PK\x05\x06")?;
    let count = tail.get(at + 10..at + 12)?;
    Some(u64::from(u16::from_le_bytes(count.try_into().ok()?)))
}
