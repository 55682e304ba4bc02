INSERT INTO reminders (publication, due_at) VALUES ($1, $2) ON CONFLICT DO NOTHING
