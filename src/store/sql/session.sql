SELECT pg_backend_pid()::bigint AS session
