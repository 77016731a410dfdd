//! A run's folder: `dataset.json`, what it learns from; `checkpoint-N`, its newest training checkpoint; `best` with
//! `best.json`, the weights of the lowest held-out loss and their measurement; `last.json`, the newest measurement.

use crate::Result;
use crate::dataset::{FrozenDataset, read_frozen};
use serde::de::DeserializeOwned;
use std::path::{Path, PathBuf};

const DATASET: &str = "dataset.json";
/// The weights of the lowest held-out loss.
pub(super) const BEST: &str = "best";
/// The held-out posts as those weights foretell them.
pub(super) const BEST_MEASURED: &str = "best.json";
/// The held-out posts as they were measured last.
pub(super) const LAST_MEASURED: &str = "last.json";

/// Reads one of the folder's JSON files.
pub(super) fn read_json<T: DeserializeOwned>(path: &Path) -> Result<T> {
    Ok(serde_json::from_slice(&std::fs::read(path)?)?)
}

/// The frozen dataset of a run's folder.
pub(super) fn read_dataset(folder: &Path) -> Result<FrozenDataset> {
    read_frozen(&std::fs::read(folder.join(DATASET))?)
}

/// Writes the frozen dataset into a run's folder.
pub(super) fn write_dataset(folder: &Path, dataset: &FrozenDataset) -> Result<()> {
    std::fs::create_dir_all(folder)?;
    write_atomically(&folder.join(DATASET), &serde_json::to_vec(dataset)?)
}

/// Writes a file that appears whole or not at all.
pub(super) fn write_atomically(path: &Path, bytes: &[u8]) -> Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    std::io::Write::write_all(&mut file, bytes)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// Where the training checkpoint of a step lies.
pub(super) fn checkpoint_folder(folder: &Path, step: u32) -> PathBuf {
    folder.join(format!("checkpoint-{step}"))
}

/// Copies an adapter's files; the copy appears whole or not at all.
pub(super) fn copy_adapter(from: &Path, to: &Path) -> Result<()> {
    let parent = to.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(parent)?;
    let staging = tempfile::tempdir_in(parent)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let copy = staging.path().join(entry.file_name());
        std::fs::copy(entry.path(), &copy)?;
        std::fs::File::open(&copy)?.sync_all()?;
    }
    if to.exists() {
        std::fs::remove_dir_all(to)?;
    }
    std::fs::rename(staging.keep(), to)?;
    Ok(())
}

/// Deletes what a run no longer needs; its dataset stays, so that it can be made again.
pub(super) fn remove_weights(folder: &Path) -> Result<()> {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.path().is_dir() {
            std::fs::remove_dir_all(entry.path())?;
        }
    }
    Ok(())
}
