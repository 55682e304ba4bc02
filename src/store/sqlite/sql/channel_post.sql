INSERT INTO channel_posts (chat, message_id) VALUES (?, ?) ON CONFLICT (chat, message_id) DO NOTHING
