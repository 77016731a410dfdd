//! Training: what is asked for, what it will take, and the one loop that does it.
//!
//! | file | |
//! |---|---|
//! | `render` | examples to tokens and loss weights |
//! | `schedule` | the learning rate of each step |
//! | `plan` | what a run would take; starts nothing |
//! | `train` | the loop |
//! | `runner` | starts, resumes, pauses and cancels runs; owns their life in this process |
//! | `ownership` | which process a run belongs to |
//! | `finish` | the end of a run: the version it makes |
//! | `scribe` | writes down what the loop tells |
//! | `run`, `curve`, `results` | runs in the library: the row, the curve, what it came to |
//! | `store` | writing runs down |
//! | `files` | a run's folder |
//! | `watch` | a run as it goes on, from whichever process trains it |
//! | `test_drafts` | the test prompts after a run |

mod curve;
mod files;
mod finish;
mod ownership;
mod plan;
pub mod render;
mod results;
mod run;
mod runner;
mod schedule;
mod scribe;
mod store;
mod test_drafts;
mod train;
mod watch;

pub use crate::version::{Recipe, Rendering, RunOptions};
pub use curve::{HeldOutPoint, StepPoint};
pub use ownership::{Owned, active_in_this_process};
pub use plan::{Plan, plan};
pub use results::{PostLoss, RunDetail, TestDraft, detail, log};
pub use run::{Run, RunStatus, get, list};
pub use runner::{cancel, pause, resume, start, wait};
pub use schedule::learning_rate;
pub use store::checkpoint_step;
pub use watch::{RunEvent, watch};

/// Recipes say their habits themselves; before, the preset's name stood for them.
pub const MANNERS: &str = "
UPDATE run SET recipe = json_set(recipe, '$.manner', json(CASE json_extract(recipe, '$.preset')
    WHEN 'seed' THEN '{\"separator\":\"space\",\"end_mark\":false,\"decay\":\"constant\",\"max_grad_norm\":0.0}'
    ELSE '{\"separator\":\"blank_line\",\"end_mark\":true,\"decay\":\"linear\",\"max_grad_norm\":1.0}' END));
";

/// The tables of this slice.
pub const TABLES: &str = "
CREATE TABLE run (
    id                INTEGER PRIMARY KEY,
    status            TEXT NOT NULL
        CHECK (status IN ('queued', 'running', 'succeeded', 'paused', 'interrupted', 'failed', 'cancelled')),
    -- what the author asked of a running run: 'pause' or 'cancel'; how another process is told
    request           TEXT CHECK (request IN ('pause', 'cancel')),
    engine            TEXT NOT NULL,
    model             TEXT NOT NULL,
    recipe            TEXT NOT NULL,
    dataset_digest    TEXT NOT NULL,
    app_version       TEXT NOT NULL,
    step              INTEGER NOT NULL DEFAULT 0,
    steps             INTEGER NOT NULL,
    epoch             INTEGER NOT NULL DEFAULT 0,
    train_loss        REAL,
    held_out_loss     REAL,
    base_loss         REAL,
    tokens_per_second REAL,
    seconds_left      REAL,
    -- seconds spent training, over all sittings
    seconds_spent     REAL NOT NULL DEFAULT 0,
    checkpoint_step   INTEGER,
    version_id        INTEGER,
    outcome           TEXT,
    created_at        TEXT NOT NULL,
    started_at        TEXT,
    ended_at          TEXT
) STRICT;

-- The curve. kind: 'train' or 'held_out'; loss in nats per completion token.
CREATE TABLE run_point (
    run_id INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
    kind   TEXT NOT NULL CHECK (kind IN ('train', 'held_out')),
    step   INTEGER NOT NULL,
    loss   REAL NOT NULL,
    -- tokens the step went through; nothing for held-out points
    tokens INTEGER,
    PRIMARY KEY (run_id, kind, step)
) STRICT, WITHOUT ROWID;

-- Each held-out post, before training and with the weights that were kept. Sums in nats.
CREATE TABLE run_post (
    run_id   INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
    post_id  INTEGER NOT NULL,
    title    TEXT NOT NULL,
    position INTEGER NOT NULL,
    base_nll REAL NOT NULL,
    nll      REAL,
    tokens   INTEGER NOT NULL,
    bytes    INTEGER NOT NULL,
    PRIMARY KEY (run_id, post_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE run_test (
    run_id   INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    prompt   TEXT NOT NULL,
    text     TEXT NOT NULL,
    finish   TEXT NOT NULL,
    PRIMARY KEY (run_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE run_log (
    id     INTEGER PRIMARY KEY,
    run_id INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
    at     TEXT NOT NULL,
    line   TEXT NOT NULL
) STRICT;
";
