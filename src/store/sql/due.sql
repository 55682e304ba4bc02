SELECT id FROM publications
WHERE chat = $1 AND coalesce(topic, 0) = $4 AND due_at = $2 AND id <> $3 AND open = 1 AND state IN ('scheduled', 'due', 'held')
ORDER BY id LIMIT 1
