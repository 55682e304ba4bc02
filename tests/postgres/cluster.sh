#!/bin/sh
# A PostgreSQL of its own for tests: prints the folder of its socket when it takes connections, and goes, with everything
# in it, when its standard input ends. Exit code 3: there is no PostgreSQL here.
set -eu
bin=
for folder in "$(dirname "$(command -v initdb 2>/dev/null || echo /nowhere/initdb)")" /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /opt/homebrew/opt/postgresql*/bin; do
    if [ -x "$folder/initdb" ] && [ -x "$folder/postgres" ]; then bin=$folder; fi
done
[ -n "$bin" ] || exit 3
folder=$(mktemp -d "${TMPDIR:-/tmp}/telepress-postgres.XXXXXX")
as=
if [ "$(id -u)" = 0 ]; then
    # PostgreSQL does not run as root.
    id postgres >/dev/null 2>&1 || exit 3
    chown postgres "$folder"
    as="setpriv --reuid=postgres --regid=postgres --clear-groups"
fi
cd "$folder"
$as "$bin/initdb" -D "$folder/data" -U postgres -A trust -E UTF8 --no-locale >"$folder/log" 2>&1 || { cat "$folder/log" >&2; exit 1; }
$as "$bin/postgres" -D "$folder/data" -k "$folder" -c listen_addresses= -c max_connections=400 -c log_min_messages=fatal >>"$folder/log" 2>&1 </dev/null &
server=$!
trap 'kill -QUIT $server 2>/dev/null || true; wait $server 2>/dev/null || true; rm -rf "$folder"' EXIT
for _ in $(seq 300); do
    if $as "$bin/pg_isready" -q -h "$folder"; then
        echo "$folder"
        # Until whoever started it is gone.
        cat >/dev/null
        exit 0
    fi
    sleep 0.1
done
cat "$folder/log" >&2
exit 1
