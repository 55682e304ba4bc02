-- The forum topic of a publication's messages; nothing in a chat without topics and in the general topic.
ALTER TABLE publications ADD COLUMN topic INTEGER CHECK (topic > 1);
ALTER TABLE events ADD COLUMN topic INTEGER;

-- The refusal of Telegram that paused a channel, as JSON.
ALTER TABLE channels ADD COLUMN refusal TEXT;
-- The supergroup that a basic group has become.
ALTER TABLE channels ADD COLUMN upgraded_to INTEGER;

-- Topics that are, or were, paused. All else belongs to the chat.
CREATE TABLE topics (
    chat     INTEGER NOT NULL,
    topic    INTEGER NOT NULL CHECK (topic > 1),
    paused   TEXT,
    refused  INTEGER NOT NULL CHECK (refused IN (0, 1)),
    refusal  TEXT,
    PRIMARY KEY (chat, topic)
) STRICT, WITHOUT ROWID;
