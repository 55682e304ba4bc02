-- The channel of the post that a publication comments on. The publication's own chat is the discussion group.
ALTER TABLE publications ADD COLUMN comments_on BIGINT;
-- The discussion group of a channel, as Telegram reported it last.
CREATE TABLE discussions (
    chat        BIGINT PRIMARY KEY,
    discussion  BIGINT NOT NULL
);
-- Copies of posts in a discussion group: comments reply to them.
CREATE TABLE automatic_forwards (
    chat        BIGINT NOT NULL,
    message_id  BIGINT NOT NULL CHECK (message_id > 0),
    discussion  BIGINT NOT NULL,
    forward_id  BIGINT NOT NULL CHECK (forward_id > 0),
    PRIMARY KEY (chat, message_id)
);
