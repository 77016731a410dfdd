//! An empty library, and no trace of what was in it: rows, freed pages, backups, runs, versions, models and the key.

use crate::{Code, Core, Error, MIGRATIONS, Result, Topic};
use rusqlite::{Connection, TransactionBehavior};
use std::fs::{File, TryLockError};
use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;

/// What the author types to confirm.
const CONFIRMATION: &str = "delete";

/// Deletes everything; afterwards the library is as new and the app goes on with it.
///
/// # Errors
/// `BadInput` unless the confirmation is `delete`, `RunActive` while any process trains; nothing is deleted then.
/// Otherwise what the disk says; what is left is named, and the same call deletes it.
pub async fn delete_everything(core: &Core, confirmation: &str) -> Result<()> {
    if confirmation.trim() != CONFIRMATION {
        return Err(Error::bad_input("Nothing was deleted.").hint("To delete everything, type the word delete."));
    }
    let work = core.clone();
    let erased = tokio::task::spawn_blocking(move || erase(&work)).await.map_err(|error| {
        Error::new(Code::Internal, "Deleting everything was interrupted.").hint("Do it again.").because(error)
    })?;
    // Whatever came of it, the window shows what is there now.
    for topic in [Topic::Posts, Topic::Examples, Topic::Runs, Topic::Versions, Topic::Drafts, Topic::Settings] {
        core.changed(topic);
    }
    erased
}

fn erase(core: &Core) -> Result<()> {
    // Held until the rows are gone, so that no process starts or resumes a run meanwhile.
    let locks = hold_runs(core)?;
    empty(core)?;
    backups(core.paths.data())?;
    // Some systems do not delete a file that is open; by now there is no row left that a run could start from.
    drop(locks);
    for folder in [core.paths.runs(), core.paths.versions(), core.paths.models()] {
        remove(&folder)?;
    }
    forget_key(core)
}

/// Takes the one turn there is to train, and every run's lock.
fn hold_runs(core: &Core) -> Result<Vec<File>> {
    std::fs::create_dir_all(core.paths.runs())?;
    let turn = core.paths.run_lock("training");
    File::options().create(true).truncate(false).write(true).open(&turn)?;
    let mut held = Vec::new();
    for entry in std::fs::read_dir(core.paths.runs())? {
        let path = entry?.path();
        if path.extension().is_none_or(|kind| kind != "lock") {
            continue;
        }
        let file = File::options().write(true).open(&path)?;
        match file.try_lock() {
            Ok(()) => held.push(file),
            Err(TryLockError::WouldBlock) => {
                return Err(Error::new(Code::RunActive, "A run is training, so nothing was deleted.")
                    .hint("Pause or cancel the run, then do it again. It may be going on in a terminal."));
            }
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
    }
    Ok(held)
}

/// Takes every table away and makes them anew, so that the library is what a first start would make, whatever tables
/// the slices have; then rewrites the file, since SQLite leaves deleted text in freed pages.
fn empty(core: &Core) -> Result<()> {
    core.db.read(|connection| {
        // Without this a table could only go before all tables that point to it have gone.
        connection.pragma_update(None, "foreign_keys", "OFF")?;
        let emptied = start_again(connection);
        connection.pragma_update(None, "foreign_keys", "ON")?;
        emptied?;
        connection.execute_batch("VACUUM")?;
        // Its answer (another process may be reading) does not matter: the log is emptied at the next chance.
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        Ok(())
    })
}

fn start_again(connection: &Connection) -> Result<()> {
    let tx = rusqlite::Transaction::new_unchecked(connection, TransactionBehavior::Immediate)?;
    // Views before the tables they read, virtual tables before their shadow tables, which cannot go by themselves.
    // Indexes and triggers go with their tables.
    for (kind, condition) in
        [("VIEW", "view"), ("TABLE", "table' AND sql LIKE 'CREATE VIRTUAL TABLE%"), ("TABLE", "table")]
    {
        let sql = format!("SELECT name FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' AND type = '{condition}'");
        let names = tx.prepare(&sql)?.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<Vec<String>>>()?;
        for name in names {
            tx.execute_batch(&format!("DROP {kind} \"{name}\""))?;
        }
    }
    for step in MIGRATIONS {
        tx.execute_batch(step)?;
    }
    tx.commit()?;
    Ok(())
}

/// Copies made before a migration hold everything, too.
fn backups(data: &Path) -> Result<()> {
    for entry in std::fs::read_dir(data)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with("library.db.backup-") {
            std::fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

fn remove(folder: &Path) -> Result<()> {
    match std::fs::remove_dir_all(folder) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => {
            let message = format!("The library is empty, but the folder {} could not be deleted.", folder.display());
            Err(Error::new(Code::Internal, message).hint("Do it again, or delete the folder yourself.").because(error))
        }
    }
}

fn forget_key(core: &Core) -> Result<()> {
    match Arc::clone(&core.secrets).delete() {
        // Without a keyring there never was a key.
        Err(error) if error.code == Code::KeyringUnavailable => {
            tracing::warn!(error = %error, "no keyring answered, so no key was deleted");
            Ok(())
        }
        other => other,
    }
}

#[cfg(test)]
mod tests;
