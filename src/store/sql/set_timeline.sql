UPDATE meta SET line = $1
