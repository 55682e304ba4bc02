INSERT INTO people (id, name, language) VALUES ($1, $2, $3)
ON CONFLICT (id) DO UPDATE SET name = excluded.name, language = excluded.language
