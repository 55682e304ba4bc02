SELECT channels.floor AS last_known_message_id, channels.freeze_until AS flood_wait_until, channels.paused AS paused,
       coalesce(channels.refused, 0) AS refused, channels.refusal AS refusal, channels.username AS username,
       channels.upgraded_to AS upgraded_to,
       -- The last message of the topic: that of the chat, unless telepress sent it to another topic.
       CASE WHEN EXISTS (
           SELECT 1 FROM messages AS one JOIN publications AS of_one ON of_one.id = one.publication
           WHERE one.chat = $1 AND one.message_id = channels.floor AND coalesce(of_one.topic, 0) <> 0
       ) THEN (
           SELECT one.message_id FROM messages AS one JOIN publications AS of_one ON of_one.id = one.publication
           WHERE one.chat = $1 AND coalesce(of_one.topic, 0) = 0
           ORDER BY one.message_id DESC LIMIT 1
       ) ELSE channels.floor END AS last_in_topic,
       (SELECT id FROM publications WHERE chat = $1 AND state IN ('publishing', 'uncertain') AND id <> $2) AS busy,
       meta.paused AS all_paused, meta.refused AS all_refused, meta.restored AS all_restored
FROM meta LEFT JOIN channels ON channels.chat = $1
