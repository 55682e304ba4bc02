UPDATE channels SET username = NULL WHERE lower(username) = lower($1) AND chat <> $2
