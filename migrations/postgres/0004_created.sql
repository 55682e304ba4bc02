-- Which process made the last commit: after a fault it looks here whether its own was written.
ALTER TABLE meta ADD COLUMN writer TEXT;
-- Whether `first_scan` says what history is; in a journal of an older version its age says so.
ALTER TABLE meta ADD COLUMN scanned BIGINT  NOT NULL DEFAULT 0;
-- The posts whose files existed when the journal was created. They are history: published only by name.
CREATE TABLE first_scan (
    post    TEXT PRIMARY KEY,
    -- The hash of the file: the same file under another name is the same post.
    source  TEXT NOT NULL
);
