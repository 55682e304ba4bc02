UPDATE publications SET post = ?, version = version + 1 WHERE post = ?
