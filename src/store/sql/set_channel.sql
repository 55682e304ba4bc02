INSERT INTO channels (chat, floor, freeze_until, refused) VALUES ($1, $2, $3, 0)
ON CONFLICT (chat) DO UPDATE SET floor = excluded.floor, freeze_until = excluded.freeze_until
