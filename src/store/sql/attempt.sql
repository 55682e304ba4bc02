INSERT INTO attempts (id, publication, intent_at, attempt) VALUES ($1, $2, $3, $4)
