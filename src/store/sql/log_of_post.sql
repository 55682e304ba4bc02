SELECT at, actor, post, publication, chat, topic, event, detail FROM events WHERE post = $1 ORDER BY id DESC LIMIT $2
