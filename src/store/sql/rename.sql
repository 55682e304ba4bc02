UPDATE publications SET post = $1, revision = revision + $2, version = version + 1 WHERE id = $3
