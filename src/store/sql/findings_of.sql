SELECT finding FROM findings WHERE attempt = $1
