SELECT chat, floor, freeze_until, paused, coalesce(refused, 0) AS refused, username,
       (SELECT id FROM publications WHERE publications.chat = known.chat AND state IN ('publishing', 'uncertain')) AS busy
FROM (SELECT chat FROM channels UNION SELECT chat FROM publications) AS known LEFT JOIN channels USING (chat)
ORDER BY chat
