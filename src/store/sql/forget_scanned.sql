DELETE FROM first_scan WHERE post = $1
