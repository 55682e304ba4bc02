INSERT INTO findings (attempt, finding) VALUES ($1, $2)
