//! The blog: where its posts come from, how they are turned into clean Markdown, and where they are kept.
//!
//! | file | |
//! |---|---|
//! | `import`, `refresh` | the journey from what the author pasted to posts in the library, and asking again |
//! | `keep`, `report` | keeping each post as it comes; what came of it all |
//! | `fetch`, `discover` | polite HTTP; from a site to its feed |
//! | `archive` | the posts that a feed no longer holds |
//! | `feed` | a feed's bytes to posts |
//! | `files` | exports, folders and single files to posts |
//! | `extract`, `markdown` | a post's HTML to clean Markdown |
//! | `training_view`, `words` | the text a model learns from; counting and excerpts |
//! | `boilerplate` | paragraphs that recur in many posts |
//! | `nearest` | the own passages nearest to a paragraph |
//! | `source`, `post` | the tables and their types |
//! | `sample` | the sample blog inside the app |

pub mod archive;
pub mod boilerplate;
pub mod discover;
pub mod extract;
pub mod feed;
pub mod fetch;
pub mod files;
pub mod import;
mod keep;
pub mod markdown;
pub mod nearest;
pub mod post;
pub mod refresh;
mod report;
pub mod sample;
pub mod source;
pub mod training_view;
pub mod words;

pub use archive::{OutOfReach, out_of_reach};
pub use boilerplate::{Repeated, repeated};
pub use import::{Extent, ImportEvent, import, import_sample};
pub use nearest::{Passage, nearest};
pub use post::{Post, PostDetail, PostQuery, PostRow, PostState, Role, list_posts, post_detail, set_included};
pub use refresh::refresh;
pub use report::ImportReport;
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

/// What the whole archive needs: how each post arrived, what sort of text it is, and what is still to come.
pub const ARCHIVE_TABLES: &str = "
ALTER TABLE post ADD COLUMN role TEXT NOT NULL DEFAULT 'post' CHECK (role IN ('post', 'draft', 'page'));
-- set when the blog no longer showed the post
ALTER TABLE post ADD COLUMN gone_at TEXT;
-- the blog's front page, where the feed or the author named it
ALTER TABLE source ADD COLUMN site TEXT;
-- 0 where the site has no feed, and only its map lists the posts
ALTER TABLE source ADD COLUMN has_feed INTEGER NOT NULL DEFAULT 1;
-- when all the site listed was last gone through, and in which way
ALTER TABLE source ADD COLUMN walked_at TEXT;
ALTER TABLE source ADD COLUMN way TEXT;

-- what each way said of a post last: an edit is a change in what the same way says
CREATE TABLE post_arrival (
    post_id      INTEGER NOT NULL REFERENCES post(id),
    source_id    INTEGER NOT NULL REFERENCES source(id),
    via          TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    PRIMARY KEY (post_id, source_id, via)
) STRICT, WITHOUT ROWID;
INSERT INTO post_arrival
    SELECT post.id, source_id, CASE kind WHEN 'feed' THEN 'feed' ELSE 'file' END, content_hash
    FROM post JOIN source ON source.id = source_id;

CREATE TABLE site_post (
    source_id INTEGER NOT NULL REFERENCES source(id),
    url       TEXT NOT NULL,
    -- newest first
    position  INTEGER NOT NULL,
    way       TEXT NOT NULL,
    -- as the site writes it; a different value means that the post was edited
    modified  TEXT,
    state     TEXT NOT NULL CHECK (state IN ('waiting', 'done')),
    -- why it will not come
    reason    TEXT,
    PRIMARY KEY (source_id, url)
) STRICT, WITHOUT ROWID;
";
