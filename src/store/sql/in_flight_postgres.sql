SELECT publication, number, state_data, change FROM parts
WHERE state = 'sending' OR change::jsonb #>> '{state,state}' = 'sending' ORDER BY publication, number
