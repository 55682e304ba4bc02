-- The channel of the post that a publication comments on. The publication's own chat is the discussion group.
ALTER TABLE publications ADD COLUMN comments_on INTEGER;
-- The discussion group of a channel, as Telegram reported it last.
CREATE TABLE discussions (
    chat        INTEGER PRIMARY KEY,
    discussion  INTEGER NOT NULL
) STRICT;
-- Copies of posts in a discussion group: comments reply to them.
CREATE TABLE automatic_forwards (
    chat        INTEGER NOT NULL,
    message_id  INTEGER NOT NULL CHECK (message_id > 0),
    discussion  INTEGER NOT NULL,
    forward_id  INTEGER NOT NULL CHECK (forward_id > 0),
    PRIMARY KEY (chat, message_id)
) STRICT, WITHOUT ROWID;
