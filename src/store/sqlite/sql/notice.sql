INSERT INTO notices (at, publication, notice) VALUES (?, ?, ?)
