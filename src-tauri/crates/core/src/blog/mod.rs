//! The blog: where its posts come from, how they are turned into clean Markdown, and where they are kept.
//!
//! | file | |
//! |---|---|
//! | `import` | the journey from what the author pasted to posts in the library |
//! | `fetch`, `discover` | polite HTTP; from a site to its feed |
//! | `feed` | a feed's bytes to posts |
//! | `files` | exports, folders and single files to posts |
//! | `extract`, `markdown` | a post's HTML to clean Markdown |
//! | `training_view`, `words` | the text a model learns from; counting and excerpts |
//! | `source`, `post` | the tables and their types |
//! | `sample` | the sample blog inside the app |

pub mod discover;
pub mod extract;
pub mod feed;
pub mod fetch;
pub mod files;
pub mod import;
pub mod markdown;
pub mod post;
pub mod sample;
pub mod source;
pub mod training_view;
pub mod words;

pub use import::{ImportEvent, ImportReport, import, import_sample, refresh};
pub use post::{Post, PostDetail, PostQuery, PostRow, PostState, list_posts, post_detail, set_included};
pub use source::{BlogSummary, Source, SourceKind, summary};

/// The tables of this slice.
pub const TABLES: &str = "
CREATE TABLE source (
    id            INTEGER PRIMARY KEY,
    kind          TEXT NOT NULL CHECK (kind IN ('feed', 'file', 'sample')),
    title         TEXT NOT NULL,
    address       TEXT NOT NULL UNIQUE,
    checked_at    TEXT,
    site_posts    INTEGER,
    etag          TEXT,
    last_modified TEXT
) STRICT;

CREATE TABLE post (
    id           INTEGER PRIMARY KEY,
    source_id    INTEGER NOT NULL REFERENCES source(id),
    -- what makes it the same post when it arrives again: its address without scheme, www and tracking, else its guid
    key          TEXT NOT NULL UNIQUE,
    url          TEXT,
    title        TEXT NOT NULL,
    subtitle     TEXT,
    author       TEXT,
    published_at TEXT,
    html         TEXT NOT NULL,
    markdown     TEXT NOT NULL,
    -- sha256 over title, subtitle and Markdown: the only thing that decides whether a post changed
    content_hash TEXT NOT NULL,
    words        INTEGER NOT NULL,
    truncated    TEXT,
    -- the author's word: 1 in, 0 out, NULL undecided (then in, unless truncated)
    included     INTEGER,
    changed_at   TEXT,
    -- set when the post joined the posts that no training sees
    held_out_at  TEXT,
    -- set when a run first learned from the post: such a post can never become held out
    trained_at   TEXT,
    added_at     TEXT NOT NULL
) STRICT;
CREATE INDEX post_by_date ON post(published_at DESC, id);

CREATE VIRTUAL TABLE post_text USING fts5(title, subtitle, body, tokenize = 'unicode61 remove_diacritics 2');
";
