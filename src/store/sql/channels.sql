SELECT known.chat AS chat, known.topic AS topic, floor AS last_known_message_id, freeze_until AS flood_wait_until,
       -- The last message of the topic: that of the chat, unless telepress sent it to another topic.
       CASE WHEN EXISTS (
           SELECT 1 FROM messages AS one JOIN publications AS of_one ON of_one.id = one.publication
           WHERE one.chat = known.chat AND one.message_id = channels.floor AND coalesce(of_one.topic, 0) <> coalesce(known.topic, 0)
       ) THEN (
           SELECT one.message_id FROM messages AS one JOIN publications AS of_one ON of_one.id = one.publication
           WHERE one.chat = known.chat AND coalesce(of_one.topic, 0) = coalesce(known.topic, 0)
           ORDER BY one.message_id DESC LIMIT 1
       ) ELSE channels.floor END AS last_in_topic,
       CASE WHEN known.topic IS NULL THEN channels.paused ELSE topics.paused END AS paused,
       coalesce(CASE WHEN known.topic IS NULL THEN channels.refused ELSE topics.refused END, 0) AS refused,
       CASE WHEN known.topic IS NULL THEN channels.refusal ELSE topics.refusal END AS refusal,
       username, upgraded_to,
       (SELECT id FROM publications WHERE publications.chat = known.chat AND state IN ('publishing', 'uncertain')) AS busy
FROM (
    SELECT chat, CAST(NULL AS BIGINT) AS topic FROM channels UNION SELECT chat, topic FROM publications UNION SELECT chat, topic FROM topics
) AS known
LEFT JOIN channels ON channels.chat = known.chat
LEFT JOIN topics ON topics.chat = known.chat AND topics.topic = known.topic
ORDER BY known.chat, coalesce(known.topic, 0)
