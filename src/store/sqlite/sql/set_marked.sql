UPDATE meta SET marked = ?
