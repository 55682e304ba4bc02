INSERT INTO digests (person, at, since, sent_on) VALUES ($1, $2, $3, $4)
ON CONFLICT (person) DO UPDATE SET at = excluded.at, since = excluded.since, sent_on = excluded.sent_on
