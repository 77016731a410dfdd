//! The items of an XML export, one at a time and in constant memory. Lenient about what people's tools write: tags
//! closed in the wrong order, stray ampersands. Entities that a file defines for itself stay as they are written, so
//! none can grow.

use std::cell::Cell;
use std::io::{self, BufReader, Cursor, ErrorKind, Read};
use std::rc::Rc;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::metered::{Allowance, Guarded};
use super::text;

/// Elements inside one another beyond this are no export.
const MAX_DEPTH: usize = 100;

/// One element that holds text.
#[derive(Debug, Default)]
pub(super) struct Field {
    /// Its name with prefix, as written.
    pub name: String,
    /// The name of the element around it.
    pub parent: String,
    pub attributes: Vec<(String, String)>,
    pub text: String,
}

impl Field {
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// What comes next.
pub(super) enum Piece {
    /// An element outside of items.
    Outside(Field),
    /// A whole item, its elements in order of their ends.
    Item(Vec<Field>),
    /// An item that is larger than may be; what is known of it.
    TooLarge(Vec<Field>),
}

/// Why no more comes.
#[derive(Debug)]
pub(super) enum Broken {
    /// The file stops, or stops making sense.
    Damaged,
    /// One element is larger than anything that could be read.
    TooLarge,
}

pub(super) struct Pieces<'a> {
    reader: Reader<Guarded<BufReader<Box<dyn Read + 'a>>>>,
    allowance: Allowance,
    item: &'static str,
    limit: usize,
    buffer: Vec<u8>,
    open: Vec<Field>,
}

impl<'a> Pieces<'a> {
    /// `limit` is the most text an item may hold, in bytes.
    pub(super) fn new(raw: impl Read + 'a, item: &'static str, limit: u64) -> io::Result<Self> {
        let allowance: Allowance = Rc::new(Cell::new(None));
        let text = without_declaration(text::stream(raw)?)?;
        let mut reader = Reader::from_reader(Guarded::new(BufReader::new(text), allowance.clone()));
        let config = reader.config_mut();
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        config.allow_dangling_amp = true;
        config.expand_empty_elements = true;
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        Ok(Self { reader, allowance, item, limit, buffer: Vec::new(), open: Vec::new() })
    }

    /// The next element or item; `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<Piece>, Broken> {
        let mut item: Option<Item> = None;
        loop {
            self.buffer.clear();
            // Twice the limit, since the text of an element may be written longer than it is.
            self.allowance.set(Some(self.limit as u64 * 2 + 65_536));
            let event = self.reader.read_event_into(&mut self.buffer);
            match event.map_err(|error| broken(&error))? {
                Event::Start(start) => {
                    if self.open.len() >= MAX_DEPTH {
                        return Err(Broken::Damaged);
                    }
                    let field = field(&start, self.open.last());
                    if field.name == self.item && item.is_none() {
                        item = Some(Item { fields: Vec::new(), left: self.limit, depth: self.open.len(), whole: true });
                    }
                    self.open.push(field);
                }
                Event::End(end) => {
                    let name = end.name();
                    let Some(at) = self.open.iter().rposition(|field| name.as_ref() == field.name) else { continue };
                    let mut closed = self.open.drain(at..);
                    let Some(field) = closed.next() else { continue };
                    drop(closed);
                    match item.take() {
                        Some(done) if at <= done.depth => return Ok(Some(done.close())),
                        Some(mut open) => {
                            open.fields.push(field);
                            item = Some(open);
                        }
                        None if !field.text.trim().is_empty() => return Ok(Some(Piece::Outside(field))),
                        None => {}
                    }
                }
                Event::Text(text) => self.open.add(&text.xml10_content(), &mut item, self.limit),
                Event::CData(text) => self.open.add(&text.xml10_content(), &mut item, self.limit),
                Event::GeneralRef(reference) => {
                    let letter = reference.resolve_char_ref().ok().flatten();
                    let text = letter.map(String::from).unwrap_or_else(|| named(&reference));
                    self.open.add(&text, &mut item, self.limit);
                }
                Event::Eof if item.is_some() || !self.open.is_empty() => return Err(Broken::Damaged),
                Event::Eof => return Ok(None),
                _ => {}
            }
        }
    }
}

struct Item {
    fields: Vec<Field>,
    left: usize,
    depth: usize,
    whole: bool,
}

impl Item {
    fn close(self) -> Piece {
        if self.whole { Piece::Item(self.fields) } else { Piece::TooLarge(self.fields) }
    }
}

trait AddText {
    fn add(&mut self, text: &str, item: &mut Option<Item>, limit: usize);
}

impl AddText for Vec<Field> {
    /// Adds text to the innermost open element, as far as its item may still grow.
    fn add(&mut self, text: &str, item: &mut Option<Item>, limit: usize) {
        let Some(field) = self.last_mut() else { return };
        if field.text.is_empty() && text.trim().is_empty() {
            return;
        }
        match item {
            Some(item) => match item.left.checked_sub(text.len()) {
                Some(left) => {
                    item.left = left;
                    field.text.push_str(text);
                }
                None => item.whole = false,
            },
            None if field.text.len() + text.len() <= limit.min(1_000_000) => field.text.push_str(text),
            None => {}
        }
    }
}

fn field(start: &BytesStart, parent: Option<&Field>) -> Field {
    let mut attributes = start.html_attributes();
    let attributes = attributes.with_checks(false).flatten();
    Field {
        name: start.name().as_ref().to_owned(),
        parent: parent.map(|parent| parent.name.clone()).unwrap_or_default(),
        attributes: attributes.take(50).map(|one| (one.key.as_ref().to_owned(), unescape(&one.value))).collect(),
        text: String::new(),
    }
}

/// The value of an attribute with the five entities of XML read, and no others.
fn unescape(value: &str) -> String {
    if !value.contains('&') {
        return value.to_owned();
    }
    let plain = value.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&apos;", "'");
    plain.replace("&#38;", "&").replace("&amp;", "&")
}

/// The five entities of XML; any other is left as written, for the HTML reader to know.
fn named(name: &str) -> String {
    match name {
        "amp" => "&".to_owned(),
        "lt" => "<".to_owned(),
        "gt" => ">".to_owned(),
        "quot" => "\"".to_owned(),
        "apos" => "'".to_owned(),
        other => format!("&{other};"),
    }
}

fn broken(error: &quick_xml::Error) -> Broken {
    match error {
        quick_xml::Error::Io(error) if matches!(error.kind(), ErrorKind::FileTooLarge | ErrorKind::QuotaExceeded) => {
            Broken::TooLarge
        }
        _ => Broken::Damaged,
    }
}

/// The text without the declaration at its beginning: that names the encoding it was in before it was decoded.
fn without_declaration<'a>(mut text: Box<dyn Read + 'a>) -> io::Result<Box<dyn Read + 'a>> {
    let mut head = Vec::new();
    text.by_ref().take(2048).read_to_end(&mut head)?;
    let blank = head.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    head.drain(..blank);
    if head.starts_with(b"<?xml")
        && let Some(end) = head.windows(2).position(|pair| pair == b"?>")
    {
        head.drain(..end + 2);
    }
    Ok(Box::new(Cursor::new(head).chain(text)))
}
