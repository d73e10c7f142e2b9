#!/bin/sh
# formatted.sh - generated rules, formatted: the same twice, and the same pack.
. "$srcdir/tests/lib.sh"

if ! command -v python3 >"$tmp/out" 2>&1; then
    skip "generated rules mean the same formatted" "there is no python3"
    done_testing
fi
export PYTHONDONTWRITEBYTECODE=1
exec python3 "$srcdir/tests/conform/formatted.py" "$ASTRAY" "$tmp"
