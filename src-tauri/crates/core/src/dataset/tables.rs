//! The tables of this slice, as every step that ever changed them.

/// As they first landed.
pub const FIRST: &str = "
CREATE TABLE example (
    id                INTEGER PRIMARY KEY,
    post_id           INTEGER NOT NULL REFERENCES post(id),
    preset            TEXT NOT NULL,
    kind              TEXT NOT NULL,
    -- which template of its kind made it
    variant           TEXT NOT NULL,
    -- order in the preset's file
    position          INTEGER NOT NULL,
    prompt            TEXT NOT NULL,
    completion        TEXT NOT NULL,
    edited_prompt     TEXT,
    edited_completion TEXT,
    -- the author's word; NULL while there is none
    decision          TEXT CHECK (decision IN ('kept', 'dropped')),
    flags             TEXT NOT NULL,
    tokens            INTEGER,
    -- 0 when the posts no longer give this example: it is hidden, and comes back with its decision
    present           INTEGER NOT NULL,
    UNIQUE (preset, post_id, kind, variant)
) STRICT;

-- One row a decision, newest last; undo takes the newest back.
CREATE TABLE example_change (
    id          INTEGER PRIMARY KEY,
    made_at     TEXT NOT NULL,
    description TEXT NOT NULL,
    before      TEXT NOT NULL
) STRICT;
";

/// Decisions apart from examples, so that they hold wherever the same example comes up again; every text once, so that
/// search and token counts go over each once; presets of the author's own; rows from files; near-duplicates; and what a
/// model was asked to write for examples.
pub const CONTENT: &str = "
CREATE TABLE example_decision (
    -- post, kind, template, part: the same on every computer
    place      TEXT PRIMARY KEY,
    -- what was decided on: a hash of prompt and text as they were made; '' where the first versions wrote it
    content    TEXT NOT NULL,
    word       TEXT NOT NULL CHECK (word IN ('kept', 'dropped')),
    -- the author's own words; NULL where they are as made
    prompt     TEXT,
    completion TEXT,
    -- the codes of the flags the author saw, as JSON: a new one asks again
    seen       TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX example_decision_content ON example_decision(content);
INSERT OR IGNORE INTO example_decision
    SELECT post.key || '#' || kind || '/' || variant, '', coalesce(decision, 'kept'), edited_prompt, edited_completion,
           (SELECT json_group_array(json_extract(value, '$.code')) FROM json_each(flags))
    FROM example JOIN post ON post.id = example.post_id
    WHERE decision IS NOT NULL OR edited_prompt IS NOT NULL
    ORDER BY preset DESC;

DROP TABLE example;
DROP TABLE example_change;

CREATE TABLE example_text (
    id     INTEGER PRIMARY KEY,
    hash   TEXT NOT NULL UNIQUE,
    -- characters of the text; numbers stand before the text, since SQLite reads through what stands before a column
    length INTEGER NOT NULL,
    -- by the default model's tokenizer; NULL while it is not here
    tokens INTEGER,
    text   TEXT NOT NULL
) STRICT;
CREATE VIRTUAL TABLE example_words USING fts5(
    text, content = 'example_text', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 2'
);
CREATE TRIGGER example_text_added AFTER INSERT ON example_text BEGIN
    INSERT INTO example_words(rowid, text) VALUES (new.id, new.text);
END;
CREATE TRIGGER example_text_gone AFTER DELETE ON example_text BEGIN
    INSERT INTO example_words(example_words, rowid, text) VALUES ('delete', old.id, old.text);
END;

CREATE TABLE imported_file (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    name        TEXT NOT NULL,
    digest      TEXT NOT NULL UNIQUE,
    shape       TEXT NOT NULL,
    imported_at TEXT NOT NULL
) STRICT;
CREATE TABLE imported_row (
    id         INTEGER PRIMARY KEY,
    file_id    INTEGER NOT NULL REFERENCES imported_file(id) ON DELETE CASCADE,
    line       INTEGER NOT NULL,
    prompt     TEXT NOT NULL,
    completion TEXT NOT NULL
) STRICT;
CREATE INDEX imported_row_file ON imported_row(file_id);

-- Made anew from posts, rows and decisions whenever these change.
CREATE TABLE example (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    preset          TEXT NOT NULL,
    place           TEXT NOT NULL,
    post_id         INTEGER REFERENCES post(id),
    row_id          INTEGER REFERENCES imported_row(id) ON DELETE CASCADE,
    -- what is learned from once in a pass: a post, or an imported text
    unit            INTEGER NOT NULL,
    kind            TEXT NOT NULL,
    template        TEXT NOT NULL,
    part            TEXT,
    -- order in the preset's file
    position        INTEGER NOT NULL,
    made_prompt     INTEGER NOT NULL REFERENCES example_text(id),
    made_completion INTEGER NOT NULL REFERENCES example_text(id),
    -- with the author's own words
    prompt          INTEGER NOT NULL REFERENCES example_text(id),
    completion      INTEGER NOT NULL REFERENCES example_text(id),
    content         TEXT NOT NULL,
    -- whether no training may see it: its post is held out, or much like one that is
    held_out        INTEGER NOT NULL,
    post_flags      TEXT NOT NULL,
    flags           TEXT NOT NULL,
    status          TEXT NOT NULL CHECK (status IN ('kept', 'dropped', 'flagged')),
    UNIQUE (preset, place)
) STRICT;
CREATE INDEX example_in_order ON example(preset, position);
CREATE INDEX example_by_status ON example(preset, status, position);
CREATE INDEX example_by_unit ON example(preset, unit);
CREATE INDEX example_by_place ON example(place);

-- One row a decision, newest last; undo takes the newest back.
CREATE TABLE example_change (
    id          INTEGER PRIMARY KEY,
    made_at     TEXT NOT NULL,
    description TEXT NOT NULL,
    before      TEXT NOT NULL
) STRICT;

-- The author's own presets, as JSON.
CREATE TABLE preset (
    name TEXT PRIMARY KEY,
    spec TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Posts that are much alike are of one cluster; a cluster is held out or learned from as a whole.
CREATE TABLE near_post (
    post_id INTEGER PRIMARY KEY REFERENCES post(id),
    cluster INTEGER NOT NULL
) STRICT;
CREATE TABLE near_pair (
    post_a  INTEGER NOT NULL REFERENCES post(id),
    post_b  INTEGER NOT NULL REFERENCES post(id),
    -- the part of the shorter one's five-word runs that stands in the other, 0 to 1
    share   REAL NOT NULL,
    jaccard REAL NOT NULL,
    PRIMARY KEY (post_a, post_b)
) STRICT, WITHOUT ROWID;

-- What a model wrote for examples, once and for all.
CREATE TABLE paraphrase (
    -- sha256 of the passage
    passage TEXT PRIMARY KEY,
    -- NULL where what the model wrote changed the facts
    plain   TEXT,
    -- why it was refused, in a sentence
    fault   TEXT,
    model   TEXT NOT NULL,
    made_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
-- Notes drawn from posts without a model; drawing them takes a few milliseconds a post.
CREATE TABLE drawn_notes (
    -- sha256 of title and training text, and of the rules they were drawn by
    source TEXT PRIMARY KEY,
    notes  TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE model_notes (
    -- sha256 of the post's training text
    text    TEXT PRIMARY KEY,
    notes   TEXT NOT NULL,
    model   TEXT NOT NULL,
    made_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
";
