//! A list of messages, folded while it is parsed: what comes before the last message, and the last one.

use super::problem::{Kind, MessageFault};
use super::text::Text;
use super::value::{Skip, Take, TextOr, any};
use serde::de::{MapAccess, SeqAccess};
use std::marker::PhantomData;

/// Of a role or a type that nobody knows, no more than its beginning is kept.
const LONGEST_NAME: usize = 100;

/// Who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    System,
    User,
    Assistant,
}

impl Role {
    /// Its name in files and sentences.
    pub fn name(self) -> &'static str {
        match self {
            Role::System => "system",
            Role::User => "user",
            Role::Assistant => "assistant",
        }
    }
}

/// A message that is in order.
pub(super) struct Message<T> {
    pub role: Role,
    pub text: T,
    /// Whether its weight says that it is not learned from.
    pub weightless: bool,
}

/// A message that is not in order: which one (from 0), which of its fields, and why.
pub(super) struct BadMessage {
    pub index: usize,
    pub field: Option<&'static str>,
    pub fault: MessageFault,
}

/// What a list of messages comes to.
pub(super) struct Turns<T> {
    /// The texts before the last message, blank lines between them.
    pub before: T,
    pub last: Option<Message<T>>,
    pub count: usize,
    /// Whether any message is the assistant's.
    pub answered: bool,
    /// The first message that is not in order.
    pub bad: Option<BadMessage>,
}

impl<T: Text> Turns<T> {
    /// Takes every message of a list. A message that is not in order is remembered, and the rest read over.
    pub fn read<'de, A: SeqAccess<'de>>(mut list: A) -> Result<Self, A::Error> {
        let mut turns = Turns { before: T::default(), last: None, count: 0, answered: false, bad: None };
        while let Some(entry) = list.next_element_seed(any::<Entry<T>>())? {
            match entry {
                Ok(message) => turns.push(message),
                Err((field, fault)) => {
                    turns.bad.get_or_insert(BadMessage { index: turns.count, field, fault });
                }
            }
            turns.count += 1;
        }
        Ok(turns)
    }

    fn push(&mut self, message: Message<T>) {
        self.answered |= message.role == Role::Assistant;
        if let Some(last) = self.last.replace(message) {
            self.before = std::mem::take(&mut self.before).join("\n\n", last.text);
        }
    }
}

struct Entry<T>(PhantomData<T>);

impl<T: Text> Take for Entry<T> {
    type Out = Result<Message<T>, (Option<&'static str>, MessageFault)>;

    fn other(kind: Kind) -> Self::Out {
        Err((None, MessageFault::NotAMessage { kind }))
    }

    fn object<'de, A: MapAccess<'de>>(mut object: A) -> Result<Self::Out, A::Error> {
        let (mut role, mut content, mut weightless) = (None, None, false);
        while let Some(key) = object.next_key_seed(any::<Key>())? {
            match key {
                Key::Role => role = Some(object.next_value_seed(any::<RoleName>())?),
                Key::Content => content = Some(object.next_value_seed(any::<Content<T>>())?),
                Key::Weight => weightless = object.next_value_seed(any::<IsZero>())?,
                Key::Other => object.next_value_seed(any::<Skip>())?,
            }
        }
        Ok(match (role, content) {
            (None, _) => Err((None, MessageFault::NoRole)),
            (Some(Err(fault)), _) => Err((Some("role"), fault)),
            (_, None) => Err((None, MessageFault::NoContent)),
            (_, Some(Err(fault))) => Err((Some("content"), fault)),
            (Some(Ok(role)), Some(Ok(text))) => Ok(Message { role, text, weightless }),
        })
    }
}

enum Key {
    Role,
    Content,
    Weight,
    Other,
}

impl Take for Key {
    type Out = Key;
    fn other(_: Kind) -> Key {
        Key::Other
    }
    fn text(name: &str) -> Key {
        match name {
            "role" => Key::Role,
            "content" => Key::Content,
            "weight" => Key::Weight,
            _ => Key::Other,
        }
    }
}

enum RoleName {}

impl Take for RoleName {
    type Out = Result<Role, MessageFault>;
    fn other(kind: Kind) -> Self::Out {
        Err(MessageFault::RoleKind { kind })
    }
    fn text(name: &str) -> Self::Out {
        let known = [Role::System, Role::User, Role::Assistant].into_iter().find(|role| role.name() == name);
        known.ok_or_else(|| MessageFault::UnknownRole { role: name.chars().take(LONGEST_NAME).collect() })
    }
}

enum IsZero {}

impl Take for IsZero {
    type Out = bool;
    fn other(_: Kind) -> bool {
        false
    }
    fn number(number: f64) -> bool {
        number == 0.0
    }
}

/// Text, or a list of parts, which are put together as they stand.
struct Content<T>(PhantomData<T>);

impl<T: Text> Take for Content<T> {
    type Out = Result<T, MessageFault>;

    fn other(kind: Kind) -> Self::Out {
        Err(MessageFault::ContentKind { kind })
    }

    fn text(text: &str) -> Self::Out {
        Ok(T::of(text))
    }

    fn list<'de, A: SeqAccess<'de>>(mut list: A) -> Result<Self::Out, A::Error> {
        let mut whole = Ok(T::default());
        while let Some(part) = list.next_element_seed(any::<Part<T>>())? {
            whole = whole.and_then(|whole: T| Ok(whole.join("", part?)));
        }
        Ok(whole)
    }
}

/// `{"type": "text", "text": "…"}`.
struct Part<T>(PhantomData<T>);

impl<T: Text> Take for Part<T> {
    type Out = Result<T, MessageFault>;

    fn other(_: Kind) -> Self::Out {
        Err(MessageFault::PartWithoutText)
    }

    fn object<'de, A: MapAccess<'de>>(mut object: A) -> Result<Self::Out, A::Error> {
        let (mut kind, mut text) = (None, None);
        while let Some(key) = object.next_key_seed(any::<TextOr<String>>())? {
            match key.as_deref() {
                Ok("type") => kind = object.next_value_seed(any::<TextOr<String>>())?.ok(),
                Ok("text") => text = object.next_value_seed(any::<TextOr<T>>())?.ok(),
                _ => object.next_value_seed(any::<Skip>())?,
            }
        }
        Ok(match (kind, text) {
            (Some(name), _) if name != "text" => {
                Err(MessageFault::PartType { name: name.chars().take(LONGEST_NAME).collect() })
            }
            (_, Some(text)) => Ok(text),
            (_, None) => Err(MessageFault::PartWithoutText),
        })
    }
}
