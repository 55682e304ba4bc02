DELETE FROM digests WHERE person = $1
