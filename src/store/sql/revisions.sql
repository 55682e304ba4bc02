SELECT id, revision, CAST(CASE state WHEN 'superseded' THEN 1 ELSE 0 END AS BIGINT) AS superseded,
       CAST(CASE WHEN state IN ('published', 'cancelled', 'superseded') THEN 0 ELSE 1 END AS BIGINT) AS unfinished, topic, occurrence
FROM publications WHERE post = $1 AND chat = $2 ORDER BY revision DESC
