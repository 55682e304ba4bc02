INSERT INTO topics (chat, topic, paused, refused, refusal) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (chat, topic) DO UPDATE SET paused = excluded.paused, refused = excluded.refused, refusal = excluded.refusal
