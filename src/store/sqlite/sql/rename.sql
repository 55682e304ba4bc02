UPDATE publications SET post = ?, revision = revision + ?, version = version + 1 WHERE id = ?
