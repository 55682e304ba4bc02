INSERT INTO channels (chat, refused, username) VALUES (?, 0, ?)
ON CONFLICT (chat) DO UPDATE SET username = excluded.username
