INSERT INTO messages (chat, message_id, publication, part) VALUES (?, ?, ?, ?)
ON CONFLICT (chat, message_id) DO UPDATE SET part = excluded.part
    WHERE publication = excluded.publication AND part = excluded.part
