SELECT channels.floor AS last_known_message_id, channels.freeze_until AS flood_wait_until, channels.paused AS paused,
       coalesce(channels.refused, 0) AS refused, channels.refusal AS refusal, channels.username AS username,
       channels.upgraded_to AS upgraded_to,
       (SELECT id FROM publications WHERE chat = $1 AND state IN ('publishing', 'uncertain') AND id <> $2) AS busy,
       meta.paused AS all_paused, meta.refused AS all_refused, meta.restored AS all_restored
FROM meta LEFT JOIN channels ON channels.chat = $1
