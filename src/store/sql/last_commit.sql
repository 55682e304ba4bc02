UPDATE meta SET changes = changes RETURNING changes, writer
