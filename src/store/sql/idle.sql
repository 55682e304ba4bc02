SELECT set_config('idle_session_timeout', $1, false)
WHERE current_setting('server_version_num')::bigint >= 140000
