UPDATE meta SET changes = changes + 1, writer = $1 RETURNING changes
