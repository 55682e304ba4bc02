SELECT publications.id AS id, version, post, publications.chat AS chat, publications.topic AS topic, comments_on, channel, edition, revision, payload, source, due_at, civil,
       by_hand, named_at, occurrence, pin_wanted, pin_made, ends, together, begun, approvals, patient_from, not_before, publications.state_data AS state_data, actor,
       channels.floor AS last_known_message_id, channels.freeze_until AS flood_wait_until,
       -- The last message of the topic: that of the chat, unless telepress sent it to another topic.
       CASE WHEN EXISTS (
           SELECT 1 FROM messages AS one JOIN publications AS of_one ON of_one.id = one.publication
           WHERE one.chat = publications.chat AND one.message_id = channels.floor AND coalesce(of_one.topic, 0) <> coalesce(publications.topic, 0)
       ) THEN (
           SELECT one.message_id FROM messages AS one JOIN publications AS of_one ON of_one.id = one.publication
           WHERE one.chat = publications.chat AND coalesce(of_one.topic, 0) = coalesce(publications.topic, 0)
           ORDER BY one.message_id DESC LIMIT 1
       ) ELSE channels.floor END AS last_in_topic,
       CASE WHEN publications.topic IS NULL THEN channels.paused ELSE topics.paused END AS paused,
       coalesce(CASE WHEN publications.topic IS NULL THEN channels.refused ELSE topics.refused END, 0) AS refused,
       CASE WHEN publications.topic IS NULL THEN channels.refusal ELSE topics.refusal END AS refusal,
       channels.username AS username, channels.upgraded_to AS upgraded_to,
       (SELECT other.id FROM publications AS other
        WHERE other.chat = publications.chat AND other.state IN ('publishing', 'uncertain') AND other.id <> publications.id) AS busy,
       meta.paused AS all_paused, meta.refused AS all_refused, meta.restored AS all_restored,
       (SELECT coalesce(max(id), 0) + 1 FROM attempts) AS next_attempt,
       request, hash, shown, edited, messages, parts.state_data AS part_state, attempts, sends, media, change, calm_from, closed_poll
FROM publications JOIN meta ON TRUE
LEFT JOIN channels ON channels.chat = publications.chat
LEFT JOIN topics ON topics.chat = publications.chat AND topics.topic = publications.topic
JOIN parts ON parts.publication = publications.id
WHERE publications.id = $1 ORDER BY number
