UPDATE publications
SET version = ?2, payload = ?3, source = ?4, due_at = ?5, civil = ?6, by_hand = ?7, patient_from = ?8, not_before = ?9,
    state = ?10, state_data = ?11, open = ?12, named_at = ?14, pin_wanted = ?15, pin_made = ?16,
    begun = ?17, approvals = ?18
WHERE id = ?1 AND version = ?13
