SELECT id FROM publications WHERE post = $1 ORDER BY id
