INSERT INTO discussions (chat, discussion) VALUES ($1, $2)
ON CONFLICT (chat) DO UPDATE SET discussion = excluded.discussion
