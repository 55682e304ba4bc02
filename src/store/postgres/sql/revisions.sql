SELECT id, revision, CASE state WHEN 'superseded' THEN 1::bigint ELSE 0::bigint END AS superseded
FROM publications WHERE post = $1 AND chat = $2 ORDER BY revision DESC
