SELECT publication, request, hash, shown, edited, messages, state_data, attempts, sends, media, change, calm_from
FROM parts WHERE publication = $1 ORDER BY number
