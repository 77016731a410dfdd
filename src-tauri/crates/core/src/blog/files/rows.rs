//! The rows of a Ghost export, one at a time: a JSON file whose tables lie at `db[].data.posts` and beside it.
//! Tables nobody asked for are passed over without being kept.

use std::cell::Cell;
use std::fmt;
use std::io::{BufReader, Read};
use std::ops::ControlFlow;
use std::rc::Rc;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use super::metered::{Allowance, Guarded};

/// How the reading ended.
pub(super) enum End {
    /// At the end of the file.
    Whole,
    /// Because the taker wanted no more.
    Stopped,
    /// Because the file stops, or stops making sense.
    Damaged,
}

/// What takes a row: its table and its content.
pub(super) type OnRow<'a> = &'a mut dyn FnMut(&str, Value) -> ControlFlow<()>;

/// Hands on each row of these tables. `limit` is the largest row, in bytes.
pub(super) fn each(raw: impl Read, tables: &[&str], limit: u64, on_row: OnRow) -> End {
    let allowance: Allowance = Rc::new(Cell::new(None));
    let reader = Guarded::new(BufReader::new(raw), allowance.clone());
    let mut stopped = false;
    let mut walk = Walk { tables, on_row, allowance: &allowance, limit, stopped: &mut stopped };
    let read = Place { walk: &mut walk, level: Level::Top }
        .deserialize(&mut serde_json::Deserializer::from_reader(BufReader::new(reader)));
    match read {
        Ok(()) => End::Whole,
        Err(_) if stopped => End::Stopped,
        Err(_) => End::Damaged,
    }
}

struct Walk<'a, 'b> {
    tables: &'a [&'a str],
    on_row: OnRow<'b>,
    allowance: &'a Allowance,
    limit: u64,
    stopped: &'a mut bool,
}

#[derive(Clone, Copy, PartialEq)]
enum Level<'a> {
    /// The whole file, or one of the databases in it.
    Top,
    Data,
    Rows(&'a str),
}

struct Place<'w, 'a, 'b, 'l> {
    walk: &'w mut Walk<'a, 'b>,
    level: Level<'l>,
}

impl<'de> DeserializeSeed<'de> for Place<'_, '_, '_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Place<'_, '_, '_, '_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("an export")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<(), M::Error> {
        while let Some(key) = map.next_key::<String>()? {
            let level = match (self.level, key.as_str()) {
                (Level::Top, "db") => Some(Level::Top),
                (Level::Top, "data") => Some(Level::Data),
                (Level::Data, table) => {
                    self.walk.tables.iter().find(|known| **known == table).map(|name| Level::Rows(name))
                }
                _ => None,
            };
            match level {
                Some(level) => map.next_value_seed(Place { walk: &mut *self.walk, level })?,
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }

    fn visit_seq<S: SeqAccess<'de>>(self, mut list: S) -> Result<(), S::Error> {
        let Level::Rows(table) = self.level else {
            while list.next_element_seed(Place { walk: &mut *self.walk, level: self.level })?.is_some() {}
            return Ok(());
        };
        loop {
            self.walk.allowance.set(Some(self.walk.limit + 1_000_000));
            let row = list.next_element::<Value>()?;
            self.walk.allowance.set(None);
            let Some(row) = row else { return Ok(()) };
            if (self.walk.on_row)(table, row).is_break() {
                *self.walk.stopped = true;
                return Err(S::Error::custom("stopped"));
            }
        }
    }

    // A table that is empty is sometimes no list at all.
    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<(), E> {
        Ok(())
    }
}
