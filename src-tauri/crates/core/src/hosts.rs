//! Whom the app has talked to, so that the author can check the promise that nothing else is asked.
//! Whoever sends a request says so here first.

use crate::{Core, Result};
use serde::Serialize;

/// One row per host that was ever asked.
pub const TABLES: &str = "
CREATE TABLE host_asked(
    host       TEXT PRIMARY KEY,
    purpose    TEXT NOT NULL,
    last_asked TEXT NOT NULL
) STRICT;
";

/// The hub that models are downloaded from.
pub const MODEL_HUB: &str = "huggingface.co";

const MODEL_PURPOSE: &str = "Models, when you download one";

/// A host the app talks to or may talk to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct Host {
    /// Its name, without scheme and path.
    pub host: String,
    /// What it is asked for, in a few words.
    pub purpose: String,
    /// When it was last asked; nothing if it never was.
    pub last_asked: Option<String>,
}

/// Notes that a host is being asked now. Call it before the request goes out, not after an answer.
///
/// Nobody is told of the change: an import asks a hundred times, and the list is read when it is looked at.
///
/// # Errors
/// When the library cannot be written.
pub fn asked(core: &Core, host: &str, purpose: &str) -> Result<()> {
    let host = host.trim().trim_end_matches('.').to_ascii_lowercase();
    if host.is_empty() {
        return Ok(());
    }
    let now = core.clock.stamp();
    core.db.write(|tx| {
        tx.execute(
            "INSERT INTO host_asked(host, purpose, last_asked) VALUES (?1, ?2, ?3)
             ON CONFLICT(host) DO UPDATE SET purpose = excluded.purpose, last_asked = excluded.last_asked",
            [&host, purpose, &now],
        )?;
        Ok(())
    })
}

/// Every host the app has asked, latest first, and the model hub even if it never was.
///
/// # Errors
/// When the library cannot be read.
pub fn list(core: &Core) -> Result<Vec<Host>> {
    let mut hosts = core.db.read(|connection| {
        let mut query =
            connection.prepare("SELECT host, purpose, last_asked FROM host_asked ORDER BY last_asked DESC, host")?;
        let rows =
            query.query_map([], |row| Ok(Host { host: row.get(0)?, purpose: row.get(1)?, last_asked: row.get(2)? }))?;
        Ok(rows.collect::<rusqlite::Result<Vec<_>>>()?)
    })?;
    if !hosts.iter().any(|host| host.host == MODEL_HUB) {
        hosts.push(Host { host: MODEL_HUB.into(), purpose: MODEL_PURPOSE.into(), last_asked: None });
    }
    Ok(hosts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::tests::library;

    #[test]
    fn the_model_hub_is_listed_before_it_was_ever_asked() {
        let (_folder, core) = library();
        let hosts = list(&core).unwrap();
        assert_eq!(hosts.len(), 1);
        assert_eq!((hosts[0].host.as_str(), &hosts[0].last_asked), (MODEL_HUB, &None));
    }

    #[test]
    fn a_host_is_one_row_however_often_and_however_written() {
        let (_folder, core) = library();
        asked(&core, "Blog.Example.", "Posts").unwrap();
        asked(&core, "blog.example", "Posts").unwrap();
        asked(&core, MODEL_HUB, "Models").unwrap();
        let hosts = list(&core).unwrap();
        assert_eq!(hosts.iter().map(|host| host.host.as_str()).collect::<Vec<_>>(), ["blog.example", MODEL_HUB]);
        assert!(hosts.iter().all(|host| host.last_asked.as_deref() == Some(&*core.clock.stamp())));
    }
}
