SELECT id, revision, state = 'superseded' AS superseded
FROM publications WHERE post = ?1 AND chat = ?2 ORDER BY revision DESC
