INSERT INTO channels (chat, floor, freeze_until, paused, refused) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (chat) DO UPDATE SET floor = excluded.floor, freeze_until = excluded.freeze_until, paused = excluded.paused, refused = excluded.refused
