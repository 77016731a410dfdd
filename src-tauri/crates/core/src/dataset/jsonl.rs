//! Examples as a file other tools read: one JSON object a line.

use super::{ExampleStatus, build, list};
use crate::{Core, Error, Result};
use serde::{Deserialize, Serialize};
use std::io::Write;
use std::path::Path;

/// The shape of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum ExportFormat {
    /// `{"prompt": …, "completion": …}`
    PromptCompletion,
    /// `{"messages": [{"role": "user", …}, {"role": "assistant", …}]}`
    Messages,
    /// `{"text": …}`: prompt, blank line, text.
    Text,
}

impl std::str::FromStr for ExportFormat {
    type Err = Error;
    fn from_str(name: &str) -> Result<ExportFormat> {
        match name {
            "prompt-completion" => Ok(ExportFormat::PromptCompletion),
            "messages" => Ok(ExportFormat::Messages),
            "text" => Ok(ExportFormat::Text),
            _ => Err(Error::bad_input(format!("'{name}' is no format for examples."))
                .hint("The formats are prompt-completion, messages and text.")),
        }
    }
}

/// Writes the examples that are learned from (held-out posts left out) and gives their number. The file appears whole
/// or not at all.
///
/// # Errors
/// When the library cannot be read or the file not written.
pub fn export(core: &Core, to: &Path, format: ExportFormat) -> Result<u32> {
    let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    let rows = write_rows(core, &mut std::io::BufWriter::new(&mut file), format)?;
    file.as_file().sync_all()?;
    file.persist(to).map_err(|error| error.error)?;
    Ok(rows)
}

/// The same to any place that takes bytes.
///
/// # Errors
/// As [`export`].
pub fn write_rows(core: &Core, to: &mut dyn Write, format: ExportFormat) -> Result<u32> {
    let preset = build::preset(core)?;
    let kinds = super::decide::enabled_kinds(core, preset)?;
    let mut rows = 0;
    for example in list::kept(core, preset, &kinds)? {
        if example.held_out || example.status != ExampleStatus::Kept {
            continue;
        }
        let line = match format {
            ExportFormat::PromptCompletion => {
                serde_json::json!({"prompt": example.prompt, "completion": example.completion})
            }
            ExportFormat::Messages => serde_json::json!({"messages": [
                {"role": "user", "content": example.prompt},
                {"role": "assistant", "content": example.completion},
            ]}),
            ExportFormat::Text => serde_json::json!({"text": format!("{}\n\n{}", example.prompt, example.completion)}),
        };
        writeln!(to, "{line}")?;
        rows += 1;
    }
    to.flush()?;
    Ok(rows)
}
