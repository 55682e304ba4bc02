INSERT INTO file_ids (bot, sha256, kind, attributes, file_id, unique_id, at) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (bot, sha256, kind, attributes) DO UPDATE SET file_id = excluded.file_id, unique_id = excluded.unique_id, at = excluded.at
