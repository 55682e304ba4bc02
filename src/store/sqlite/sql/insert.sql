INSERT INTO publications (id, version, post, chat, channel, edition, revision, payload, source, due_at, civil, by_hand,
                          patient_from, not_before, state, state_data, actor, open, named_at, pin_wanted, pin_made,
                          together, begun, approvals)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
