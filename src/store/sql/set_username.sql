INSERT INTO channels (chat, refused, username) VALUES ($1, 0, $2)
ON CONFLICT (chat) DO UPDATE SET username = excluded.username
