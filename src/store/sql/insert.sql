-- `named_at` is the `publish_at` of the file.
INSERT INTO publications (id, version, post, chat, channel, edition, revision, payload, source, due_at, civil, by_hand,
                          patient_from, not_before, state, state_data, actor, open, named_at, pin_wanted, pin_made,
                          together, begun, approvals, comments_on, topic, ends, occurrence)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28)
