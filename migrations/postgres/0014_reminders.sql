-- The times of publications before which operators were reminded that approvals are missing.
CREATE TABLE reminders (
    publication  BIGINT  NOT NULL REFERENCES publications (id),
    due_at       TEXT    NOT NULL,
    PRIMARY KEY (publication, due_at)
);

-- The operators who want a daily digest: the local time of day, since when they want it, and the local date of the last one.
CREATE TABLE digests (
    person   BIGINT PRIMARY KEY,
    at       TEXT NOT NULL,
    since    TEXT NOT NULL,
    sent_on  TEXT
);
