# Sourced by ./quickstart: steps, processes, ports, and the private PostgreSQL.
# shellcheck shell=bash
# shellcheck disable=SC2154 # variables of ./quickstart

PROCESSES=(data-plane control-plane echo)
keep=no
interrupted=no

say() { printf '  %s\n' "$*"; }

# step <text> <function>: one line of progress. The function runs in this shell, so that what it sets stays.
step() {
    local begin=$SECONDS
    printf '  %-58s' "$1 ..."
    step_open=yes
    "$2"
    step_open=no
    printf 'done (%s s)\n' "$((SECONDS - begin))"
}

on_exit() {
    local code=$?
    trap - EXIT
    trap '' INT TERM HUP
    [[ ${step_open:-no} == yes ]] && printf '\n'
    if [[ $keep == no ]]; then
        [[ $interrupted == yes ]] && printf '\n  Stopping ...\n'
        stop_all
        [[ $interrupted == yes ]] && say "Stopped."
    fi
    exit "$code"
}

first_line() { # first_line <file> <pattern>: the first line that matches, or the last one, without its decoration
    local line
    line=$(grep -m 1 -E -- "$2" "$1" 2>/dev/null || grep -v '^[[:space:]]*$' "$1" 2>/dev/null | tail -n 1 || true)
    line=${line#Error: }
    printf '%s' "${line:0:300}" | sed -E 's/ \[[^]]*\]$//; s/[.[:space:]]*$//'
}

random() { head -c 512 /dev/urandom | LC_ALL=C tr -dc 'A-Za-z0-9' | cut -c 1-24; }

secret() { (umask 077 && printf '%s' "$1" >"$2"); } # secret <value> <file>

# --- addresses -------------------------------------------------------------------------------------------------

address_of() { local first=${1%%,*}; first=${first%% *}; printf '%s' "${first/#0.0.0.0:/127.0.0.1:}"; }
public_of() { local address; address=$(address_of "$1"); printf '%s' "${address/#127.0.0.1:/localhost:}"; }
ports_of() { tr ',' '\n' <<<"$1" | sed -nE 's/^ *[^ ]*:([0-9]+).*/\1/p'; }
is_listening() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# --- processes -------------------------------------------------------------------------------------------------

# start_process <name> <command ...>: the command must exec setsid, so that Ctrl-C reaches only this script.
start_process() {
    local name=$1
    shift
    (
        exec 9>&-
        "$@"
    ) >"$LOGS/$name.log" 2>&1 </dev/null &
    printf '%s' "$!" >"$RUN/$name.pid"
    started_at "$!" >"$RUN/$name.start" || true
    # The shell has nothing to tell about its end; watch_over has.
    disown
}

# started_at <pid>: when it started, in ticks since the machine did; an exec does not change it, and ids are used again. Nothing of one that has ended.
started_at() {
    local stat fields
    { stat=$(<"/proc/$1/stat"); } 2>/dev/null || return 1
    # The name of the command, in brackets, may hold anything.
    read -ra fields <<<"${stat##*) }"
    [[ ${fields[0]} != [ZX] ]] && printf '%s' "${fields[19]}"
}

# pid_of <name>: the process of this name, if it lives and is the one that was started, from whichever clone
pid_of() {
    local pid
    [[ -s $RUN/$1.pid && -s $RUN/$1.start ]] || return 1
    pid=$(<"$RUN/$1.pid")
    [[ $(started_at "$pid") == "$(<"$RUN/$1.start")" ]] && printf '%s' "$pid"
}

all_alive() {
    local name
    for name in "${PROCESSES[@]}"; do
        pid_of "$name" >/dev/null || return 1
    done
}

wait_for() { # wait_for <process> <what> <url>: until it answers; a process that ended tells why
    local name=$1 what=$2 url=$3 code='' deadline=$((SECONDS + 60))
    while [[ $SECONDS -lt $deadline ]]; do
        pid_of "$name" >/dev/null || die "$what ended at its start: $(first_line "$LOGS/$name.log" '^Error: ') (see $LOGS/$name.log)."
        code=$(curl -s -o /dev/null -m 2 -w '%{http_code}' -- "$url" 2>/dev/null || true)
        [[ $code =~ ^[23] ]] && return 0
        sleep 0.1
    done
    die "$what did not answer at $url within 60 s (last status: ${code:-none}; see $LOGS/$name.log)."
}

watch_over() {
    local name
    while true; do
        for name in "${PROCESSES[@]}"; do
            pid_of "$name" >/dev/null || die "the ${name//-/ } ended by itself, so everything was stopped (see $LOGS/$name.log)."
        done
        sleep 1 &
        wait "$!" || true
    done
}

stop_all() {
    local name pid waiting=() deadline
    for name in "${PROCESSES[@]}"; do
        if pid=$(pid_of "$name"); then
            kill -TERM "$pid" 2>/dev/null || true
            waiting+=("$pid")
        fi
    done
    deadline=$((SECONDS + 30))
    for pid in "${waiting[@]}"; do
        while [[ -d /proc/$pid && $SECONDS -lt $deadline ]] && ! grep -q '^State:.*Z' "/proc/$pid/status" 2>/dev/null; do
            sleep 0.05
        done
        kill -KILL "$pid" 2>/dev/null || true
    done
    rm -f -- "$RUN"/*.pid "$RUN"/*.start
    stop_postgres
}

# --- PostgreSQL ------------------------------------------------------------------------------------------------

# As root the server runs as the user postgres, who may not be able to enter this clone (/root, a private folder).
postgres_folder() {
    local folder="$STATE/postgres"
    if is_root && ! as_postgres test -x "$STATE"; then
        folder="/var/tmp/kong-quickstart-$(printf '%s' "$STATE" | sha256sum | cut -c 1-16)"
    fi
    printf '%s' "$folder"
}

as_postgres() {
    if is_root; then
        (cd / && runuser -u postgres -- "$@")
    else
        "$@"
    fi
}

start_postgres() {
    local folder log="$LOGS/postgres.log"
    folder=$(postgres_folder)
    if [[ ! -f $STATE/database || ! -d $folder/data ]]; then
        create_cluster "$folder" "$log"
    elif [[ ! -f $folder/data/PG_VERSION || ! -x $PG_BIN/postgres ]]; then
        die "the database in $folder is broken (no PG_VERSION); ./quickstart --reset deletes it and starts over."
    elif [[ $("$PG_BIN/postgres" --version) != *") $(<"$folder/data/PG_VERSION")"* ]]; then
        die "the database in $folder was made by PostgreSQL $(<"$folder/data/PG_VERSION"), which is no longer installed; ./quickstart --reset deletes it."
    fi
    launch_postgres "$folder" "$log"
    if [[ ! -f $STATE/database ]]; then
        PGPASSWORD=$(<"$STATE/pg-password") "$PG_BIN/createdb" -h 127.0.0.1 -p "$PG_PORT" -U kong -w kong >>"$log" 2>&1 \
            || die "could not make the database: $(first_line "$log" 'error|FATAL|ERROR') (see $log)."
        touch -- "$STATE/database"
    fi
}

create_cluster() {
    local folder=$1 log=$2 password="$1/password"
    rm -rf -- "$folder"
    rm -f -- "$STATE/migrated"
    if is_root; then
        install -d -m 700 -o postgres -g "$(id -gn postgres)" -- "$folder"
    else
        install -d -m 700 -- "$folder"
    fi
    [[ -f $STATE/pg-password ]] || secret "${KONG_PG_PASSWORD:-$(random)}" "$STATE/pg-password"
    # initdb reads the password from a file of its own user.
    secret "$(<"$STATE/pg-password")" "$password"
    is_root && chown postgres -- "$password"
    as_postgres "$PG_BIN/initdb" -D "$folder/data" -U kong -A scram-sha-256 --pwfile="$password" -E UTF8 --locale=C >"$log" 2>&1 9>&- \
        || die "could not make a PostgreSQL cluster in $folder: $(first_line "$log" 'error|FATAL') (see $log)."
    rm -f -- "$password"
}

launch_postgres() {
    local folder=$1 log=$2 deadline=$((SECONDS + 30)) pid
    (
        exec 9>&-
        cd /
        # shellcheck disable=SC2046 # no word, or the words that change the user
        exec setsid $(is_root && printf 'runuser -u postgres --') \
            "$PG_BIN/postgres" -D "$folder/data" -p "$PG_PORT" -c listen_addresses=127.0.0.1 -c unix_socket_directories=
    ) >>"$log" 2>&1 </dev/null &
    pid=$!
    until PGPASSWORD=$(<"$STATE/pg-password") "$PG_BIN/psql" -h 127.0.0.1 -p "$PG_PORT" -U kong -w -d postgres -Atc 'SELECT 1' >/dev/null 2>"$RUN/psql"; do
        kill -0 "$pid" 2>/dev/null || die "PostgreSQL did not start: $(last_fatal "$log") (see $log). ./quickstart --reset deletes the data and starts over."
        if grep -q 'password authentication failed' "$RUN/psql"; then
            die "PostgreSQL refuses the password in .quickstart/pg-password; ./quickstart --reset deletes the data and starts over."
        fi
        [[ $SECONDS -lt $deadline ]] || die "PostgreSQL did not answer on port $PG_PORT within 30 s (see $log)."
        sleep 0.1
    done
}

last_fatal() { grep -E 'FATAL|PANIC|invalid|could not' "$1" | tail -n 1 | sed -E 's/^.*(FATAL|PANIC): *//'; }

postgres_pid() {
    local file
    for file in "$STATE/postgres/data/postmaster.pid" "/var/tmp/kong-quickstart-$(printf '%s' "$STATE" | sha256sum | cut -c 1-16)/data/postmaster.pid"; do
        if [[ -r $file ]]; then
            local pid
            pid=$(head -n 1 -- "$file")
            if [[ -r /proc/$pid/cmdline && $(tr '\0' ' ' <"/proc/$pid/cmdline") == *postgres* ]]; then
                printf '%s' "$pid"
                return 0
            fi
        fi
    done
    return 1
}

stop_postgres() {
    local pid deadline=$((SECONDS + 20))
    pid=$(postgres_pid) || return 0
    kill -INT "$pid" 2>/dev/null || true
    while [[ -d /proc/$pid ]] && ! grep -q '^State:.*Z' "/proc/$pid/status" 2>/dev/null; do
        if [[ $SECONDS -ge $deadline ]]; then
            kill -QUIT "$pid" 2>/dev/null || true
            break
        fi
        sleep 0.05
    done
}

delete_data() {
    rm -rf -- "$STATE" "/var/tmp/kong-quickstart-$(printf '%s' "$STATE" | sha256sum | cut -c 1-16)"
}
