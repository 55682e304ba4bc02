INSERT INTO parts (request, hash, messages, shown, edited, state, state_data, attempts, sends, media, change, calm_from,
                   publication, number)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
