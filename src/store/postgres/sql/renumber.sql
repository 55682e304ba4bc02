UPDATE publications SET revision = revision + $1, version = version + 1 WHERE post = $2
