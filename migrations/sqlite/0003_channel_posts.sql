-- Messages of channels that somebody else posted: they came to the bot as updates, and a bot never receives its own posts.
CREATE TABLE channel_posts (
    chat        INTEGER NOT NULL,
    message_id  INTEGER NOT NULL CHECK (message_id > 0),
    PRIMARY KEY (chat, message_id)
) STRICT, WITHOUT ROWID;
