SELECT id, revision, CAST(CASE state WHEN 'superseded' THEN 1 ELSE 0 END AS BIGINT) AS superseded, topic
FROM publications WHERE post = $1 AND chat = $2 ORDER BY revision DESC
