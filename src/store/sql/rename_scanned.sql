INSERT INTO first_scan (post, source, words) SELECT $1, source, words FROM first_scan WHERE post = $2
ON CONFLICT (post) DO NOTHING
