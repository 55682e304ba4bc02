UPDATE channels SET username = NULL WHERE lower(username) = lower(?) AND chat <> ?
