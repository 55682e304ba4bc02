INSERT INTO first_scan (post, source)
SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(?1)
