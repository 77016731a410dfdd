//! Whether Idiolect may be given away with everything that is linked into it.

use crate::failure::{Failure, Outcome};
use crate::places;
use crate::process::{capture, cargo};
use crate::summary::Count;
use serde_json::Value;

/// Licence names that may be used, and the packages that state theirs in another way.
const ALLOWED: &str = include_str!("../../licences.txt");

/// Every crate of the lock file, for all platforms: installers are built for three.
pub fn crates() -> Outcome<Count> {
    let metadata = capture(cargo().args(["metadata", "--format-version", "1"]))
        .and_then(|text| serde_json::from_str::<Value>(&text).ok())
        .ok_or_else(|| Failure::new("`cargo metadata` did not answer.", "Run it by hand to see why."))?;
    let packages = metadata["packages"].as_array().map(Vec::as_slice).unwrap_or_default();
    let foreign = packages.iter().filter(|package| !package["source"].is_null());
    judge(foreign.map(|package| (text(&package["name"]), text(&package["license"]))))
}

/// The npm packages that end up in the window; those that only build it are not given away.
pub fn npm() -> Outcome<Count> {
    let file = places::ui().join("package-lock.json");
    let lock = std::fs::read_to_string(&file)
        .ok()
        .and_then(|text| serde_json::from_str::<Value>(&text).ok())
        .ok_or_else(|| Failure::new(format!("{} could not be read.", file.display()), "Run `npm install` in ui."))?;
    let packages = lock["packages"].as_object().ok_or_else(|| {
        Failure::new(format!("{} lists no packages.", file.display()), "Write it anew with `npm install` in ui.")
    })?;
    // The package with the empty name is the interface itself.
    let shipped = packages.iter().filter(|(path, facts)| !path.is_empty() && facts["dev"] != true);
    judge(shipped.map(|(path, facts)| {
        let name = path.rsplit("node_modules/").next().unwrap_or(path);
        (name, text(&facts["license"]))
    }))
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or("")
}

fn judge<'a>(packages: impl Iterator<Item = (&'a str, &'a str)>) -> Outcome<Count> {
    let mut count = Count::NOTHING;
    for (name, licence) in packages {
        if allowed(licence) || excepted(name, licence) {
            count.passed += 1;
        } else {
            count.failed += 1;
            let licence = if licence.is_empty() { "no licence" } else { licence };
            println!("{name} states {licence}: allow it in src-tauri/crates/xtask/licences.txt, or do without it.");
        }
    }
    if count == Count::NOTHING {
        return Err(Failure::new("No package was found to judge.", "Look at how this check reads its list."));
    }
    Ok(count)
}

fn lines() -> impl Iterator<Item = &'static str> {
    ALLOWED.lines().map(|line| line.split('#').next().unwrap_or("").trim()).filter(|line| !line.is_empty())
}

fn excepted(name: &str, licence: &str) -> bool {
    lines().filter_map(|line| line.split_once(':')).any(|(who, what)| who.trim() == name && what.trim() == licence)
}

/// Whether an SPDX expression can be met with allowed licences only. `AND` binds tighter than `OR`; a slash is the
/// old way to write `OR`.
fn allowed(expression: &str) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut at = 0;
    let met = either(&words, &mut at);
    met && at == words.len()
}

fn either(words: &[&str], at: &mut usize) -> bool {
    let mut met = both(words, at);
    while words.get(*at) == Some(&"OR") {
        *at += 1;
        met |= both(words, at);
    }
    met
}

fn both(words: &[&str], at: &mut usize) -> bool {
    let mut met = single(words, at);
    while words.get(*at) == Some(&"AND") {
        *at += 1;
        met &= single(words, at);
    }
    met
}

fn single(words: &[&str], at: &mut usize) -> bool {
    let Some(&word) = words.get(*at) else { return false };
    *at += 1;
    if word == "(" {
        let met = either(words, at);
        *at += 1;
        return met;
    }
    let mut name = word.to_owned();
    if words.get(*at) == Some(&"WITH") {
        name = format!("{word} WITH {}", words.get(*at + 1).unwrap_or(&""));
        *at += 2;
    }
    lines().any(|line| line == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_read_as_spdx_means_them() {
        for (expression, met) in [
            ("MIT", true),
            ("MIT/Apache-2.0", true),
            ("GPL-3.0-only", false),
            ("GPL-3.0-only OR MIT", true),
            ("MIT AND GPL-3.0-only", false),
            ("(MIT OR GPL-3.0-only) AND BSD-3-Clause", true),
            ("GPL-3.0-only OR MIT AND GPL-2.0-only", false),
            ("Apache-2.0 WITH LLVM-exception OR GPL-2.0-only", true),
            ("GPL-2.0-only WITH Classpath-exception-2.0", false),
            ("", false),
        ] {
            assert_eq!(allowed(expression), met, "{expression}");
        }
    }
}
