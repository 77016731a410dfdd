//! JSON values taken as they are parsed: whoever wants one says what to make of it, whatever kind it turns out to be,
//! and nothing is stored on the way. A value of the wrong kind is an answer here, not an error of the parser, so that
//! a sentence can name it.

use super::problem::Kind;
use super::text::Text;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use std::fmt;
use std::marker::PhantomData;

/// What to make of a value.
pub(super) trait Take: Sized {
    /// What is made.
    type Out;

    /// Of a value of a kind that is not expected.
    fn other(kind: Kind) -> Self::Out;

    /// Of a text.
    fn text(_text: &str) -> Self::Out {
        Self::other(Kind::Text)
    }

    /// Of a number.
    fn number(_number: f64) -> Self::Out {
        Self::other(Kind::Number)
    }

    /// Of a list.
    fn list<'de, A: SeqAccess<'de>>(mut list: A) -> Result<Self::Out, A::Error> {
        while list.next_element_seed(any::<Skip>())?.is_some() {}
        Ok(Self::other(Kind::List))
    }

    /// Of an object.
    fn object<'de, A: MapAccess<'de>>(mut object: A) -> Result<Self::Out, A::Error> {
        while object.next_entry_seed(any::<Skip>(), any::<Skip>())?.is_some() {}
        Ok(Self::other(Kind::Object))
    }
}

/// Takes the next value in this way.
pub(super) fn any<H: Take>() -> Any<H> {
    Any(PhantomData)
}

/// The parser's side of [`Take`].
pub(super) struct Any<H>(PhantomData<H>);

impl<'de, H: Take> DeserializeSeed<'de> for Any<H> {
    type Value = H::Out;
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<H::Out, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de, H: Take> Visitor<'de> for Any<H> {
    type Value = H::Out;

    fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("any value")
    }
    fn visit_bool<E>(self, _: bool) -> Result<H::Out, E> {
        Ok(H::other(Kind::Bool))
    }
    fn visit_i64<E>(self, number: i64) -> Result<H::Out, E> {
        Ok(H::number(number as f64))
    }
    fn visit_u64<E>(self, number: u64) -> Result<H::Out, E> {
        Ok(H::number(number as f64))
    }
    fn visit_f64<E>(self, number: f64) -> Result<H::Out, E> {
        Ok(H::number(number))
    }
    fn visit_unit<E>(self) -> Result<H::Out, E> {
        Ok(H::other(Kind::Null))
    }
    fn visit_str<E>(self, text: &str) -> Result<H::Out, E> {
        Ok(H::text(text))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<H::Out, A::Error> {
        H::list(list)
    }
    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<H::Out, A::Error> {
        H::object(object)
    }
}

/// Reads over a value. Unlike serde's own way it keeps to the parser's bound on depth, since other tools would stumble.
pub(super) enum Skip {}

impl Take for Skip {
    type Out = ();
    fn other(_: Kind) {}
}

/// A text, or the kind of what is there instead.
pub(super) struct TextOr<T>(PhantomData<T>);

impl<T: Text> Take for TextOr<T> {
    type Out = Result<T, Kind>;
    fn other(kind: Kind) -> Self::Out {
        Err(kind)
    }
    fn text(text: &str) -> Self::Out {
        Ok(T::of(text))
    }
}
