INSERT INTO publisher (one, owner, since) VALUES (1, $1, $2)
ON CONFLICT (one) DO UPDATE SET owner = excluded.owner, since = excluded.since
