//! Examples as a file other tools read.

use super::frozen::kept;
use super::{ExportFormat, build, formats, presets};
use crate::{Core, Result};
use std::io::Write;
use std::path::Path;

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
    let preset = build::refresh(core, &presets::chosen(core)?.name)?;
    let learned = kept(core, &preset)?.into_iter().filter(|(_, held_out)| !held_out);
    let rows = learned.map(|(example, _)| (example.prompt, example.completion));
    let written = formats::write(rows, format, to)?;
    Ok(u32::try_from(written).unwrap_or(u32::MAX))
}
