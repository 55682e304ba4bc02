SELECT at FROM events WHERE id = $1
