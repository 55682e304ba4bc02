INSERT INTO messages (chat, message_id, publication, part) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (chat, message_id) DO UPDATE SET part = excluded.part
    WHERE publication = excluded.publication AND part = excluded.part
