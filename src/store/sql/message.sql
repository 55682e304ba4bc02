INSERT INTO messages (chat, message_id, publication, part) VALUES ($1, $2, $3, $4)
ON CONFLICT (chat, message_id) DO UPDATE SET publication = excluded.publication, part = excluded.part
    WHERE messages.publication = excluded.publication AND messages.part = excluded.part
       OR NOT EXISTS (
            SELECT 1 FROM parts
            WHERE parts.publication = messages.publication AND parts.number = messages.part AND parts.state IN ('sent', 'deleted')
       )
