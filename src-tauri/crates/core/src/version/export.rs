//! A version's adapter as a folder other tools read: PEFT's two files, with a note on what it is.

use super::store;
use crate::id::VersionId;
use crate::{Core, Error, Result};
use std::path::{Path, PathBuf};

/// Copies a version's adapter into a new folder under `to` and gives that folder.
///
/// # Errors
/// `NotFound` for an unknown version; `BadInput` when the folder is there already.
pub fn export(core: &Core, id: VersionId, to: &Path) -> Result<PathBuf> {
    let drafter = store::drafter(core, Some(id), false)?;
    let from = store::adapter_folder(&core.paths, id);
    let folder = to.join(format!("idiolect-{}", drafter.name));
    if folder.exists() {
        return Err(Error::bad_input(format!(
            "The folder {} is there already; nothing was written.",
            folder.display()
        ))
        .hint("Choose another place, or move that folder away."));
    }
    std::fs::create_dir_all(to)?;
    let staging = tempfile::tempdir_in(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        std::fs::copy(entry.path(), staging.path().join(entry.file_name()))?;
    }
    let recipe = serde_json::to_string_pretty(&drafter.recipe)?;
    let note = format!(
        "# {}\n\nA LoRA adapter in PEFT's format for {}, trained by Idiolect on this computer.\nUse it with that base model only. It was trained with this recipe:\n\n```json\n{recipe}\n```\n",
        drafter.name, drafter.weights.model
    );
    std::fs::write(staging.path().join("README.md"), note)?;
    std::fs::rename(staging.keep(), &folder)?;
    Ok(folder)
}
