//! Examples as a file other tools read. The same rows give the same bytes on every system: line feeds, fields in one
//! order, and every character as itself in UTF-8.

use crate::{Error, Result};
use serde::{Deserialize, Serialize};
use serde_json::ser::{CompactFormatter, Formatter, Serializer};
use std::io::{self, Write};

/// The shape of a file that is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum ExportFormat {
    /// `{"prompt": …, "completion": …}`
    PromptCompletion,
    /// `{"messages": [{"role": "user", …}, {"role": "assistant", …}]}`
    Messages,
    /// `{"text": …}`: prompt, blank line, text.
    Text,
    /// A table with the columns prompt and completion, comma-separated. Python's pandas, and what is built on it, reads an
    /// empty prompt in it as a missing one.
    Csv,
}

impl ExportFormat {
    /// Every format, in the order they are offered.
    pub const ALL: [ExportFormat; 4] =
        [ExportFormat::PromptCompletion, ExportFormat::Messages, ExportFormat::Text, ExportFormat::Csv];

    /// Its stable name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            ExportFormat::PromptCompletion => "prompt-completion",
            ExportFormat::Messages => "messages",
            ExportFormat::Text => "text",
            ExportFormat::Csv => "csv",
        }
    }

    /// What a file of it is usually called after the dot.
    pub fn extension(self) -> &'static str {
        if self == ExportFormat::Csv { "csv" } else { "jsonl" }
    }
}

impl std::str::FromStr for ExportFormat {
    type Err = Error;
    fn from_str(name: &str) -> Result<ExportFormat> {
        ExportFormat::ALL.into_iter().find(|format| format.name() == name).ok_or_else(|| {
            Error::bad_input(format!("'{name}' is no format for examples."))
                .hint("The formats are prompt-completion, messages, text and csv.")
        })
    }
}

/// Writes rows, each a prompt and the text to learn, and gives their number. A row without a prompt is a text or a
/// message by itself.
///
/// Rows are written as they are. A check finds the file clean unless a text is blank or holds U+0000.
///
/// # Errors
/// When the place cannot be written to.
pub fn write<P: AsRef<str>, C: AsRef<str>>(
    rows: impl IntoIterator<Item = (P, C)>,
    format: ExportFormat,
    to: &mut (impl Write + ?Sized),
) -> Result<u64> {
    if format == ExportFormat::Csv {
        to.write_all(b"prompt,completion\n")?;
    }
    let mut count = 0;
    for (prompt, completion) in rows {
        row(prompt.as_ref(), completion.as_ref(), format, to)?;
        to.write_all(b"\n")?;
        count += 1;
    }
    to.flush()?;
    Ok(count)
}

fn row(prompt: &str, completion: &str, format: ExportFormat, to: &mut (impl Write + ?Sized)) -> Result<()> {
    match format {
        ExportFormat::PromptCompletion => json(&PromptCompletion { prompt, completion }, to),
        ExportFormat::Messages => {
            let user = (!prompt.is_empty()).then_some(Message { role: "user", content: prompt });
            let assistant = Message { role: "assistant", content: completion };
            json(&Messages { messages: user.into_iter().chain([assistant]).collect() }, to)
        }
        ExportFormat::Text if prompt.is_empty() => json(&Text { text: completion }, to),
        ExportFormat::Text => json(&Text { text: &format!("{prompt}\n\n{completion}") }, to),
        ExportFormat::Csv => {
            column(prompt, to)?;
            to.write_all(b",")?;
            column(completion, to)
        }
    }
}

// Written by serde in the order of the fields.

#[derive(Serialize)]
struct PromptCompletion<'a> {
    prompt: &'a str,
    completion: &'a str,
}

#[derive(Serialize)]
struct Messages<'a> {
    messages: Vec<Message<'a>>,
}

#[derive(Serialize)]
struct Message<'a> {
    role: &'a str,
    content: &'a str,
}

#[derive(Serialize)]
struct Text<'a> {
    text: &'a str,
}

fn json(value: &impl Serialize, to: &mut (impl Write + ?Sized)) -> Result<()> {
    Ok(value.serialize(&mut Serializer::with_formatter(to, OneLine(CompactFormatter))).map_err(io::Error::from)?)
}

/// JSON on what every program takes for one line: some also end a line at U+0085, U+2028 and U+2029, which JSON itself
/// lets stand, so these are escaped.
struct OneLine(CompactFormatter);

impl Formatter for OneLine {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, to: &mut W, mut fragment: &str) -> io::Result<()> {
        while let Some((at, end)) =
            fragment.char_indices().find(|(_, c)| matches!(c, '\u{85}' | '\u{2028}' | '\u{2029}'))
        {
            self.0.write_string_fragment(to, &fragment[..at])?;
            write!(to, "\\u{:04x}", u32::from(end))?;
            fragment = &fragment[at + end.len_utf8()..];
        }
        self.0.write_string_fragment(to, fragment)
    }
}

/// Always in quotes, so that no text is taken for a number, an empty one stays, and white space at its ends is kept.
fn column(text: &str, to: &mut (impl Write + ?Sized)) -> Result<()> {
    to.write_all(b"\"")?;
    to.write_all(text.replace('"', "\"\"").as_bytes())?;
    Ok(to.write_all(b"\"")?)
}
