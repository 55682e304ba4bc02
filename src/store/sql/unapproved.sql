SELECT id, version, post, chat, topic, comments_on, channel, edition, revision, payload, source, due_at, civil, by_hand, named_at, occurrence, pin_wanted, pin_made, ends, together, begun, approvals, patient_from, not_before, state_data, actor
FROM publications
WHERE open = 1 AND state = 'scheduled' AND due_at > $1 AND due_at <= $2
    AND NOT EXISTS (SELECT 1 FROM reminders WHERE reminders.publication = publications.id AND reminders.due_at = publications.due_at)
ORDER BY due_at, id
