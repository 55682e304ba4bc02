SELECT forward_id FROM automatic_forwards WHERE chat = $1 AND message_id = $2 AND discussion = $3
