-- The slot of `repeat` that a publication is for, in UTC; nothing if its file does not repeat.
ALTER TABLE publications ADD COLUMN occurrence TEXT;
