UPDATE meta SET paused = $1, refused = $2, restored = $3
