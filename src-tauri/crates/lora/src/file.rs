//! Files that are either the old one or the new one, whenever the process or the computer dies.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

use crate::error::Error;

/// Replaces `dir/name` by `bytes`: written beside it, flushed to the disk, then renamed. A leftover of an interrupted
/// call is overwritten by the next.
pub(crate) fn replace(dir: &Path, name: &str, bytes: &[u8]) -> Result<(), Error> {
    let (partial, path) = (dir.join(format!(".{name}.partial")), dir.join(name));
    let write = || {
        fs::create_dir_all(dir)?;
        let mut file = File::create(&partial)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&partial, &path)?;
        sync_dir(dir)
    };
    write().map_err(Error::written(path.clone()))
}

/// Makes a rename last through a power cut. Windows cannot open folders and does not need it.
#[cfg(unix)]
fn sync_dir(dir: &Path) -> std::io::Result<()> {
    File::open(dir)?.sync_all()
}

#[cfg(not(unix))]
fn sync_dir(_dir: &Path) -> std::io::Result<()> {
    Ok(())
}

/// Reads a whole file, refusing one that is larger than it can rightly be.
pub(crate) fn read(path: &Path, at_most: u64) -> Result<Vec<u8>, Error> {
    let length = fs::metadata(path).map_err(Error::read(path))?.len();
    if length > at_most {
        return Err(Error::adapter(
            path,
            format!("it has {length} bytes, more than the {at_most} that could belong to it"),
        ));
    }
    fs::read(path).map_err(Error::read(path))
}

pub(crate) fn to_bytes(floats: &[f32]) -> Vec<u8> {
    floats.iter().flat_map(|x| x.to_le_bytes()).collect()
}
