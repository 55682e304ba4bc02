SELECT publication, request, hash, shown, edited, messages, state_data, attempts, sends, media, change, calm_from, closed_poll
FROM parts ORDER BY publication, number
