INSERT INTO first_scan (post, source, words) SELECT ?, source, words FROM first_scan WHERE post = ?
ON CONFLICT (post) DO NOTHING
