SELECT at, actor, post, publication, chat, event, detail FROM events ORDER BY id DESC LIMIT $1
