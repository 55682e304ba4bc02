INSERT INTO events (at, actor, post, publication, chat, event, detail, topic) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
