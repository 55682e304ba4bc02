SELECT words FROM first_scan WHERE post = $1
