SELECT max(at) AS at FROM events WHERE event = $1 AND chat = $2 AND detail = $3
