SELECT person, at, since, sent_on FROM digests ORDER BY person
