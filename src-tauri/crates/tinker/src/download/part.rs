//! A file that is not complete yet: `name.part`, and beside it what tells whether the host's file is still the same.

use crate::{Error, Result};
use std::path::{Path, PathBuf};
use tokio::fs::{self, File};

/// A file that is not complete yet.
pub(super) struct Part {
    pub path: PathBuf,
    tag: PathBuf,
}

impl Part {
    pub(super) fn of(target: &Path) -> Self {
        let with = |ending: &str| {
            let mut name = target.file_name().unwrap_or_default().to_owned();
            name.push(ending);
            target.with_file_name(name)
        };
        Self { path: with(".part"), tag: with(".part.tag") }
    }

    /// How much is here, and the host's mark of the file it is from; without a mark it is worth nothing.
    pub(super) async fn begun(&self) -> Option<(u64, String)> {
        let length = fs::metadata(&self.path).await.ok()?.len();
        let tag = fs::read_to_string(&self.tag).await.ok()?;
        (length > 0 && !tag.is_empty()).then_some((length, tag))
    }

    /// Opens it for more, or anew.
    pub(super) async fn open(&self, resumed: bool, tag: Option<&str>) -> Result<File> {
        if !resumed {
            // The mark goes first: a mark that outlives its bytes would be taken for that of others.
            remove(&self.tag).await?;
        }
        let mut options = fs::OpenOptions::new();
        options.create(true).write(true).append(resumed).truncate(!resumed);
        let file = options.open(&self.path).await.map_err(Error::written(&self.path))?;
        if let Some(tag) = tag.filter(|_| !resumed) {
            fs::write(&self.tag, tag).await.map_err(Error::written(&self.tag))?;
        }
        Ok(file)
    }

    /// Gives it its name.
    pub(super) async fn complete(&self, target: &Path) -> Result<()> {
        fs::rename(&self.path, target).await.map_err(Error::written(target))?;
        remove(&self.tag).await
    }

    pub(super) async fn discard(&self) -> Result<()> {
        remove(&self.tag).await?;
        remove(&self.path).await
    }
}

async fn remove(path: &Path) -> Result<()> {
    match fs::remove_file(path).await {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Error::written(path)(error)),
        _ => Ok(()),
    }
}
