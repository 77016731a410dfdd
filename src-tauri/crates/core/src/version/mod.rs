//! Versions: what can draft. A version is made only by a run that succeeded; the first becomes current, later ones when
//! the author promotes them.
//!
//! | file | |
//! |---|---|
//! | `recipe` | the settings a version was made with; how its prompts become tokens |
//! | `store` | versions in the library: list, promote, undo, delete |
//! | `draw` | text from a version's weights, stops matched on text |
//! | `export` | the adapter as a folder other tools read |

mod draw;
mod export;
mod recipe;
mod store;

pub(crate) use draw::check;
pub use draw::{Draw, Drawn, Finish, draw};
pub use export::export;
pub use recipe::{Recipe, Rendering, RunOptions};
pub use store::{Drafter, Version, adapter_folder, delete, drafter, list, promote, undo_promotion};

pub(crate) use store::{MeasuredPost, NewVersion, insert};

/// Recipes say their habits themselves; before, the preset's name stood for them.
pub const MANNERS: &str = "
UPDATE version SET recipe = json_set(recipe, '$.manner', json(CASE json_extract(recipe, '$.preset')
    WHEN 'seed' THEN '{\"separator\":\"space\",\"end_mark\":false,\"decay\":\"constant\",\"max_grad_norm\":0.0}'
    ELSE '{\"separator\":\"blank_line\",\"end_mark\":true,\"decay\":\"linear\",\"max_grad_norm\":1.0}' END));
";

/// The tables of this slice.
pub const TABLES: &str = "
CREATE TABLE version (
    id          INTEGER PRIMARY KEY,
    run_id      INTEGER NOT NULL,
    model       TEXT NOT NULL,
    recipe      TEXT NOT NULL,
    -- on the held-out posts: sums in nats, tokens and UTF-8 bytes
    nll         REAL NOT NULL,
    base_nll    REAL NOT NULL,
    tokens      INTEGER NOT NULL,
    bytes       INTEGER NOT NULL,
    better_on   INTEGER NOT NULL,
    posts       INTEGER NOT NULL,
    created_at  TEXT NOT NULL,
    deleted_at  TEXT
) STRICT;

-- Which version became current, and when; the newest row counts, and undo takes it away.
CREATE TABLE promotion (
    id         INTEGER PRIMARY KEY,
    version_id INTEGER NOT NULL REFERENCES version(id),
    made_at    TEXT NOT NULL
) STRICT;
";
