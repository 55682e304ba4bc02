DELETE FROM channel_posts WHERE chat = $1 AND message_id < $2
