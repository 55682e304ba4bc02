INSERT INTO notices (at, publication, notice) VALUES ($1, $2, $3)
