SELECT publication, request, hash, shown, edited, messages, parts.state_data, attempts, sends, media, change, calm_from, closed_poll
FROM publications JOIN parts ON parts.publication = publications.id
WHERE post = $1 ORDER BY publication, number
