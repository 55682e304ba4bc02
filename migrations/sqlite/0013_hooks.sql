-- The commands of the config that run after a publication, each once. The hash stands for the arguments. A publication that was
-- published before, and is changed, has its commands as `passed`.
CREATE TABLE hooks (
    id           INTEGER PRIMARY KEY,
    publication  INTEGER NOT NULL REFERENCES publications (id),
    program      TEXT    NOT NULL,
    hash         TEXT    NOT NULL CHECK (length(hash) = 64),
    state        TEXT    NOT NULL CHECK (state IN ('waiting', 'started', 'finished', 'failed', 'dropped', 'passed')),
    UNIQUE (publication, hash)
) STRICT;

CREATE INDEX open_hooks ON hooks (id) WHERE state IN ('waiting', 'started');
