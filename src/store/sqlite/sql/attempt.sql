INSERT INTO attempts (id, publication, intent_at, attempt) VALUES (?, ?, ?, ?)
