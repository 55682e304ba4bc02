SELECT current_setting('server_version_num')::bigint AS version, current_setting('fsync') AS fsync,
       current_setting('synchronous_commit') AS synchronous_commit, current_setting('full_page_writes') AS full_page_writes,
       pg_is_in_recovery()::int::bigint AS standby, pg_backend_pid()::bigint AS session
