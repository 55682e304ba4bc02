-- The files that Telegram keeps: what was uploaded (bytes, kind, and the hash of the attributes), and the ids by which the bot
-- sends it again.
CREATE TABLE file_ids (
    bot         INTEGER NOT NULL,
    sha256      TEXT    NOT NULL CHECK (length(sha256) = 64),
    kind        TEXT    NOT NULL,
    attributes  TEXT    NOT NULL CHECK (length(attributes) = 64),
    file_id     TEXT    NOT NULL,
    unique_id   TEXT,
    at          TEXT    NOT NULL,
    PRIMARY KEY (bot, sha256, kind, attributes)
) STRICT, WITHOUT ROWID;

CREATE INDEX file_ids_by_time ON file_ids (at);
