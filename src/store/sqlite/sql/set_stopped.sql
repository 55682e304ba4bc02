UPDATE meta SET paused = ?, refused = ?, restored = ?
