DELETE FROM first_scan WHERE post = ?
