SELECT id, publication, program, hash, state FROM hooks WHERE state IN ('waiting', 'started') ORDER BY id LIMIT $1
