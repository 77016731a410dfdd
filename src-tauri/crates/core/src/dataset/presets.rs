//! The presets there are: those that come with the app, and the author's own.

use super::{ExampleSummary, FlagCode, Kind, Preset, PresetName, annotate, build, summary};
use crate::{Core, Error, Result, Topic, settings};
use rusqlite::{OptionalExtension, params};

const CHOSEN: &str = "examples.preset";

/// Every preset, those of the app first.
///
/// # Errors
/// When the library cannot be read.
pub fn presets(core: &Core) -> Result<Vec<Preset>> {
    let own: Vec<String> = core.db.read(|c| {
        let mut statement = c.prepare("SELECT spec FROM preset ORDER BY name")?;
        let specs = statement.query_map([], |row| row.get(0))?;
        Ok(specs.collect::<rusqlite::Result<_>>()?)
    })?;
    let mut all = Vec::new();
    for preset in Preset::built_ins() {
        all.push(chosen_parts(core, preset)?);
    }
    for spec in own {
        all.push(serde_json::from_str(&spec)?);
    }
    Ok(all)
}

/// One preset, with the kinds and checks the author switched.
///
/// # Errors
/// `NotFound` when there is none of that name.
pub fn preset(core: &Core, name: &PresetName) -> Result<Preset> {
    if let Some(preset) = Preset::built_ins().into_iter().find(|preset| preset.name == *name) {
        return chosen_parts(core, preset);
    }
    let sql = "SELECT spec FROM preset WHERE name = ?1";
    let spec: Option<String> =
        core.db.read(|c| Ok(c.query_row(sql, [name.as_str()], |row| row.get(0)).optional()?))?;
    let spec = spec.ok_or_else(|| Error::not_found(format!("The preset '{name}'")))?;
    Ok(serde_json::from_str(&spec)?)
}

/// The preset the library's examples are shown and trained in.
///
/// # Errors
/// When the library cannot be read.
pub fn chosen(core: &Core) -> Result<Preset> {
    let name = settings::get(&core.db, CHOSEN)?.unwrap_or_default();
    match preset(core, &name) {
        // It was deleted by another window, or written by a newer app.
        Err(error) if error.code == crate::Code::NotFound => preset(core, &PresetName::voice()),
        found => found,
    }
}

/// Chooses a preset and builds its examples.
///
/// # Errors
/// `NotFound` when there is none of that name.
pub fn choose(core: &Core, name: &PresetName) -> Result<ExampleSummary> {
    preset(core, name)?;
    settings::put(&core.db, CHOSEN, name)?;
    let preset = build::refresh(core, name)?;
    // Decisions made meanwhile under another preset hold in this one, too.
    core.db.write(|tx| annotate::restate(tx, &preset))?;
    core.changed(Topic::Examples);
    summary(core)
}

/// A copy under a title of the author's, to be changed.
///
/// # Errors
/// `NotFound` for the original, `BadInput` for a title that is empty or too long.
pub fn copy(core: &Core, name: &PresetName, title: &str) -> Result<Preset> {
    let original = preset(core, name)?;
    let copy = Preset {
        name: free_name(core, title)?,
        title: title.trim().to_owned(),
        built_in: false,
        sentence: format!("Your copy of '{}'.", original.title),
        ..original
    };
    copy.check()?;
    write(core, &copy)?;
    core.changed(Topic::Examples);
    Ok(copy)
}

/// Changes one of the author's own presets.
///
/// # Errors
/// `BadInput` for one that comes with the app, or for a template that cannot be filled; `NotFound` for an unknown one.
pub fn save(core: &Core, changed: &Preset) -> Result<Preset> {
    refuse_built_in(&changed.name, "changed")?;
    preset(core, &changed.name)?;
    let changed = Preset { built_in: false, ..changed.clone() };
    changed.check()?;
    write(core, &changed)?;
    core.db.write(|tx| annotate::restate(tx, &changed))?;
    core.changed(Topic::Examples);
    Ok(changed)
}

/// Deletes one of the author's own presets. Decisions stay: they belong to the examples, not to the preset.
///
/// # Errors
/// `BadInput` for one that comes with the app, `NotFound` for an unknown one.
pub fn delete(core: &Core, name: &PresetName) -> Result<ExampleSummary> {
    refuse_built_in(name, "deleted")?;
    preset(core, name)?;
    core.db.write(|tx| {
        tx.execute("DELETE FROM preset WHERE name = ?1", [name.as_str()])?;
        tx.execute("DELETE FROM example WHERE preset = ?1", [name.as_str()])?;
        Ok(())
    })?;
    if settings::get::<PresetName>(&core.db, CHOSEN)?.as_ref() == Some(name) {
        settings::put(&core.db, CHOSEN, &PresetName::voice())?;
    }
    core.changed(Topic::Examples);
    summary(core)
}

/// Switches a kind of example on or off for the chosen preset.
///
/// # Errors
/// `BadInput` when it is the last one that is on.
pub fn set_kind_enabled(core: &Core, kind: Kind, enabled: bool) -> Result<ExampleSummary> {
    let mut preset = chosen(core)?;
    preset.kinds.retain(|other| *other != kind);
    if enabled {
        preset.kinds.push(kind);
    }
    preset.kinds.sort();
    preset.check()?;
    if preset.built_in {
        settings::put(&core.db, &kinds_key(&preset.name), &preset.kinds)?;
    } else {
        write(core, &preset)?;
    }
    core.changed(Topic::Examples);
    summary(core)
}

/// Says whether what a check finds waits for the author's word, in the chosen preset.
///
/// # Errors
/// When the library cannot be read or written.
pub fn set_check_holds(core: &Core, code: FlagCode, holds: bool) -> Result<ExampleSummary> {
    let mut preset = chosen(core)?;
    preset.holds.retain(|other| *other != code);
    if holds {
        preset.holds.push(code);
    }
    if preset.built_in {
        settings::put(&core.db, &holds_key(&preset.name), &preset.holds)?;
    } else {
        write(core, &preset)?;
    }
    core.db.write(|tx| annotate::restate(tx, &preset))?;
    core.changed(Topic::Examples);
    summary(core)
}

/// What comes with the app is never changed; the author's switches for it lie beside it.
fn chosen_parts(core: &Core, mut preset: Preset) -> Result<Preset> {
    if let Some(kinds) = settings::get(&core.db, &kinds_key(&preset.name))? {
        preset.kinds = kinds;
    }
    if let Some(holds) = settings::get(&core.db, &holds_key(&preset.name))? {
        preset.holds = holds;
    }
    Ok(preset)
}

fn kinds_key(name: &PresetName) -> String {
    format!("examples.kinds.{name}")
}

fn holds_key(name: &PresetName) -> String {
    format!("examples.holds.{name}")
}

fn write(core: &Core, preset: &Preset) -> Result<()> {
    let spec = serde_json::to_string(preset)?;
    let sql = "INSERT INTO preset(name, spec) VALUES (?1, ?2) ON CONFLICT(name) DO UPDATE SET spec = ?2";
    core.db.write(|tx| Ok(tx.execute(sql, params![preset.name.as_str(), spec])?))?;
    Ok(())
}

fn refuse_built_in(name: &PresetName, verb: &str) -> Result<()> {
    if !name.built_in() {
        return Ok(());
    }
    Err(Error::bad_input(format!("The preset '{name}' comes with the app and cannot be {verb}."))
        .hint("Make a copy of it, and change the copy."))
}

/// A name for a title that no preset has yet: small letters, digits and hyphens.
fn free_name(core: &Core, title: &str) -> Result<PresetName> {
    let plain: String = title.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let words: Vec<&str> = plain.split('-').filter(|word| !word.is_empty()).collect();
    let stem: String = words.join("-").chars().take(30).collect();
    let stem = if stem.is_empty() { "own".to_owned() } else { stem.trim_matches('-').to_owned() };
    let taken = presets(core)?;
    for number in 1..1000 {
        let name: PresetName = if number == 1 { stem.clone() } else { format!("{stem}-{number}") }.parse()?;
        if taken.iter().all(|preset| preset.name != name) {
            return Ok(name);
        }
    }
    Err(Error::bad_input(format!("There are too many presets called '{title}'.")).hint("Choose another title."))
}
