SELECT message_id, publication FROM messages WHERE chat = ?1 AND message_id > ?2
UNION ALL
SELECT message_id, NULL AS publication FROM channel_posts WHERE chat = ?1 AND message_id > ?2
ORDER BY message_id
