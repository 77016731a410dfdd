//! Where downloaded files may go: into the folder that was named, and nowhere else, whatever the server says.

use crate::{Error, Result};
use std::path::{Path, PathBuf};

/// The place of a file that the server names relative to the folder.
pub(super) async fn inside(folder: &Path, name: &str) -> Result<PathBuf> {
    let parts: Vec<&str> = name.split('/').collect();
    if let Some(bad) = parts.iter().find(|part| !is_plain(part)) {
        let shown: String = bad.chars().filter(|c| !c.is_control()).take(60).collect();
        return Err(Error::Unsafe(format!("it names a file with \"{shown}\" in its path")));
    }
    let target = parts.iter().fold(folder.to_owned(), |path, part| path.join(part));
    let parent = target.parent().unwrap_or(folder).to_owned();
    tokio::fs::create_dir_all(&parent).await.map_err(Error::written(&parent))?;
    // A link that lies in the folder could still lead out of it.
    let (real, root) = (real(&parent).await?, real(folder).await?);
    if !real.starts_with(&root) {
        return Err(Error::Unsafe("it names a file outside the folder".to_owned()));
    }
    Ok(target)
}

async fn real(path: &Path) -> Result<PathBuf> {
    tokio::fs::canonicalize(path).await.map_err(Error::read(path))
}

/// Whether this is a name that means the same on every system: nothing that climbs, no drive, no device, no stream.
fn is_plain(part: &str) -> bool {
    let device = |name: &str| {
        let stem = name.split('.').next().unwrap_or(name).to_ascii_uppercase();
        matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL")
            || (stem.len() == 4
                && (stem.starts_with("COM") || stem.starts_with("LPT"))
                && stem.ends_with(|c: char| c.is_ascii_digit()))
    };
    !part.is_empty()
        && part.len() <= 200
        && !part.chars().all(|c| c == '.')
        && !part.ends_with(['.', ' '])
        && !part.contains(|c: char| c.is_control() || "\\:<>\"|?*".contains(c))
        && !device(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn nothing_leads_out_of_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["adapter_model.safetensors", "a/b.json", ".hidden", "a..b"] {
            assert!(inside(folder.path(), name).await.unwrap().starts_with(folder.path()), "{name}");
        }
        for name in [
            "",
            "..",
            "../x",
            "a/../../x",
            "/etc/passwd",
            "C:\\x",
            "a\\b",
            "a//b",
            "x:y",
            "nul",
            "COM1.txt",
            "a\0",
            "x.",
        ] {
            assert!(matches!(inside(folder.path(), name).await, Err(Error::Unsafe(_))), "{name:?}");
        }
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_link_does_not_lead_out_either() {
        let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        std::os::unix::fs::symlink(elsewhere.path(), folder.path().join("link")).unwrap();
        assert!(matches!(inside(folder.path(), "link/x").await, Err(Error::Unsafe(_))));
    }
}
