INSERT INTO channels (chat, refused, upgraded_to) VALUES ($1, 0, $2)
ON CONFLICT (chat) DO UPDATE SET upgraded_to = excluded.upgraded_to
