#!/bin/sh
# A temporary PostgreSQL server for tests. Prints the folder of its socket when it accepts connections. When its standard input
# ends, it stops the server and removes the folder. Exit code 3: PostgreSQL is not installed.
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
start() {
    $as "$bin/postgres" -D "$folder/data" -k "$folder" -c listen_addresses= -c max_connections=400 -c log_min_messages=fatal >>"$folder/log" 2>&1 </dev/null &
    # The trap stops it by its pid file.
}
ready() {
    for _ in $(seq 300); do
        if $as "$bin/pg_isready" -q -h "$folder"; then return 0; fi
        sleep 0.1
    done
    return 1
}
# A test controls the server with files in the folder: `stop`, `start`, or `freeze` (suspend). The script removes the file when it
# is done.
control() {
    while sleep 0.1; do
        if [ -e "$folder/stop" ]; then
            kill -INT "$(head -n 1 "$folder/data/postmaster.pid")" 2>/dev/null || true
            while [ -e "$folder/data/postmaster.pid" ]; do sleep 0.05; done
            rm "$folder/stop"
        elif [ -e "$folder/start" ]; then
            start
            ready && rm "$folder/start"
        elif [ -e "$folder/freeze" ]; then
            postmaster=$(head -n 1 "$folder/data/postmaster.pid")
            pkill -STOP -P "$postmaster" || true
            kill -STOP "$postmaster"
            rm "$folder/freeze"
        fi
    done
}
end() {
    kill "$watcher" 2>/dev/null || true
    # The server may be frozen.
    pkill -CONT -P "$(head -n 1 "$folder/data/postmaster.pid" 2>/dev/null)" 2>/dev/null || true
    kill -CONT "$(head -n 1 "$folder/data/postmaster.pid" 2>/dev/null)" 2>/dev/null || true
    kill -QUIT "$(head -n 1 "$folder/data/postmaster.pid" 2>/dev/null)" 2>/dev/null || true
    while [ -e "$folder/data/postmaster.pid" ] && kill -0 "$(head -n 1 "$folder/data/postmaster.pid")" 2>/dev/null; do sleep 0.05; done
    rm -rf "$folder"
}
watcher=
trap end EXIT
start
if ready; then
    control >/dev/null 2>&1 </dev/null &
    watcher=$!
    echo "$folder"
    # Wait for the end of the input.
    cat >/dev/null
    exit 0
fi
cat "$folder/log" >&2
exit 1
