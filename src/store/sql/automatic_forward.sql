INSERT INTO automatic_forwards (chat, message_id, discussion, forward_id) VALUES ($1, $2, $3, $4)
ON CONFLICT (chat, message_id) DO UPDATE SET discussion = excluded.discussion, forward_id = excluded.forward_id
