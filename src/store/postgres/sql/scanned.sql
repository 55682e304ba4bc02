INSERT INTO first_scan (post, source, words)
SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_array_elements($1::json) AS value
