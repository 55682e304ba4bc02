DELETE FROM file_ids WHERE bot = $1 AND sha256 = $2 AND kind = $3 AND attributes = $4
