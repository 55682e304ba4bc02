SELECT id, version, post, chat, topic, comments_on, channel, edition, revision, payload, source, due_at, civil, by_hand, named_at, occurrence, pin_wanted, pin_made, ends, together, begun, approvals, patient_from, not_before, state_data, actor
FROM publications WHERE id = $1
