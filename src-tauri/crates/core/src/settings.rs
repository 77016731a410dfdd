//! The author's choices, and the small values other slices want to find again. Kept in the library rather than in a
//! file of their own, so window and terminal always see the same ones.

use crate::db::Db;
use crate::{Core, Error, Result, Topic};
use rusqlite::{OptionalExtension, Transaction};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::ops::RangeInclusive;

/// One row per named value.
pub const TABLES: &str = "
CREATE TABLE setting(
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL -- json
) STRICT;
";

/// The row with everything the author chose in Settings.
const CHOICES: &str = "settings";

const TEXT_SIZES: RangeInclusive<u32> = 14..=22;
const TEMPERATURES: RangeInclusive<f64> = 0.0..=2.0;
const MAX_TOKENS: RangeInclusive<u32> = 1..=4000;
const MOST_STOPS: usize = 8;
const LONGEST_STOP: usize = 200;
const MOST_PROMPTS: usize = 10;
const LONGEST_PROMPT: usize = 2000;

/// Light, dark, or as the system has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// Whatever the system is set to.
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// How often blogs are asked for new posts without being told to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum CheckBlogs {
    /// Never.
    Off,
    /// Once a day.
    Daily,
    /// Once a week.
    Weekly,
}

/// What the author can choose.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
pub struct Settings {
    /// Light, dark or as the system.
    pub theme: Theme,
    /// Size of the running text, in pixels, 14 to 22.
    pub text_size: u32,
    /// Whether the computer is kept from sleeping while a run goes on.
    pub keep_awake: bool,
    /// How often blogs are asked for new posts while the app is open.
    pub check_blogs: CheckBlogs,
    /// How freely a version drafts, 0 to 2.
    pub write_temperature: f64,
    /// How long a draft may get, in tokens, 1 to 4000.
    pub write_max_tokens: u32,
    /// Texts at which drafting stops. May be line breaks.
    pub write_stop: Vec<String>,
    /// What every new version is asked to write, so that versions can be compared.
    pub test_prompts: Vec<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            theme: Theme::System,
            text_size: 16,
            keep_awake: true,
            check_blogs: CheckBlogs::Off,
            write_temperature: 0.7,
            write_max_tokens: 500,
            write_stop: Vec::new(),
            test_prompts: [
                "Write a blog post about a small thing that went wrong:",
                "Write a blog post about something I changed my mind about:",
                "Write a blog post about an ordinary day that turned out otherwise:",
            ]
            .map(str::to_owned)
            .to_vec(),
        }
    }
}

/// The author's choices, with the defaults for whatever was never chosen.
///
/// # Errors
/// When the library cannot be read.
pub fn load(db: &Db) -> Result<Settings> {
    Ok(with_defaults(get::<Value>(db, CHOICES)?))
}

/// Keeps the author's choices and says so to whoever listens. Empty stop texts and prompts are left out.
///
/// # Errors
/// `BadInput` when a value is outside what the app can use; nothing is kept then.
pub fn save(core: &Core, settings: Settings) -> Result<Settings> {
    let settings = checked(settings)?;
    put(&core.db, CHOICES, &settings)?;
    core.changed(Topic::Settings);
    Ok(settings)
}

/// A small value kept under a name; nothing if it never was, or if what is kept is of another shape by now.
///
/// # Errors
/// When the library cannot be read.
pub fn get<T: DeserializeOwned>(db: &Db, name: &str) -> Result<Option<T>> {
    let text: Option<String> = db.read(|connection| {
        Ok(connection.query_row("SELECT value FROM setting WHERE name = ?1", [name], |row| row.get(0)).optional()?)
    })?;
    // These are conveniences; one that an older app wrote differently must not keep the app from working.
    Ok(text.and_then(|text| {
        serde_json::from_str(&text)
            .inspect_err(|error| tracing::warn!(name, %error, "a stored setting was ignored"))
            .ok()
    }))
}

/// Keeps a small value under a name. Other slices prefix theirs with their own name ("training.speed.…").
///
/// # Errors
/// When the library cannot be written.
pub fn put<T: Serialize>(db: &Db, name: &str, value: &T) -> Result<()> {
    db.write(|tx| put_within(tx, name, value))
}

/// The same within a transaction that writes what the value tells of.
///
/// # Errors
/// When the library cannot be written.
pub(crate) fn put_within<T: Serialize>(tx: &Transaction<'_>, name: &str, value: &T) -> Result<()> {
    tx.execute(
        "INSERT INTO setting(name, value) VALUES (?1, ?2)
         ON CONFLICT(name) DO UPDATE SET value = excluded.value",
        [name, &serde_json::to_string(value)?],
    )?;
    Ok(())
}

/// Field by field, so that a setting added later finds its default in an older library and one that went is ignored.
fn with_defaults(stored: Option<Value>) -> Settings {
    let Some(Value::Object(stored)) = stored else { return Settings::default() };
    stored.into_iter().fold(Settings::default(), |settings, (name, value)| {
        let Ok(Value::Object(mut all)) = serde_json::to_value(&settings) else { return settings };
        all.insert(name, value);
        serde_json::from_value(Value::Object(all)).unwrap_or(settings)
    })
}

fn checked(settings: Settings) -> Result<Settings> {
    let Settings { text_size, write_temperature, write_max_tokens, .. } = settings;
    if !TEXT_SIZES.contains(&text_size) {
        return Err(Error::bad_input(format!("The text size can be 14 to 22 pixels; {text_size} was given."))
            .hint("Choose a size in between."));
    }
    // A number that is no number (NaN) is in no range.
    if !TEMPERATURES.contains(&write_temperature) {
        return Err(Error::bad_input(format!("The temperature can be 0 to 2; {write_temperature} was given."))
            .hint("0.7 is a good start: lower is plainer, higher is wilder."));
    }
    if !MAX_TOKENS.contains(&write_max_tokens) {
        return Err(Error::bad_input(format!("A draft can be 1 to 4,000 tokens long; {write_max_tokens} was given."))
            .hint("500 tokens are about 375 words."));
    }
    // Stops are matched as they stand, line breaks included, so they are not trimmed.
    let write_stop: Vec<String> = settings.write_stop.into_iter().filter(|text| !text.is_empty()).collect();
    at_most("stop texts", &write_stop, MOST_STOPS, LONGEST_STOP)?;
    let test_prompts: Vec<String> =
        settings.test_prompts.iter().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()).collect();
    at_most("test prompts", &test_prompts, MOST_PROMPTS, LONGEST_PROMPT)?;
    Ok(Settings { write_stop, test_prompts, ..settings })
}

fn at_most(what: &str, texts: &[String], most: usize, longest: usize) -> Result<()> {
    if texts.len() > most {
        return Err(Error::bad_input(format!("There can be {most} {what}; {} were given.", texts.len()))
            .hint("Remove some and save again."));
    }
    match texts.iter().map(|text| text.chars().count()).max() {
        Some(length) if length > longest => {
            Err(Error::bad_input(format!("One of the {what} is {length} characters long; {longest} are the most."))
                .hint("Shorten it and save again."))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Code;
    use crate::library::tests::library;

    #[test]
    fn a_new_library_has_the_defaults_and_keeps_what_is_saved() {
        let (_folder, core) = library();
        assert_eq!(load(&core.db).unwrap(), Settings::default());
        let mut changes = core.changes();
        let chosen =
            Settings { theme: Theme::Dark, write_stop: vec!["\n\n\n".into(), String::new()], ..Settings::default() };
        let kept = save(&core, chosen).unwrap();
        assert_eq!(kept.write_stop, ["\n\n\n"]);
        assert_eq!(load(&core.db).unwrap(), kept);
        assert_eq!(changes.try_recv().unwrap(), Topic::Settings);
    }

    #[test]
    fn values_out_of_range_are_refused_and_not_kept() {
        let (_folder, core) = library();
        let usual = Settings::default;
        let wrong = [
            Settings { text_size: 40, ..usual() },
            Settings { write_temperature: f64::NAN, ..usual() },
            Settings { write_temperature: -0.1, ..usual() },
            Settings { write_max_tokens: 0, ..usual() },
            Settings { write_stop: vec!["x".into(); 9], ..usual() },
            Settings { test_prompts: vec!["x".repeat(2001)], ..usual() },
        ];
        for settings in wrong {
            assert_eq!(save(&core, settings).unwrap_err().code, Code::BadInput);
        }
        assert_eq!(load(&core.db).unwrap(), usual());
    }

    #[test]
    fn what_an_older_or_newer_app_kept_is_read_as_far_as_it_can_be() {
        let (_folder, core) = library();
        put(&core.db, CHOICES, &serde_json::json!({"theme": "light", "text_size": "huge", "gone": 1})).unwrap();
        let settings = load(&core.db).unwrap();
        assert_eq!((settings.theme, settings.text_size), (Theme::Light, 16));
    }

    #[test]
    fn small_values_of_other_slices_come_back_or_are_absent() {
        let (_folder, core) = library();
        assert_eq!(get::<f64>(&core.db, "training.speed.tiny").unwrap(), None);
        put(&core.db, "training.speed.tiny", &41.5).unwrap();
        assert_eq!(get::<f64>(&core.db, "training.speed.tiny").unwrap(), Some(41.5));
        assert_eq!(get::<String>(&core.db, "training.speed.tiny").unwrap(), None);
    }
}
