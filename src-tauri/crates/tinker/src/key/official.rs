//! Keys that the official client stored on this computer, for people who have used it before.

use crate::{Error, Result, Secret};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

/// A key from the official client's file.
#[derive(Debug, Clone)]
pub struct OfficialKey {
    /// Its id in the file.
    pub id: String,
    /// What its owner noted down about it.
    pub note: Option<String>,
    /// Whether the official client uses it when none is named.
    pub is_default: bool,
    /// The key.
    pub key: Secret,
}

#[derive(Deserialize)]
struct File {
    version: u32,
    default: Option<String>,
    #[serde(default)]
    keys: BTreeMap<String, Entry>,
}

#[derive(Deserialize)]
struct Entry {
    key: String,
    note: Option<String>,
}

/// Reads the official client's `credentials.json` (it lies in the folder `.tinker` of the home folder), the default
/// key first. No file means no keys.
///
/// ```
/// let keys = idiolect_tinker::official_keys("/no/such/file".as_ref()).unwrap();
/// assert!(keys.is_empty());
/// ```
///
/// # Errors
/// [`Error::Io`] when the file cannot be read, [`Error::Decode`] when it has another shape.
pub fn official_keys(path: &Path) -> Result<Vec<OfficialKey>> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(Error::read(path)(error)),
    };
    // The file is full of keys, so no excerpt of it is shown.
    let unreadable = |why: String| Error::Decode {
        doing: format!("reading {}", path.display()),
        why,
        excerpt: "(not shown, it holds keys)".to_owned(),
    };
    let file: File = serde_json::from_str(&text)
        .map_err(|error| unreadable(format!("it has another shape at line {}", error.line())))?;
    if file.version != 1 {
        return Err(unreadable(format!("its version is {}, and only 1 is known", file.version)));
    }
    let default = file.default.as_deref();
    let mut keys: Vec<OfficialKey> = file
        .keys
        .into_iter()
        .map(|(id, entry)| OfficialKey {
            is_default: default == Some(id.as_str()),
            note: entry.note,
            key: Secret::new(entry.key),
            id,
        })
        .collect();
    keys.sort_by_key(|key| !key.is_default);
    Ok(keys)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_key_comes_first_and_nothing_shows_a_key() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("credentials.json");
        let text = r#"{"version":1,"default":"b","keys":{"a":{"type":"manual","key":"tml-aaaaaaaa"},
            "b":{"type":"manual","key":"tml-bbbbbbbb","note":"laptop","details":{}}}}"#;
        std::fs::write(&path, text).unwrap();
        let keys = official_keys(&path).unwrap();
        assert_eq!(keys.iter().map(|key| key.id.as_str()).collect::<Vec<_>>(), ["b", "a"]);
        assert_eq!(keys[0].note.as_deref(), Some("laptop"));
        assert!(!format!("{keys:?}").contains("bbbb"));

        std::fs::write(&path, r#"{"version":1,"keys":{"a":{"key":{"tml-cccccccc":1}}}}"#).unwrap();
        let error = official_keys(&path).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("cccc"));
    }
}
