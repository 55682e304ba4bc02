INSERT INTO parts (request, hash, messages, shown, edited, state, state_data, attempts, sends, media, change, calm_from,
                   closed_poll, publication, number)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
