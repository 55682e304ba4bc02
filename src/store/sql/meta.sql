SELECT uuid, line, server, bot, marked, born, changes, paused, refused, restored, (SELECT max(intent_at) FROM attempts) AS newest,
       (SELECT max(id) FROM attempts) AS attempts,
       (SELECT max(id) FROM events) AS entry, (SELECT at FROM events ORDER BY id DESC LIMIT 1) AS entry_at
FROM meta
