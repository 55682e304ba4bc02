UPDATE meta SET changes = changes + 1
