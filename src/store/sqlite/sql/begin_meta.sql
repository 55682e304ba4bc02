INSERT INTO meta (one, uuid, born, changes) VALUES (1, ?1, ?2, 0) ON CONFLICT (one) DO NOTHING
