UPDATE parts
SET shown = $1, edited = $2, state = $3, state_data = $4, attempts = $5, sends = $6, media = $7, change = $8, calm_from = $9,
    closed_poll = $10
WHERE publication = $11 AND number = $12
