-- Times are whole milliseconds since 1970, UTC. Ids are text as the domain gives them.

CREATE TABLE files (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    owner_id TEXT NOT NULL,
    name TEXT NOT NULL,
    size INTEGER NOT NULL CHECK (size >= 0),
    media_type TEXT NOT NULL,
    sha256 TEXT,
    tags TEXT NOT NULL, -- a JSON array, in the order given; file_tags answers questions
    description TEXT,
    status TEXT NOT NULL,
    version INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    blob TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    trashed_at INTEGER,
    indexed_revision INTEGER NOT NULL,
    text_status TEXT NOT NULL
) STRICT;

-- What filters and orders ask for stands at the end, so that files which are not on a page are passed over without reading their rows.
CREATE INDEX files_by_time ON files (owner_id, created_at, id, status);
CREATE INDEX files_by_name ON files (owner_id, name, id, status, created_at);
CREATE INDEX files_trashed ON files (coalesce(trashed_at, updated_at), id) WHERE status = 'trashed';
CREATE INDEX files_purged ON files (coalesce(trashed_at, updated_at), id) WHERE status = 'purged';

CREATE TABLE file_tags (
    owner_id TEXT NOT NULL,
    tag TEXT NOT NULL,
    created_at INTEGER NOT NULL, -- the file's, as is the id
    id TEXT NOT NULL REFERENCES files (id) ON DELETE CASCADE,
    PRIMARY KEY (owner_id, tag, created_at, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX file_tags_by_file ON file_tags (id);

CREATE TABLE uploads (
    id TEXT NOT NULL PRIMARY KEY,
    file_id TEXT NOT NULL,
    owner_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    size INTEGER NOT NULL,
    media_type TEXT NOT NULL,
    sha256 TEXT,
    status TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX uploads_by_file ON uploads (file_id);
CREATE INDEX uploads_open ON uploads (expires_at, id) WHERE status = 'open';

CREATE TABLE usage (
    owner_id TEXT NOT NULL PRIMARY KEY,
    bytes_used INTEGER NOT NULL CHECK (bytes_used >= 0),
    bytes_reserved INTEGER NOT NULL CHECK (bytes_reserved >= 0),
    files_used INTEGER NOT NULL CHECK (files_used >= 0),
    files_reserved INTEGER NOT NULL CHECK (files_reserved >= 0)
) STRICT, WITHOUT ROWID;

CREATE TABLE changes (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    owner_id TEXT NOT NULL,
    file_id TEXT NOT NULL,
    revision INTEGER NOT NULL,
    upload_id TEXT,
    due_at INTEGER NOT NULL, -- while leased, when the lease lapses
    attempts INTEGER NOT NULL,
    leased_until INTEGER, -- set while one worker holds it
    reason TEXT, -- of its last failure
    died_at INTEGER -- set for dead letters
) STRICT, WITHOUT ROWID;
CREATE INDEX changes_waiting ON changes (due_at, id) WHERE died_at IS NULL;
CREATE INDEX changes_dead ON changes (died_at, id) WHERE died_at IS NOT NULL;

CREATE TABLE accounts (
    id TEXT NOT NULL PRIMARY KEY,
    canonical_email TEXT NOT NULL UNIQUE,
    given_email TEXT NOT NULL,
    status TEXT NOT NULL,
    display_name TEXT,
    roles TEXT NOT NULL, -- a sorted JSON array
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    password_hash TEXT,
    code_digest TEXT,
    code_expires_at INTEGER,
    code_tries_left INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    rotated_at INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    ended_at INTEGER,
    "grant" TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_by_end ON sessions (expires_at);

CREATE TABLE idempotency_keys (
    caller TEXT NOT NULL,
    operation TEXT NOT NULL,
    key TEXT NOT NULL,
    digest TEXT NOT NULL,
    leased_until INTEGER NOT NULL,
    kept_until INTEGER NOT NULL,
    status INTEGER, -- null until there is an answer
    headers TEXT, -- a JSON array of pairs
    body BLOB,
    PRIMARY KEY (caller, operation, key)
) STRICT;
CREATE INDEX idempotency_keys_by_end ON idempotency_keys (kept_until);

CREATE TABLE takes (
    number INTEGER PRIMARY KEY,
    bucket TEXT NOT NULL,
    taken_at INTEGER NOT NULL,
    forgotten_at INTEGER NOT NULL
) STRICT;
CREATE INDEX takes_by_bucket ON takes (bucket, taken_at);
CREATE INDEX takes_by_end ON takes (forgotten_at);

-- Each owner has a small number, which begins every token of theirs in search_words: nobody's search walks another's postings.
CREATE TABLE search_owners (
    number INTEGER PRIMARY KEY,
    owner_id TEXT NOT NULL UNIQUE
) STRICT;

-- The number is also the row in search_words. It grows with created_at, so that newest first is by number.
CREATE TABLE search_documents (
    number INTEGER PRIMARY KEY,
    owner_id TEXT NOT NULL,
    file_id TEXT NOT NULL,
    revision INTEGER NOT NULL,
    version INTEGER NOT NULL,
    name TEXT NOT NULL,
    tags TEXT NOT NULL, -- a JSON array
    description TEXT NOT NULL,
    text_status TEXT NOT NULL,
    text TEXT NOT NULL, -- last, so that reading the others does not read it
    UNIQUE (owner_id, file_id)
) STRICT;

-- Removed documents: the highest revision that was removed.
CREATE TABLE search_removals (
    owner_id TEXT NOT NULL,
    file_id TEXT NOT NULL,
    revision INTEGER NOT NULL,
    PRIMARY KEY (owner_id, file_id)
) STRICT, WITHOUT ROWID;

-- The words, without the text. Its tokens come from the domain's analysis; all that is left to do is splitting at blanks.
-- No prefix index: the owner's number leaves few words to walk, and one would make this table 2.7 times as large.
CREATE VIRTUAL TABLE search_words USING fts5 (
    name, tags, description, text, facts,
    content = '', contentless_delete = 1, tokenize = 'ascii'
);
