//! Files of training examples: what other tools write and read, checked and streamed.
//!
//! Knows no library and no post: bytes go in, rows or a report come out. [`check`] and [`rows`] go through the same
//! parser, so a file that is found clean is read without a fault. A file may be larger than memory.
//!
//! | file | |
//! |---|---|
//! | `shape` | the shapes of a row and the forms of a file |
//! | `rows`, `check` | what this module is for: the rows of a file, and a report on it |
//! | `write` | the other way: rows to a file |
//! | `opening`, `source` | which form a file has, and its rows whatever form that is |
//! | `bytes`, `list`, `csv` | where a row ends: lines, entries of a JSON list, records |
//! | `json`, `value`, `turns` | a row of JSON, parsed without storing what is not needed |
//! | `judge` | which shape a row has, and whether there is something to learn |
//! | `problem`, `sentences`, `syntax`, `locate`, `names` | what is wrong, in words, and where |
//! | `fault`, `notes`, `distinct`, `text` | parts of the report |

mod bytes;
mod check;
mod csv;
mod distinct;
mod fault;
mod json;
mod judge;
mod list;
mod locate;
mod names;
mod notes;
mod opening;
mod problem;
mod rows;
mod sentences;
mod shape;
mod source;
mod syntax;
mod text;
mod turns;
mod value;
mod write;

#[cfg(test)]
mod tests;

pub use bytes::LONGEST_ROW;
pub use check::few_texts;
pub use check::{Longest, Report, ShapeCount, check, check_file};
pub use distinct::Count;
pub use fault::Fault;
pub use rows::{Row, Rows, rows, rows_of};
pub use shape::{Form, Shape};
pub use write::{ExportFormat, write};
