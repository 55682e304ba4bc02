INSERT INTO findings (attempt, finding) VALUES (?, ?)
