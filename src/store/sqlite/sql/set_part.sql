UPDATE parts
SET shown = ?3, edited = ?4, state = ?5, state_data = ?6, attempts = ?7, sends = ?8, media = ?9, change = ?10, calm_from = ?11
WHERE publication = ?1 AND number = ?2
