INSERT INTO meta (one, uuid, born, changes, scanned) VALUES (1, $1, $2, 0, 1) ON CONFLICT (one) DO NOTHING
