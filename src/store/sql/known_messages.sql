SELECT message_id, messages.publication AS publication, parts.state_data AS part_state FROM messages
JOIN parts ON parts.publication = messages.publication AND parts.number = messages.part AND parts.state IN ('sent', 'deleted')
WHERE chat = $1 AND message_id > $2
UNION ALL
SELECT message_id, CAST(NULL AS BIGINT) AS publication, CAST(NULL AS TEXT) AS part_state FROM channel_posts WHERE chat = $1 AND message_id > $2
ORDER BY message_id
