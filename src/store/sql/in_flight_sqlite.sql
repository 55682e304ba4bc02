SELECT publication, number, state_data, change FROM parts
WHERE state = 'sending' OR json_extract(change, '$.state.state') = 'sending' ORDER BY publication, number
