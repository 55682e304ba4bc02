UPDATE meta SET marked = $1
