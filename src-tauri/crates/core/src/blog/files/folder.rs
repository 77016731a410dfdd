//! A folder listed: what is hidden, what belongs to tools, and what leads out of it is left alone.

use std::fs;
use std::path::Path;

use super::error::FileError;
use super::limits::Limits;
use super::tree::reason;

/// Folders that tools make; nobody writes posts there.
const TOOLS: [&str; 6] = ["node_modules", "__MACOSX", "_site", "bower_components", "jspm_packages", "$RECYCLE.BIN"];

/// Whether a path inside belongs to a tool or is hidden, or leads out.
pub(super) fn is_left_out(path: &str) -> bool {
    path.split('/').any(|part| part.is_empty() || part.starts_with('.') || TOOLS.contains(&part))
}

/// The paths of all files below a folder, with slashes. `root` must be free of links.
pub(super) fn list(root: &Path, name: &str, limits: &Limits) -> Result<Vec<String>, FileError> {
    let mut files = Vec::new();
    let mut seen = 0;
    let mut open = vec![(root.to_owned(), String::new(), 0_usize)];
    while let Some((folder, path, depth)) = open.pop() {
        let listed = match fs::read_dir(&folder) {
            Ok(listed) => listed,
            // A folder inside that will not open is left alone; the chosen one itself is a matter for the author.
            Err(_) if depth > 0 => continue,
            Err(error) => return Err(FileError::Unreadable { name: name.to_owned(), reason: reason(&error) }),
        };
        for entry in listed.flatten() {
            let Ok(part) = entry.file_name().into_string() else { continue };
            if is_left_out(&part) {
                continue;
            }
            seen += 1;
            if seen > limits.entries {
                return Err(FileError::TooMany { name: name.to_owned(), limit: limits.entries });
            }
            let inside = if path.is_empty() { part } else { format!("{path}/{part}") };
            match entry.file_type() {
                Ok(kind) if kind.is_dir() && depth < limits.depth => open.push((entry.path(), inside, depth + 1)),
                Ok(kind) if kind.is_file() => files.push(inside),
                Ok(kind) if kind.is_symlink() && leads_inside(&entry.path(), root) => files.push(inside),
                _ => {}
            }
        }
    }
    Ok(files)
}

/// Whether a link leads to a file inside the folder. Links to folders are not followed: they may go in circles.
fn leads_inside(link: &Path, root: &Path) -> bool {
    fs::canonicalize(link).is_ok_and(|target| target.starts_with(root) && target.is_file())
}
