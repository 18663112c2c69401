CREATE TABLE run (
    id INTEGER PRIMARY KEY,
    folder TEXT NOT NULL UNIQUE, -- its name in the folder of runs, so that a project can be moved
    name TEXT NOT NULL,
    preset TEXT NOT NULL,
    method TEXT NOT NULL,
    unsafe INTEGER NOT NULL,
    state TEXT NOT NULL,
    step INTEGER NOT NULL,
    steps INTEGER NOT NULL,
    checkpoint_step INTEGER NOT NULL,
    last_seq INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    seconds REAL NOT NULL,
    disk_bytes INTEGER NOT NULL,
    started TEXT NOT NULL,
    ended TEXT NOT NULL,
    error TEXT NOT NULL,
    notes TEXT NOT NULL
) STRICT;

CREATE TABLE concept (
    run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (run_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE tag (
    run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (run_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE score (
    run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    value REAL NOT NULL,
    low REAL NOT NULL,
    high REAL NOT NULL,
    PRIMARY KEY (run_id, name)
) STRICT, WITHOUT ROWID;
