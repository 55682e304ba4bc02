SELECT uuid, line, born, changes, paused, refused, restored, (SELECT max(intent_at) FROM attempts) AS newest,
       (SELECT max(id) FROM attempts) AS attempts
FROM meta
