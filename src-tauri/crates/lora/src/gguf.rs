//! Reads the container: key-value metadata and where each tensor lies in the memory-mapped file.
//!
//! Format: the ggml project's `docs/gguf.md`, versions 2 and 3, little-endian. The file comes from a download, so
//! nothing in it is believed: every length is compared with the bytes that are left before anything is allocated,
//! and arrays stay in the file until someone asks for them.

use std::collections::HashMap;
use std::fs::File;
use std::ops::Range;
use std::path::{Path, PathBuf};

use memmap2::Mmap;

use crate::error::Error;
use crate::quant::Kind;

/// An open container.
pub(crate) struct Gguf {
    path: PathBuf,
    map: Mmap,
    values: HashMap<String, Value>,
    tensors: HashMap<String, TensorEntry>,
}

/// One metadata value; arrays only as a place in the file.
enum Value {
    Int(i128),
    Float(f64),
    Bool(bool),
    Str(Range<usize>),
    Array { kind: u32, count: usize, at: usize },
}

/// A tensor as the header describes it, checked against the file's length.
#[derive(Clone)]
pub(crate) struct TensorEntry {
    /// Sizes, the fastest-changing first (a matrix of `rows` x `cols` is `[cols, rows]`).
    pub(crate) dims: Vec<usize>,
    pub(crate) kind: Kind,
    pub(crate) bytes: Range<usize>,
}

const STRING: u32 = 8;
const ARRAY: u32 = 9;

impl Gguf {
    pub(crate) fn open(path: &Path) -> Result<Gguf, Error> {
        let file = File::open(path).map_err(Error::read(path))?;
        let length = file.metadata().map_err(Error::read(path))?.len();
        if length < 24 {
            return Err(Error::NotAModel { path: path.into(), why: format!("it has only {length} bytes") });
        }
        // SAFETY: the map is read-only. Rust cannot rule out that another program shortens the file meanwhile, which
        // would end the process; the application keeps models in its own folder and replaces them by renaming.
        #[allow(unsafe_code)]
        let map = unsafe { Mmap::map(&file) }.map_err(Error::read(path))?;
        let mut reader = Reader { path, bytes: &map, at: 0 };
        let (values, tensors) = reader.header()?;
        Ok(Gguf { path: path.into(), map, values, tensors })
    }

    pub(crate) fn bytes(&self, range: Range<usize>) -> &[u8] {
        &self.map[range]
    }

    pub(crate) fn len(&self) -> usize {
        self.map.len()
    }

    pub(crate) fn tensors(&self) -> &HashMap<String, TensorEntry> {
        &self.tensors
    }

    pub(crate) fn wrong(&self, why: impl Into<String>) -> Error {
        Error::NotAModel { path: self.path.clone(), why: why.into() }
    }

    /// A text, if the key is there and is one.
    pub(crate) fn text(&self, key: &str) -> Option<&str> {
        match self.values.get(key)? {
            Value::Str(range) => std::str::from_utf8(&self.map[range.clone()]).ok(),
            _ => None,
        }
    }

    pub(crate) fn flag(&self, key: &str) -> Option<bool> {
        match self.values.get(key)? {
            Value::Bool(b) => Some(*b),
            _ => None,
        }
    }

    pub(crate) fn float(&self, key: &str) -> Option<f64> {
        match self.values.get(key)? {
            Value::Float(x) => Some(*x),
            Value::Int(x) => Some(*x as f64),
            _ => None,
        }
    }

    /// A count or an id; an error when the key holds something else.
    pub(crate) fn count(&self, key: &str) -> Result<Option<usize>, Error> {
        match self.values.get(key) {
            None => Ok(None),
            Some(Value::Int(x)) if (0..=u32::MAX as i128).contains(x) => Ok(Some(*x as usize)),
            Some(_) => Err(self.wrong(format!("its setting {key} is not a whole number of a usual size"))),
        }
    }

    pub(crate) fn texts(&self, key: &str) -> Result<Vec<&str>, Error> {
        let (count, at) = match self.values.get(key) {
            Some(Value::Array { kind: STRING, count, at }) => (*count, *at),
            _ => return Err(self.wrong(format!("it has no list of texts named {key}"))),
        };
        let mut reader = Reader { path: &self.path, bytes: &self.map, at };
        let mut texts = Vec::with_capacity(count);
        for _ in 0..count {
            let range = reader.string()?;
            let text = std::str::from_utf8(&self.map[range]);
            texts.push(text.map_err(|_| self.wrong(format!("{key} holds a text that is not UTF-8")))?);
        }
        Ok(texts)
    }

    /// A list of 32-bit floats, if the key is there and is one.
    pub(crate) fn floats(&self, key: &str) -> Option<Vec<f32>> {
        match self.values.get(key)? {
            Value::Array { kind: 6, count, at } => {
                let (words, _) = self.map[*at..*at + 4 * *count].as_chunks::<4>();
                Some(words.iter().map(|w| f32::from_le_bytes(*w)).collect())
            }
            _ => None,
        }
    }

    /// A list of 32-bit integers, if the key is there and is one.
    pub(crate) fn ints(&self, key: &str) -> Option<Vec<i32>> {
        match self.values.get(key)? {
            Value::Array { kind: 4 | 5, count, at } => {
                let (words, _) = self.map[*at..*at + 4 * *count].as_chunks::<4>();
                Some(words.iter().map(|w| i32::from_le_bytes(*w)).collect())
            }
            _ => None,
        }
    }
}

struct Reader<'a> {
    path: &'a Path,
    bytes: &'a [u8],
    at: usize,
}

type Header = (HashMap<String, Value>, HashMap<String, TensorEntry>);

impl Reader<'_> {
    fn header(&mut self) -> Result<Header, Error> {
        if self.take(4, "the magic number")? != b"GGUF" {
            return Err(self.wrong("it does not begin with the letters GGUF"));
        }
        let version = self.u32()?;
        if !(2..=3).contains(&version) {
            return Err(Error::unsupported(format!("its GGUF version is {version}; versions 2 and 3 can be read")));
        }
        let tensor_count = self.u64()?;
        let value_count = self.u64()?;
        // A tensor takes at least 24 bytes of header and a value 13, so absurd counts end here.
        let left = (self.bytes.len() - self.at) as u64;
        if tensor_count > left / 24 || value_count > left / 13 {
            return Err(self.wrong(format!("it announces {tensor_count} tensors and {value_count} settings")));
        }
        let mut values = HashMap::new();
        for _ in 0..value_count {
            let key = self.name()?;
            let kind = self.u32()?;
            let value = self.value(kind)?;
            values.insert(key, value);
        }
        let mut raw = Vec::with_capacity(tensor_count as usize);
        for _ in 0..tensor_count {
            raw.push(self.tensor()?);
        }
        let alignment = match values.get("general.alignment") {
            None => 32,
            Some(Value::Int(a)) if (1..=1 << 16).contains(a) && (*a as u64).is_power_of_two() => *a as usize,
            Some(_) => return Err(self.wrong("its alignment is not a power of two")),
        };
        let start = self.at.next_multiple_of(alignment) as u64;
        let mut tensors = HashMap::new();
        for (name, dims, kind, offset, size) in raw {
            let begin = start.checked_add(offset);
            let end = begin.and_then(|begin| begin.checked_add(size));
            let (Some(begin), Some(end)) = (begin, end) else {
                return Err(Error::tensor(&name, "its place in the file is impossible"));
            };
            if end > self.bytes.len() as u64 {
                return Err(self.cut(format!("the tensor {name}"), end));
            }
            let entry = TensorEntry { dims, kind, bytes: begin as usize..end as usize };
            if tensors.insert(name.clone(), entry).is_some() {
                return Err(Error::tensor(&name, "it is there twice"));
            }
        }
        Ok((values, tensors))
    }

    fn tensor(&mut self) -> Result<(String, Vec<usize>, Kind, u64, u64), Error> {
        let name = self.name()?;
        let rank = self.u32()?;
        if !(1..=4).contains(&rank) {
            return Err(Error::tensor(&name, format!("it has {rank} dimensions")));
        }
        let mut dims = Vec::new();
        let mut elements = 1u64;
        for _ in 0..rank {
            let dim = self.u64()?;
            elements = match elements.checked_mul(dim) {
                Some(product) if dim > 0 && product <= 1 << 40 => product,
                _ => return Err(Error::tensor(&name, "its size is impossible")),
            };
            dims.push(dim as usize);
        }
        let code = self.u32()?;
        let kind = Kind::from_code(code).map_err(|type_name| {
            Error::unsupported(format!(
                "its tensor {name} is stored as {type_name}, and only {} can be read",
                Kind::NAMES
            ))
        })?;
        let Some(row) = kind.row_bytes(dims[0]) else {
            return Err(Error::tensor(&name, format!("its rows of {} elements are not whole blocks", dims[0])));
        };
        let size = row as u64 * (elements / dims[0] as u64);
        Ok((name, dims, kind, self.u64()?, size))
    }

    fn value(&mut self, kind: u32) -> Result<Value, Error> {
        Ok(match kind {
            0 => Value::Int(self.array::<1>()?[0] as i128),
            1 => Value::Int(self.array::<1>()?[0] as i8 as i128),
            2 => Value::Int(u16::from_le_bytes(self.array()?) as i128),
            3 => Value::Int(i16::from_le_bytes(self.array()?) as i128),
            4 => Value::Int(self.u32()? as i128),
            5 => Value::Int(self.u32()? as i32 as i128),
            6 => Value::Float(f32::from_le_bytes(self.array()?) as f64),
            7 => Value::Bool(self.array::<1>()?[0] != 0),
            STRING => Value::Str(self.string()?),
            ARRAY => self.list()?,
            10 => Value::Int(self.u64()? as i128),
            11 => Value::Int(self.u64()? as i64 as i128),
            12 => Value::Float(f64::from_le_bytes(self.array()?)),
            other => return Err(self.wrong(format!("it has a setting of the unknown type {other}"))),
        })
    }

    fn list(&mut self) -> Result<Value, Error> {
        let kind = self.u32()?;
        let count = self.u64()?;
        let width: u64 = match kind {
            0 | 1 | 7 => 1,
            2 | 3 => 2,
            4..=6 => 4,
            STRING | 10..=12 => 8,
            other => return Err(self.wrong(format!("it has a list of the unsupported type {other}"))),
        };
        let left = (self.bytes.len() - self.at) as u64;
        if count > left / width {
            return Err(
                self.cut("a list of settings".into(), (self.at as u64).saturating_add(count.saturating_mul(width)))
            );
        }
        let at = self.at;
        if kind == STRING {
            for _ in 0..count {
                self.string()?;
            }
        } else {
            self.at += (count * width) as usize;
        }
        Ok(Value::Array { kind, count: count as usize, at })
    }

    fn name(&mut self) -> Result<String, Error> {
        let range = self.string()?;
        if range.len() > 1 << 10 {
            return Err(self.wrong("it has a name of more than 1,024 bytes"));
        }
        let name = String::from_utf8(self.bytes[range].to_vec());
        name.map_err(|_| self.wrong("it has a name that is not UTF-8"))
    }

    fn string(&mut self) -> Result<Range<usize>, Error> {
        let length = self.u64()?;
        if length > (self.bytes.len() - self.at) as u64 {
            return Err(self.cut("a text".into(), (self.at as u64).saturating_add(length)));
        }
        let begin = self.at;
        self.at += length as usize;
        Ok(begin..self.at)
    }

    fn u32(&mut self) -> Result<u32, Error> {
        Ok(u32::from_le_bytes(self.array()?))
    }

    fn u64(&mut self) -> Result<u64, Error> {
        Ok(u64::from_le_bytes(self.array()?))
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Error> {
        let mut out = [0; N];
        out.copy_from_slice(self.take(N, "the header")?);
        Ok(out)
    }

    fn take(&mut self, n: usize, what: &str) -> Result<&[u8], Error> {
        if n > self.bytes.len() - self.at {
            return Err(self.cut(what.into(), (self.at + n) as u64));
        }
        self.at += n;
        Ok(&self.bytes[self.at - n..self.at])
    }

    fn wrong(&self, why: impl Into<String>) -> Error {
        Error::NotAModel { path: self.path.into(), why: why.into() }
    }

    fn cut(&self, what: String, needed: u64) -> Error {
        Error::Truncated { path: self.path.into(), what, needed, actual: self.bytes.len() as u64 }
    }
}
