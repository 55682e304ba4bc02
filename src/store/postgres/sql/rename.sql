UPDATE publications SET post = $1, version = version + 1 WHERE post = $2
