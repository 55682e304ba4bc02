UPDATE publications SET revision = revision + ?, version = version + 1 WHERE post = ?
