SELECT publication, request, hash, shown, edited, messages, state_data, attempts, sends, media, change, calm_from, closed_poll
FROM parts WHERE publication = $1 ORDER BY number
