-- Hashes of the words of a post of the first scan: the same post under another name and with another time is known by them.
ALTER TABLE first_scan ADD COLUMN words TEXT NOT NULL DEFAULT '';
