INSERT INTO channels (chat, paused, refused, refusal) VALUES ($1, $2, $3, $4)
ON CONFLICT (chat) DO UPDATE SET paused = excluded.paused, refused = excluded.refused, refusal = excluded.refusal
