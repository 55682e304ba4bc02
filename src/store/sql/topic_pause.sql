SELECT paused, refused, refusal FROM topics WHERE chat = $1 AND topic = $2
