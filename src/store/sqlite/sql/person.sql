INSERT INTO people (id, name, language) VALUES (?, ?, ?)
ON CONFLICT (id) DO UPDATE SET name = excluded.name, language = excluded.language
