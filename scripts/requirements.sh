# Sourced by ./quickstart and ./test: finds what they need, and as root installs what is missing.
# shellcheck shell=bash

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1 DOTNET_CLI_WORKLOAD_UPDATE_NOTIFY_DISABLE=true

# One clear sentence, and the end. The caller's EXIT trap leaves nothing running.
die() {
    printf '%s: %s\n' "$(basename -- "$0")" "$*" >&2
    exit 1
}

have() { command -v -- "$1" >/dev/null 2>&1; }

is_root() { [[ $(id -u) -eq 0 ]]; }

require_sdk() {
    if ! have dotnet && [[ -x "$HOME/.dotnet/dotnet" ]]; then
        export PATH="$HOME/.dotnet:$PATH"
    fi
    have dotnet || die "the .NET 10 SDK is missing; install it from https://dotnet.microsoft.com/download/dotnet/10.0 and run this again."
    local sdks
    sdks=$(dotnet --list-sdks 2>/dev/null) || sdks=''
    grep -q '^10\.' <<<"$sdks" || die "the .NET 10 SDK is missing (found: $(awk '{print $1}' <<<"$sdks" | paste -sd' ' -)); install it from https://dotnet.microsoft.com/download/dotnet/10.0."
}

# The newest PostgreSQL's programs; Debian keeps them out of PATH.
postgres_bin() {
    local folder
    folder=$(find /usr/lib/postgresql /usr/pgsql-* -maxdepth 3 -name initdb -path '*/bin/*' 2>/dev/null | sort -V | tail -n 1 || true)
    if [[ -n $folder ]]; then
        dirname -- "$folder"
    elif have initdb; then
        dirname -- "$(command -v initdb)"
    else
        return 1
    fi
}

has_lmdb() {
    { PATH="$PATH:/sbin:/usr/sbin" ldconfig -p 2>/dev/null || true; } | grep -q 'liblmdb\.so\.0' \
        || compgen -G '/usr/lib/*/liblmdb.so.0' >/dev/null || compgen -G '/usr/lib*/liblmdb.so.0' >/dev/null
}

has_chromium() { [[ -x /usr/bin/chromium || -n ${CHROMIUM:-} ]]; }

is_there() {
    case $1 in
        postgresql) postgres_bin >/dev/null ;;
        liblmdb0) has_lmdb ;;
        chromium) has_chromium ;;
        util-linux) have runuser && have setsid && have flock ;;
        nghttp2-client) have h2load ;;
        nginx | haproxy) PATH="$PATH:/usr/sbin" have "$1" ;;
        *) have "$1" ;;
    esac
}

# require_packages postgresql liblmdb0 ...: Debian's names.
require_packages() {
    local package missing=()
    for package in "$@"; do
        is_there "$package" || missing+=("$package")
    done
    if [[ ${#missing[@]} -eq 0 ]]; then
        return 0
    fi
    if ! is_root || ! have apt-get; then
        die "missing: ${missing[*]}. Install with: sudo apt-get install -y ${missing[*]}"
    fi
    install_packages "${missing[@]}"
    for package in "${missing[@]}"; do
        is_there "$package" || die "$package was installed, but is still not found."
    done
}

install_packages() {
    local log policy=''
    log=$(mktemp)
    # nginx, HAProxy and Redis start a server when they are installed; nobody asked for that.
    if [[ " $* " =~ \ (nginx|haproxy|redis-server)\  && ! -e /usr/sbin/policy-rc.d ]]; then
        policy=/usr/sbin/policy-rc.d
        printf '#!/bin/sh\nexit 101\n' >"$policy"
        chmod +x -- "$policy"
    fi
    if ! {
        export DEBIAN_FRONTEND=noninteractive
        apt-get update -q
        if [[ " $* " == *' postgresql '* ]]; then
            # Without this the package makes and starts a cluster on port 5432, which nobody asked for.
            apt-get install -y -q --no-install-recommends postgresql-common
            if [[ -f /etc/postgresql-common/createcluster.conf ]]; then
                sed -i -E 's/^#?create_main_cluster *=.*/create_main_cluster = false/' /etc/postgresql-common/createcluster.conf
            fi
        fi
        apt-get install -y -q --no-install-recommends "$@"
    } >"$log" 2>&1 </dev/null; then
        local reason
        reason=$(grep -E '^(E|Err):' "$log" | tail -n 1 || true)
        rm -f -- "$log" ${policy:+"$policy"}
        die "could not install $* with apt-get: ${reason:-no reason given}."
    fi
    rm -f -- "$log" ${policy:+"$policy"}
}
