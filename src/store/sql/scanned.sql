INSERT INTO first_scan (post, source, words) VALUES ($1, $2, $3)
