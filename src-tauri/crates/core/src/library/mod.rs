//! Everything at once: take it all elsewhere, or leave nothing behind.
//!
//! | file | |
//! |---|---|
//! | `export` | the whole library as one zip that other programs can read |
//! | `erase` | an empty library, and no trace of what was in it |

mod erase;
mod export;

pub use erase::delete_everything;
pub use export::export_everything;

#[cfg(test)]
pub(crate) mod tests {
    //! A library to test with: in a folder of its own, at a time that stands still, with a keyring in memory.

    use crate::Core;
    use crate::clock::FixedClock;
    use crate::engine::fake::FakeEngine;
    use crate::paths::Paths;
    use crate::secrets::SessionOnly;
    use chrono::{DateTime, TimeDelta, Utc};
    use std::path::Path;
    use std::sync::Arc;
    use tempfile::TempDir;

    /// A new library.
    pub fn library() -> (TempDir, Core) {
        library_at(at(0))
    }

    /// A new library at a time of one's choice.
    pub fn library_at(now: DateTime<Utc>) -> (TempDir, Core) {
        let folder = tempfile::tempdir().unwrap();
        let core = open(folder.path(), now);
        (folder, core)
    }

    /// The library in a folder, once more: as another window would open it.
    pub fn open(folder: &Path, now: DateTime<Utc>) -> Core {
        let engine = Arc::new(FakeEngine::default());
        Core::with(Paths::under(folder), Arc::new(FixedClock(now)), Arc::new(SessionOnly::default()), engine).unwrap()
    }

    /// So many seconds after ten o'clock on a Friday.
    pub fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::parse_from_rfc3339("2026-05-01T10:00:00Z").unwrap().to_utc() + TimeDelta::seconds(seconds)
    }
}
