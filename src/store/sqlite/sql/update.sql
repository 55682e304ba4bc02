UPDATE publications
SET version = ?, payload = ?, source = ?, due_at = ?, civil = ?, by_hand = ?, patient_from = ?, not_before = ?, state = ?,
    state_data = ?, open = ?, named_at = ?, pin_wanted = ?, pin_made = ?, begun = ?, approvals = ?, actor = ?
WHERE id = ? AND version = ?
