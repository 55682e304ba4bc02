-- Which line of the journal's history this is. A new one begins when a restored journal was compared with the channels: a copy
-- from before that is recognized whatever was recorded in it.
ALTER TABLE meta ADD COLUMN line TEXT NOT NULL DEFAULT '';
