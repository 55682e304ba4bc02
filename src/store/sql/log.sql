SELECT at, actor, post, publication, chat, topic, event, detail FROM events ORDER BY id DESC LIMIT $1
