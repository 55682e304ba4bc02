UPDATE hooks SET state = $1 WHERE id = $2
