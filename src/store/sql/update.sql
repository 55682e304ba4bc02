UPDATE publications
SET version = $1, payload = $2, source = $3, due_at = $4, civil = $5, by_hand = $6, patient_from = $7, not_before = $8, state = $9,
    state_data = $10, open = $11, named_at = $12, pin_wanted = $13, pin_made = $14, begun = $15, approvals = $16, actor = $17,
    ends = $18
WHERE id = $19 AND version = $20
