SELECT id, at, publication, notice FROM notices WHERE told = 0 ORDER BY id
