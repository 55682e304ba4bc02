INSERT INTO parts (publication, number, request, hash, shown, edited, messages, state, state_data, attempts, sends, media,
                   change, calm_from)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
