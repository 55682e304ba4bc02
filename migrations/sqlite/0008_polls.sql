-- How the poll of a part ended: when, and the votes.
ALTER TABLE parts ADD COLUMN closed_poll TEXT;
