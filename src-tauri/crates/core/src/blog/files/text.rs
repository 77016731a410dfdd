//! Bytes to text. Old files come in old encodings; a few wrong bytes are no reason to lose a post.

use std::io::{self, Cursor, Read};

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use encoding_rs_io::DecodeReaderBytesBuilder;

/// How much of a file is looked at to tell its encoding, in bytes.
const HEAD: u64 = 64 * 1024;

/// A whole text, whatever it was written in. Wrong bytes become the sign for "unknown character".
pub(super) fn decode(bytes: &[u8]) -> String {
    encoding_of(bytes).decode(bytes).0.into_owned()
}

/// A stream of text as UTF-8, without mark at the beginning.
pub(super) fn stream<'a>(mut raw: impl Read + 'a) -> io::Result<Box<dyn Read + 'a>> {
    let mut head = Vec::new();
    raw.by_ref().take(HEAD).read_to_end(&mut head)?;
    let encoding = encoding_of(&head);
    let whole = Cursor::new(head).chain(raw);
    Ok(Box::new(DecodeReaderBytesBuilder::new().encoding(Some(encoding)).build(whole)))
}

/// The encoding that a text says it has, by its mark or in its first lines; else the one its bytes fit.
fn encoding_of(bytes: &[u8]) -> &'static Encoding {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return encoding;
    }
    if let Some(wide) = without_mark(bytes) {
        return wide;
    }
    let start = &bytes[..bytes.len().min(1024)];
    let start = String::from_utf8_lossy(start).to_ascii_lowercase();
    let named = start.split_once("encoding=").filter(|_| start.trim_start().starts_with("<?xml"));
    let named = named.or_else(|| start.split_once("charset=").filter(|_| start.contains("<meta")));
    let label: Option<String> = named.map(|(_, rest)| {
        rest.trim_start_matches(['"', '\''])
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric() || "-_:".contains(*c))
            .collect()
    });
    let declared = label.and_then(|label| Encoding::for_label(label.as_bytes()));
    // A text that is sound UTF-8 is that, whatever an editor wrote into its head.
    if fits_utf8(bytes) {
        return UTF_8;
    }
    match declared {
        // The head was readable byte by byte, so it is no wide encoding.
        Some(encoding) if encoding != UTF_16LE && encoding != UTF_16BE => encoding,
        _ => WINDOWS_1252,
    }
}

/// Two bytes to a letter without saying so: every other byte of western text is zero.
fn without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    match bytes {
        [0, b, 0, c, ..] if *b != 0 && *c != 0 => Some(UTF_16BE),
        [b, 0, c, 0, ..] if *b != 0 && *c != 0 => Some(UTF_16LE),
        _ => None,
    }
}

/// Whether the bytes are UTF-8, but for a rare slip in a long text.
fn fits_utf8(bytes: &[u8]) -> bool {
    let (mut wrong, mut right) = (0_usize, 0_usize);
    for chunk in whole_letters(bytes).utf8_chunks() {
        right += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        wrong += usize::from(!chunk.invalid().is_empty());
    }
    wrong == 0 || right > wrong * 4
}

/// The head of a longer text without its last letter, which may be cut through.
fn whole_letters(bytes: &[u8]) -> &[u8] {
    let cut = u64::try_from(bytes.len()).is_ok_and(|length| length == HEAD);
    let tail = if cut { bytes.iter().rev().take(4).take_while(|byte| !byte.is_ascii()).count() } else { 0 };
    &bytes[..bytes.len() - tail]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wide(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(unit).collect()
    }

    #[test]
    fn texts_in_many_encodings_read_the_same() {
        let text = "<p>Größe, œuvre – “naïve”</p>";
        assert_eq!(decode(text.as_bytes()), text);
        assert_eq!(decode(format!("\u{FEFF}{text}").as_bytes()), text);
        assert_eq!(decode(&wide(text, u16::to_le_bytes)), text);
        assert_eq!(decode(&wide(&format!("\u{FEFF}{text}"), u16::to_be_bytes)), text);
        assert_eq!(decode(&WINDOWS_1252.encode(text).0), text);
        let cyrillic = "<?xml version=\"1.0\" encoding=\"koi8-r\"?><rss>Море и берег</rss>";
        let bytes = encoding_rs::KOI8_R.encode(cyrillic).0.into_owned();
        assert_eq!(decode(&bytes), cyrillic);
        assert_eq!(io::read_to_string(stream(&bytes[..]).expect("readable")).expect("text"), cyrillic);
    }

    #[test]
    fn a_declaration_that_is_wrong_is_not_believed() {
        let text = "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><p>schön, größer, weiß</p>";
        assert_eq!(decode(text.as_bytes()), text);
    }

    #[test]
    fn a_wrong_byte_costs_one_letter() {
        let mut bytes = "Ein schöner Tag, ein größerer Abend, ein Weg über Brücken".as_bytes().to_vec();
        bytes.push(0xFF);
        assert!(decode(&bytes).starts_with("Ein schöner Tag, ein größerer Abend"));
    }
}
