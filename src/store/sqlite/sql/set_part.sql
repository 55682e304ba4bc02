UPDATE parts
SET shown = ?, edited = ?, state = ?, state_data = ?, attempts = ?, sends = ?, media = ?, change = ?, calm_from = ?
WHERE publication = ? AND number = ?
