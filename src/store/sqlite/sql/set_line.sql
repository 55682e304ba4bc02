UPDATE meta SET line = ?
