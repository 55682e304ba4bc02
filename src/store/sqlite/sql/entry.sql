INSERT INTO events (at, actor, post, publication, chat, event, detail) VALUES (?, ?, ?, ?, ?, ?, ?)
