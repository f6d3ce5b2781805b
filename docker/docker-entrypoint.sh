#!/bin/sh
# Reads KONG_<NAME>_FILE into KONG_<NAME> (how orchestrators hand over secrets), then becomes the command.
set -eu

for name in $(env | sed -n 's/^\(KONG_[A-Z0-9_]*\)_FILE=.*/\1/p'); do
    eval "file=\${${name}_FILE} value=\${${name}:-}"
    if [ -n "$value" ]; then
        echo "both $name and ${name}_FILE are set (but are exclusive)" >&2
        exit 1
    fi
    if [ ! -r "$file" ]; then
        echo "${name}_FILE names '$file', which cannot be read" >&2
        exit 1
    fi
    value=$(cat -- "$file")
    export "$name=$value"
    unset "${name}_FILE"
done

# Options alone are options of the default command.
case "${1:-}" in
    '' | -*) set -- kong docker-start "$@" ;;
esac
exec "$@"
