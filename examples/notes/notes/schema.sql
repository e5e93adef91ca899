-- Readers and the one writer do not wait for each other in this mode.
PRAGMA journal_mode = WAL;

BEGIN IMMEDIATE;

CREATE TABLE IF NOT EXISTS account (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL COLLATE NOCASE UNIQUE,
    password_hash TEXT NOT NULL
);

-- One row for each browser that is logged in; logging out deletes the row, so
-- that a copy of the session cookie is worth nothing afterwards.
CREATE TABLE IF NOT EXISTS login (
    token TEXT PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
    created_at INTEGER NOT NULL
);

-- All times are seconds since 1970, UTC.
CREATE TABLE IF NOT EXISTS note (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    owner_id INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
);

CREATE INDEX IF NOT EXISTS note_by_owner ON note (owner_id, updated_at DESC);

-- name is what the owner called the file, stored_as what it is called on disk.
CREATE TABLE IF NOT EXISTS attachment (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    note_id INTEGER NOT NULL REFERENCES note ON DELETE CASCADE,
    name TEXT NOT NULL,
    stored_as TEXT NOT NULL UNIQUE,
    size INTEGER NOT NULL
);

CREATE INDEX IF NOT EXISTS attachment_by_note ON attachment (note_id);

PRAGMA user_version = 1;

COMMIT;
