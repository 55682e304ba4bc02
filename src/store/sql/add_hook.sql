INSERT INTO hooks (publication, program, hash, state) VALUES ($1, $2, $3, $4)
ON CONFLICT (publication, hash) DO NOTHING
