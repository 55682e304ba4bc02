-- The Bot API server and the bot that the journal's messages are of: the numbers of chats and messages mean nothing elsewhere.
ALTER TABLE meta ADD COLUMN server TEXT;
ALTER TABLE meta ADD COLUMN bot INTEGER;

-- The @name of each chat as it was found last, without the @: one name is one chat's.
ALTER TABLE channels ADD COLUMN username TEXT;

-- The staging chat in which the journal has a mark: it must be read before anything is sent.
ALTER TABLE meta ADD COLUMN marked INTEGER;
