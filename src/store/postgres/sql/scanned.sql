INSERT INTO first_scan (post, source) SELECT value ->> 0, value ->> 1 FROM json_array_elements($1::json) AS value
