//! The library's one SQLite file: opening it, its pragmas, its migrations. Knows no table; each slice owns its own.

use crate::error::{Code, Error, Result};
use rusqlite::{Connection, Transaction, TransactionBehavior};
use rusqlite_migration::{M, Migrations};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The open library. One connection behind a lock: the app writes little, and SQLite serialises writers anyway.
pub struct Db {
    connection: Mutex<Connection>,
    path: PathBuf,
}

impl Db {
    /// Opens or makes the library and brings it up to date, copying it aside first when that changes it.
    ///
    /// # Errors
    /// `DatabaseNewer` when a newer app wrote it (the file is then left untouched), otherwise what the disk says.
    pub fn open(path: &Path, steps: &[&'static str]) -> Result<Db> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let mut connection = Connection::open(path)?;
        connection.busy_timeout(Duration::from_secs(10))?;
        refuse_newer(&connection, steps.len(), path)?;
        prepare(&connection)?;
        backup_before_migration(&connection, steps.len(), path)?;
        let migrations = Migrations::new(steps.iter().map(|sql| M::up(sql)).collect());
        migrations.to_latest(&mut connection).map_err(|error| {
            Error::new(Code::Internal, "The library could not be brought up to date and was left as it was.")
                .hint("A copy lies beside it (library.db.backup-*). Please report this with the detail below.")
                .because(error)
        })?;
        Ok(Db { connection: Mutex::new(connection), path: path.to_path_buf() })
    }

    /// Reads.
    pub fn read<T>(&self, body: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        body(&self.lock())
    }

    /// Writes in one transaction: all of it or nothing.
    pub fn write<T>(&self, body: impl FnOnce(&Transaction<'_>) -> Result<T>) -> Result<T> {
        let mut connection = self.lock();
        // Immediate: a transaction that starts by reading and then writes would fail when another process wrote between.
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let value = body(&transaction)?;
        transaction.commit()?;
        Ok(value)
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn lock(&self) -> MutexGuard<'_, Connection> {
        // A panic while holding the lock rolled its transaction back; the connection itself stays good.
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn prepare(connection: &Connection) -> Result<()> {
    // WAL: the terminal can list runs while the window trains and writes progress.
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // FULL: a draft that was reported as saved is on the disk even if the power fails.
    connection.pragma_update(None, "synchronous", "FULL")?;
    // Off by default in SQLite for historical reasons; our tables rely on it.
    connection.pragma_update(None, "foreign_keys", "ON")?;
    Ok(())
}

fn user_version(connection: &Connection) -> Result<usize> {
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    Ok(usize::try_from(version).unwrap_or(0))
}

fn refuse_newer(connection: &Connection, known: usize, path: &Path) -> Result<()> {
    let found = user_version(connection)?;
    if found <= known {
        return Ok(());
    }
    let message = format!(
        "The library at {} was written by a newer version of Idiolect (format {found}; this version knows {known}). It was not touched.",
        path.display()
    );
    Err(Error::new(Code::DatabaseNewer, message)
        .hint("Install the newer version, or choose another data folder with IDIOLECT_DATA_DIR."))
}

fn backup_before_migration(connection: &Connection, known: usize, path: &Path) -> Result<()> {
    let found = user_version(connection)?;
    if found == 0 || found == known {
        return Ok(());
    }
    let copy = path.with_extension(format!("db.backup-{found}"));
    if !copy.exists() {
        connection.execute("VACUUM INTO ?1", [copy.to_string_lossy()])?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "CREATE TABLE thing(id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;";
    const TWO: &str = "ALTER TABLE thing ADD COLUMN note TEXT;";

    #[test]
    fn a_newer_library_is_refused_and_left_untouched() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("library.db");
        drop(Db::open(&path, &[ONE, TWO]).unwrap());
        let before = std::fs::read(&path).unwrap();
        let error = Db::open(&path, &[ONE]).err().unwrap();
        assert_eq!(error.code, Code::DatabaseNewer);
        assert_eq!(std::fs::read(&path).unwrap(), before);
    }

    #[test]
    fn an_older_library_is_copied_aside_and_migrated() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("library.db");
        let db = Db::open(&path, &[ONE]).unwrap();
        db.write(|tx| Ok(tx.execute("INSERT INTO thing(name) VALUES ('kept')", [])?)).unwrap();
        drop(db);
        let db = Db::open(&path, &[ONE, TWO]).unwrap();
        let name: String =
            db.read(|c| Ok(c.query_row("SELECT name FROM thing WHERE note IS NULL", [], |r| r.get(0))?)).unwrap();
        assert_eq!(name, "kept");
        assert!(path.with_extension("db.backup-1").exists());
    }

    #[test]
    fn a_failed_write_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(&folder.path().join("library.db"), &[ONE]).unwrap();
        let failed = db.write(|tx| {
            tx.execute("INSERT INTO thing(name) VALUES ('half')", [])?;
            Err::<(), _>(Error::bad_input("stop"))
        });
        assert!(failed.is_err());
        let rows: u32 = db.read(|c| Ok(c.query_row("SELECT count(*) FROM thing", [], |r| r.get(0))?)).unwrap();
        assert_eq!(rows, 0);
    }
}
