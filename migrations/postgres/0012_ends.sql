-- When a publication is unpinned and deleted, and what has become of that, as JSON; nothing if its file names no such time.
ALTER TABLE publications ADD COLUMN ends TEXT;
