//! A file, a folder or a zip, looked at alike: a list of names with sizes, of which one after the other is read.
//! Nothing is unpacked to disk, and a name in a zip is never used as a path.

use std::cell::Cell;
use std::fs::{self, File};
use std::io::{self, BufReader, ErrorKind, Read};
use std::path::{Path, PathBuf};

use zip::ZipArchive;

use super::error::FileError;
use super::limits::Limits;
use super::metered::Metered;

/// A file inside.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// Its path with slashes, from the top.
    pub path: String,
    /// Where it stands in the zip.
    index: usize,
}

enum Shape {
    /// Files on disk below this folder.
    Folder(PathBuf),
    /// One file in this folder.
    File(PathBuf),
    Zip(Box<ZipArchive<BufReader<File>>>),
}

/// Why one file inside could not be read, as the end of a sentence about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unread {
    TooLarge,
    Encrypted,
    Damaged,
    /// All files together unpack to more than may be.
    Budget,
}

impl Unread {
    pub(super) fn sentence(self, limits: &Limits) -> String {
        match self {
            Self::TooLarge => format!("It is larger than {} MB, which no post is.", limits.page / 1_000_000),
            Self::Encrypted => "It is locked with a password.".to_owned(),
            Self::Damaged => "It is damaged and could not be unpacked.".to_owned(),
            Self::Budget => format!(
                "The archive unpacks to more than {} MB; what came before this was taken.",
                limits.unpacked / 1_000_000
            ),
        }
    }
}

impl From<io::Error> for Unread {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            ErrorKind::FileTooLarge => Self::TooLarge,
            ErrorKind::QuotaExceeded => Self::Budget,
            _ => Self::Damaged,
        }
    }
}

/// What the author dropped, listed.
pub(super) struct Tree {
    /// Its name as the author sees it.
    pub name: String,
    /// The files inside, ordered by path. Hidden ones are left out.
    pub files: Vec<Entry>,
    pub limits: Limits,
    shape: Shape,
    budget: Cell<u64>,
    /// The paths that were opened, so that a test can tell which never were.
    #[cfg(test)]
    pub opened: Vec<String>,
}

impl Tree {
    pub(super) fn open(path: &Path, limits: Limits) -> Result<Self, FileError> {
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        let unreadable = |error: io::Error| FileError::Unreadable { name: name.clone(), reason: reason(&error) };
        let root = fs::canonicalize(path).map_err(unreadable)?;
        let facts = fs::metadata(&root).map_err(unreadable)?;
        let (shape, mut files) = if facts.is_dir() {
            let files = super::folder::list(&root, &name, &limits)?;
            (Shape::Folder(root), files)
        } else if starts_like_zip(&root).map_err(unreadable)? {
            let archive = open_zip(&root, &name, &limits)?;
            let files = names(&archive);
            if is_locked(&archive) {
                return Err(FileError::Encrypted { name });
            }
            (Shape::Zip(Box::new(archive)), files)
        } else {
            let path = root.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let folder = root.parent().unwrap_or(&root).to_owned();
            (Shape::File(folder), vec![path])
        };
        files.sort();
        let files = match &shape {
            Shape::Zip(archive) => files
                .into_iter()
                .filter_map(|path| archive.index_for_name(&path).map(|index| Entry { path: slashes(&path), index }))
                .collect(),
            Shape::Folder(_) | Shape::File(_) => files.into_iter().map(|path| Entry { path, index: 0 }).collect(),
        };
        Ok(Self {
            name,
            files,
            limits,
            shape,
            budget: Cell::new(limits.unpacked),
            #[cfg(test)]
            opened: Vec::new(),
        })
    }

    pub(super) fn is_zip(&self) -> bool {
        matches!(self.shape, Shape::Zip(_))
    }

    pub(super) fn is_folder(&self) -> bool {
        matches!(self.shape, Shape::Folder(_))
    }

    /// The bytes of one file, if it is no larger than this.
    pub(super) fn bytes(&mut self, at: usize, limit: u64) -> Result<Vec<u8>, Unread> {
        let mut bytes = Vec::new();
        self.reader(at, limit)?.read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// The text of one post or page.
    pub(super) fn text(&mut self, at: usize) -> Result<String, Unread> {
        Ok(super::text::decode(&self.bytes(at, self.limits.page)?))
    }

    /// The first bytes of a file; none when it cannot be read.
    pub(super) fn head(&mut self, at: usize) -> String {
        let mut bytes = Vec::new();
        if let Ok(reader) = self.reader(at, self.limits.archive) {
            // A head that breaks off tells as much as there is of it.
            let _ = reader.take(16 * 1024).read_to_end(&mut bytes);
        }
        super::text::decode(&bytes)
    }

    /// A file as a stream that ends with an error once it gave more than this.
    pub(super) fn reader(&mut self, at: usize, limit: u64) -> Result<Metered<'_, Box<dyn Read + '_>>, Unread> {
        let entry = self.files.get(at).ok_or(Unread::Damaged)?;
        #[cfg(test)]
        self.opened.push(entry.path.clone());
        let inner: Box<dyn Read + '_> = match &mut self.shape {
            Shape::Folder(root) | Shape::File(root) => Box::new(File::open(root.join(&entry.path))?),
            Shape::Zip(archive) => {
                let data = archive.by_index_data(entry.index).map_err(|_| Unread::Damaged)?;
                if data.encrypted() {
                    return Err(Unread::Encrypted);
                }
                Box::new(archive.by_index(entry.index).map_err(|_| Unread::Damaged)?)
            }
        };
        Ok(Metered::new(inner, limit, &self.budget))
    }
}

/// What the computer said, in words that are no error codes.
pub(super) fn reason(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "there is no such file".to_owned(),
        ErrorKind::PermissionDenied => "opening it is not allowed".to_owned(),
        _ => error.to_string(),
    }
}

fn starts_like_zip(path: &Path) -> io::Result<bool> {
    let mut start = Vec::new();
    File::open(path)?.take(4).read_to_end(&mut start)?;
    Ok(matches!(start[..], [b'P', b'K', 3, 4] | [b'P', b'K', 5, 6] | [b'P', b'K', 7, 8]))
}

fn open_zip(path: &Path, name: &str, limits: &Limits) -> Result<ZipArchive<BufReader<File>>, FileError> {
    let unreadable = |error: io::Error| FileError::Unreadable { name: name.to_owned(), reason: reason(&error) };
    let too_many = || FileError::TooMany { name: name.to_owned(), limit: limits.entries };
    let mut file = File::open(path).map_err(unreadable)?;
    if file.metadata().map_err(unreadable)?.len() > limits.archive {
        return Err(FileError::TooLarge {
            name: name.to_owned(),
            limit_mb: limits.archive / 1_000_000,
            advice: "Unpack it and choose the folder that holds your posts.",
        });
    }
    // Asked before the list is read, since the list alone could fill the memory.
    if super::zip_count::entries(&mut file).is_some_and(|count| count > limits.entries as u64) {
        return Err(too_many());
    }
    let archive = ZipArchive::new(BufReader::new(file)).map_err(|_| FileError::Damaged { name: name.to_owned() })?;
    if archive.len() > limits.entries {
        return Err(too_many());
    }
    Ok(archive)
}

/// Whether every file in a zip is locked.
fn is_locked(archive: &ZipArchive<BufReader<File>>) -> bool {
    let mut files =
        (0..archive.len()).filter_map(|at| archive.by_index_data(at).ok()).filter(|file| !file.is_dir()).peekable();
    files.peek().is_some() && files.all(|file| file.encrypted())
}

/// The names of the files in a zip, without folders, hidden files and names that lead out of it.
fn names(archive: &ZipArchive<BufReader<File>>) -> Vec<String> {
    let names = archive.file_names().filter_map(Result::ok);
    let files = names.filter(|name| !name.ends_with('/') && !name.ends_with('\\'));
    files.filter(|name| !super::folder::is_left_out(&slashes(name))).map(|name| name.into_owned()).collect()
}

fn slashes(name: &str) -> String {
    name.replace('\\', "/")
}
