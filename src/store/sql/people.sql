SELECT id, name, language FROM people ORDER BY id
