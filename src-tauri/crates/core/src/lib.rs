//! Idiolect without its window: the whole application as a library, for the window and the terminal alike.
//!
//! A slice is a noun the author knows; it owns its types and its SQL.
//!
//! | module | what it is about |
//! |---|---|
//! | [`blog`] | where posts come from and the posts themselves |
//! | [`dataset`] | training examples made from posts, and the author's decisions on them |
//! | [`preparation`] | what a model writes for examples: paraphrases and notes |
//! | [`training`] | recipes, runs and the one training loop |
//! | [`engine`] | where weights live and gradients happen; the models |
//! | [`version`] | what can draft: the outcome of a run that succeeded |
//! | [`voice`] | the portrait of the writing and how well a version foretells it |
//! | [`draft`] | drafts, their preview, and text written by a version |
//! | [`settings`], [`secrets`], [`hosts`] | the author's choices, the key, and who was talked to |
//! | [`library`] | everything at once: export it, delete it |
//! | [`db`], [`error`], [`clock`], [`paths`], [`id`] | what every slice stands on |

pub mod blog;
pub mod clock;
pub mod dataset;
pub mod db;
pub mod draft;
pub mod engine;
pub mod error;
pub mod hosts;
pub mod id;
pub mod library;
pub mod paths;
pub mod preparation;
pub mod secrets;
pub mod settings;
pub mod training;
pub mod version;
pub mod voice;
mod wire;

pub use error::{Code, Error, Result};
pub use wire::Page;

use clock::Clock;
use db::Db;
use paths::Paths;
use secrets::Secrets;
use std::sync::Arc;
use tokio::sync::broadcast;

/// Every step that ever changed the library's tables, oldest first. Only ever appended to: a library that any earlier
/// version wrote must open.
const MIGRATIONS: &[&str] = &[
    settings::TABLES,
    hosts::TABLES,
    blog::TABLES,
    dataset::tables::FIRST,
    training::TABLES,
    version::TABLES,
    draft::TABLES,
    blog::ARCHIVE_TABLES,
    blog::boilerplate::TABLES,
    blog::nearest::TABLES,
    dataset::tables::CONTENT,
    training::MANNERS,
    version::MANNERS,
    draft::DRAFTED,
];

/// What changed, so that whoever shows it asks again. Carries no data on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// Posts or sources.
    Posts,
    /// Examples or their statistics.
    Examples,
    /// Runs.
    Runs,
    /// Versions.
    Versions,
    /// Drafts.
    Drafts,
    /// Settings or the key.
    Settings,
}

/// The open application: what the slices' functions are given.
#[derive(Clone)]
pub struct Core {
    /// The library.
    pub db: Arc<Db>,
    /// Where things lie.
    pub paths: Paths,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The keyring.
    pub secrets: Arc<dyn Secrets>,
    /// Where weights live and gradients happen.
    pub engine: Arc<dyn engine::Engine>,
    /// How the web is asked.
    pub manners: blog::fetch::Manners,
    /// Held while a site's archive is walked through.
    walking: Arc<tokio::sync::Mutex<()>>,
    /// Held while examples are built.
    building: Arc<std::sync::Mutex<()>>,
    training: training::Owned,
    changes: broadcast::Sender<Topic>,
}

impl Core {
    /// Opens the library in the data folder with the computer's clock, keyring and engine.
    ///
    /// # Errors
    /// What [`Db::open`] says.
    pub fn open(paths: Paths) -> Result<Core> {
        let engine = Arc::new(engine::local::LocalEngine::new(paths.clone()));
        Core::with(paths, Arc::new(clock::SystemClock), Arc::new(secrets::OsKeyring), engine)
    }

    /// Opens the library with parts of the caller's choice; tests pass a clock that stands still.
    ///
    /// # Errors
    /// What [`Db::open`] says.
    pub fn with(
        paths: Paths,
        clock: Arc<dyn Clock>,
        secrets: Arc<dyn Secrets>,
        engine: Arc<dyn engine::Engine>,
    ) -> Result<Core> {
        let db = Arc::new(Db::open(&paths.database(), MIGRATIONS)?);
        let (changes, _) = broadcast::channel(64);
        let manners = blog::fetch::Manners::default();
        let (walking, building) = (Arc::default(), Arc::default());
        let training = training::Owned::default();
        Ok(Core { db, paths, clock, secrets, engine, manners, walking, building, training, changes })
    }

    /// Hears of every change made through this process.
    pub fn changes(&self) -> broadcast::Receiver<Topic> {
        self.changes.subscribe()
    }

    /// Tells whoever listens that something changed; persist first, then publish.
    pub(crate) fn changed(&self, topic: Topic) {
        // Nobody listening is no failure: the terminal has no window to refresh.
        let _ = self.changes.send(topic);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many steps there were when the app first landed; libraries from then must open for ever.
    const FIRST_LANDED: usize = 7;

    #[test]
    fn decisions_of_the_first_versions_hold_and_recipes_say_their_habits() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("library.db");
        let old = Db::open(&file, &MIGRATIONS[..FIRST_LANDED]).expect("the first version");
        old.write(|tx| {
            tx.execute_batch(
                "INSERT INTO source(kind, title, address) VALUES ('feed', 'Paths', 'https://paths.example/feed');
                 INSERT INTO post(source_id, key, url, title, html, markdown, content_hash, words, added_at)
                 VALUES (1, 'paths.example/one', 'https://paths.example/one', 'One', '', 'Text.', 'abc', 1, '2026-01-01');
                 INSERT INTO example(post_id, preset, kind, variant, position, prompt, completion, edited_prompt, decision, flags, present)
                 VALUES (1, 'seed', 'completion', 'whole', 0, 'p', 'c', NULL, 'kept', '[]', 1),
                        (1, 'voice', 'completion', 'whole', 0, 'p', 'c', NULL, 'dropped', '[{\"code\":\"too_short\",\"reason\":\"r\"}]', 1),
                        (1, 'voice', 'instruction', 'plain', 1, 'p', 'c', 'mine', 'kept', '[]', 1),
                        (1, 'voice', 'question', 'tell', 2, 'p', 'c', NULL, NULL, '[]', 1);
                 INSERT INTO run(status, engine, model, recipe, dataset_digest, app_version, steps, created_at)
                 VALUES ('paused', 'local', 'm', '{\"preset\":\"seed\",\"rank\":32}', 'd', '0.1.0', 3, '2026-01-01');",
            )?;
            Ok(())
        })
        .expect("rows");
        drop(old);
        let db = Db::open(&file, MIGRATIONS).expect("the library of today");
        let sql = "SELECT group_concat(place || ' ' || word || ' ' || coalesce(prompt, '-') || ' ' || seen, char(10))
                   FROM (SELECT * FROM example_decision ORDER BY place)";
        let decisions: String = db.read(|c| Ok(c.query_row(sql, [], |row| row.get(0))?)).expect("decisions");
        assert_eq!(
            decisions,
            "paths.example/one#completion/whole dropped - [\"too_short\"]\n\
             paths.example/one#instruction/plain kept mine []"
        );
        let sql = "SELECT json_extract(recipe, '$.manner') FROM run";
        let manner: String = db.read(|c| Ok(c.query_row(sql, [], |row| row.get(0))?)).expect("a recipe");
        let manner: dataset::Manner = serde_json::from_str(&manner).expect("habits");
        assert_eq!(manner, dataset::Manner::SEED);
    }

    #[test]
    fn a_library_of_the_first_version_opens_with_its_posts() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("library.db");
        let old = Db::open(&file, &MIGRATIONS[..FIRST_LANDED]).expect("the first version");
        old.write(|tx| {
            tx.execute_batch(
                "INSERT INTO source(kind, title, address) VALUES ('feed', 'Paths', 'https://paths.example/feed');
                 INSERT INTO post(source_id, key, url, title, html, markdown, content_hash, words, included, added_at)
                 VALUES (1, 'paths.example/one', 'https://paths.example/one', 'One', '', 'Text.', 'abc', 1, 0, '2026-01-01');",
            )?;
            Ok(())
        })
        .expect("rows");
        drop(old);
        let db = Db::open(&file, MIGRATIONS).expect("the library of today");
        let posts = blog::list_posts(&db, &blog::PostQuery::default()).expect("posts");
        assert_eq!(posts.items.len(), 1);
        assert_eq!(posts.items[0].post.state, blog::PostState::Excluded, "the author's word is kept");
        let arrived: String = db
            .read(|c| Ok(c.query_row("SELECT via || content_hash FROM post_arrival", [], |row| row.get(0))?))
            .expect("how it came");
        assert_eq!(arrived, "feedabc");
    }
}
