INSERT INTO channel_posts (chat, message_id) VALUES ($1, $2) ON CONFLICT (chat, message_id) DO NOTHING
