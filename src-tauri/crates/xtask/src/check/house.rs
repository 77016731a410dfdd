//! The house's own rules, which no other tool knows.

use crate::failure::{Failure, Outcome};
use crate::process::capture;
use crate::summary::Count;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A file of this many lines deserves a hard look.
const LONG: usize = 400;

/// Hosts of package registries, cut at a dot so that this file does not name them either. People reach registries
/// through pip, npm, apt and cargo, which may be set to a mirror; an address in the code would go around it.
const REGISTRIES: &[(&str, &str)] = &[
    ("crates", "io"),
    ("npmjs", "org"),
    ("npmjs", "com"),
    ("yarnpkg", "com"),
    ("pypi", "org"),
    ("pythonhosted", "org"),
    ("debian", "org"),
    ("ubuntu", "com"),
];

/// No tracked file names a registry's host; lock files, which tools write, do.
pub fn no_registry_named() -> Outcome<Count> {
    let names: Vec<String> = REGISTRIES.iter().map(|(name, ending)| format!("{name}.{ending}")).collect();
    let mut count = Count::NOTHING;
    for (path, text) in texts()? {
        match names.iter().find(|name| text.contains(name.as_str())) {
            Some(name) => {
                count.failed += 1;
                println!("{} names {name}: say \"cargo\", \"npm\", \"pip\" or \"apt\" instead.", path.display());
            }
            None => count.passed += 1,
        }
    }
    Ok(count)
}

/// Lists long files; they are a question to the author, not a fault.
pub fn long_files() -> Outcome<Count> {
    for (path, text) in texts()? {
        let lines = text.lines().count();
        if is_source(&path) && lines > LONG && !is_generated(&text) {
            println!("{} has {lines} lines: does it hold two things?", path.display());
        }
    }
    Ok(Count::NOTHING)
}

fn is_source(path: &Path) -> bool {
    path.extension()
        .is_some_and(|ending| ["rs", "ts", "svelte", "css", "py", "js"].iter().any(|known| ending == *known))
}

/// Generated files say so in their first lines; nobody reads them from end to end.
fn is_generated(text: &str) -> bool {
    text.lines().take(3).any(|line| line.to_lowercase().contains("generated"))
}

/// Tracked text files with their paths, lock files and binary files left out.
fn texts() -> Outcome<impl Iterator<Item = (PathBuf, String)>> {
    let listed = capture(Command::new("git").args(["ls-files", "-z"]))
        .ok_or_else(|| Failure::new("git could not list the files.", "Run this inside a clone."))?;
    let paths: Vec<PathBuf> = listed.split('\0').filter(|path| !path.is_empty()).map(PathBuf::from).collect();
    let ours = paths.into_iter().filter(|path| !path.ends_with("Cargo.lock") && !path.ends_with("package-lock.json"));
    Ok(ours.filter_map(|path| std::fs::read_to_string(&path).ok().map(|text| (path, text))))
}
