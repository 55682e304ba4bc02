DELETE FROM channel_posts WHERE chat = ? AND message_id < ?
