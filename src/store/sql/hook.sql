SELECT id, publication, program, hash, state FROM hooks WHERE id = $1
