SELECT (EXISTS (
    SELECT 1 FROM pg_locks
    WHERE locktype = 'advisory' AND pid = pg_backend_pid() AND granted AND objsubid = 1
      AND classid::bigint = ($1 >> 32) & 4294967295 AND objid::bigint = $1 & 4294967295
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
))::int::bigint AS held
