UPDATE publications SET post = ?2, version = version + 1 WHERE post = ?1
