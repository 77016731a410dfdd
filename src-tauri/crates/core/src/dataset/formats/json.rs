//! One row of JSON: parsed, and judged by its fields.

use super::judge::{Parsed, Step, judge};
use super::locate::locate;
use super::names;
use super::problem::{FieldProblem, Kind, Problem};
use super::syntax;
use super::text::Text;
use super::turns::Turns;
use super::value::{Skip, Take, TextOr, any};
use serde::de::{DeserializeSeed, MapAccess, SeqAccess};

/// A problem and the byte of the row where it is.
#[derive(Debug)]
pub(super) struct Trouble {
    pub at: usize,
    pub problem: Problem,
}

/// Parses one row.
pub(super) fn parse<T: Text>(text: &str) -> Result<Parsed<T>, Trouble> {
    let syntax = |error: &serde_json::Error| {
        let (at, problem) = syntax::of(error, text);
        Trouble { at, problem: problem.into() }
    };
    let mut parser = serde_json::Deserializer::from_str(text);
    let fields = any::<Fields<T>>().deserialize(&mut parser).map_err(|error| syntax(&error))?;
    parser.end().map_err(|error| syntax(&error))?;
    let fields = match fields {
        Ok(fields) => fields,
        Err(kind) => {
            let problem = FieldProblem::NotAnObject { kind }.into();
            return Err(Trouble { at: locate(text, &[]), problem });
        }
    };
    let duplicate = fields.duplicate;
    match judge(fields) {
        Ok(parsed) => Ok(Parsed { duplicate, ..parsed }),
        Err(Some((path, problem))) => Err(Trouble { at: locate(text, &path), problem }),
        Err(None) => {
            Err(Trouble { at: locate(text, &[] as &[Step]), problem: names::of_fields(field_names(text)).into() })
        }
    }
}

/// What a field holds.
pub(super) enum Field<T> {
    Missing,
    Text(T),
    List(Turns<T>),
    /// Neither: null is among these.
    Other(Kind),
}

impl<T: Text> Field<T> {
    /// Whether there is anything but null.
    pub fn is_given(&self) -> bool {
        !matches!(self, Field::Missing | Field::Other(Kind::Null))
    }

    /// Whether it is there, be it as null.
    pub fn is_there(&self) -> bool {
        !matches!(self, Field::Missing)
    }

    /// The kind of what it holds.
    pub fn kind(&self) -> Kind {
        match self {
            Field::Missing => Kind::Null,
            Field::Text(_) => Kind::Text,
            Field::List(_) => Kind::List,
            Field::Other(kind) => *kind,
        }
    }
}

impl<T: Text> Take for Field<T> {
    type Out = Field<T>;
    fn other(kind: Kind) -> Self {
        Field::Other(kind)
    }
    fn text(text: &str) -> Self {
        Field::Text(T::of(text))
    }
    fn list<'de, A: SeqAccess<'de>>(list: A) -> Result<Self, A::Error> {
        Ok(Field::List(Turns::read(list)?))
    }
}

/// The fields that any shape knows, by [`KNOWN`].
pub(super) struct Fields<T> {
    pub prompt: Field<T>,
    pub completion: Field<T>,
    pub messages: Field<T>,
    pub text: Field<T>,
    pub instruction: Field<T>,
    pub input: Field<T>,
    pub output: Field<T>,
    /// A field that is there more than once; the last one counts.
    pub duplicate: Option<&'static str>,
}

const KNOWN: [&str; 7] = ["prompt", "completion", "messages", "text", "instruction", "input", "output"];

impl<T: Text> Take for Fields<T> {
    type Out = Result<Fields<T>, Kind>;

    fn other(kind: Kind) -> Self::Out {
        Err(kind)
    }

    fn object<'de, A: MapAccess<'de>>(mut object: A) -> Result<Self::Out, A::Error> {
        let none = || Field::Missing;
        let mut fields = Fields {
            prompt: none(),
            completion: none(),
            messages: none(),
            text: none(),
            instruction: none(),
            input: none(),
            output: none(),
            duplicate: None,
        };
        while let Some(name) = object.next_key_seed(any::<Name>())? {
            let Some(name) = name else {
                object.next_value_seed(any::<Skip>())?;
                continue;
            };
            let place = match name {
                "prompt" => &mut fields.prompt,
                "completion" => &mut fields.completion,
                "messages" => &mut fields.messages,
                "text" => &mut fields.text,
                "instruction" => &mut fields.instruction,
                "input" => &mut fields.input,
                _ => &mut fields.output,
            };
            if place.is_there() {
                fields.duplicate = Some(name);
            }
            *place = object.next_value_seed(any::<Field<T>>())?;
        }
        Ok(Ok(fields))
    }
}

/// The name of a field that is known.
enum Name {}

impl Take for Name {
    type Out = Option<&'static str>;
    fn other(_: Kind) -> Self::Out {
        None
    }
    fn text(name: &str) -> Self::Out {
        KNOWN.into_iter().find(|known| *known == name)
    }
}

/// So many names of fields are looked at; a sentence tells fewer.
const MOST_NAMES: usize = 100;

/// The names of the fields of a row that was parsed before.
fn field_names(text: &str) -> Vec<String> {
    any::<Names>().deserialize(&mut serde_json::Deserializer::from_str(text)).unwrap_or_default()
}

enum Names {}

impl Take for Names {
    type Out = Vec<String>;
    fn other(_: Kind) -> Self::Out {
        Vec::new()
    }
    fn object<'de, A: MapAccess<'de>>(mut object: A) -> Result<Self::Out, A::Error> {
        let mut names: Vec<String> = Vec::new();
        while let Some((name, ())) = object.next_entry_seed(any::<TextOr<String>>(), any::<Skip>())? {
            let name = name.unwrap_or_default();
            if names.len() < MOST_NAMES && !names.contains(&name) {
                names.push(name);
            }
        }
        Ok(names)
    }
}
