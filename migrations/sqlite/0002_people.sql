-- How the people who talk to the bot are named and answered, as their apps told it last.
CREATE TABLE people (
    id        INTEGER PRIMARY KEY,
    name      TEXT NOT NULL,
    language  TEXT NOT NULL
) STRICT;
