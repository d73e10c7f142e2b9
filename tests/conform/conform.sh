#!/bin/sh
# conform.sh - 10,000 generated pairs of a rule and a set of events: the
# reference evaluator, the bytecode and the C target give the same alerts, and
# so does the engine for the same events in another order, twice, in parts,
# with next to no memory, among others, weeks later.  `make conform COUNT=N
# SEED=N` does it for as many as you like; doc/testing.md says more.  Under a
# sanitizer, where each takes ten times as long, CI asks for fewer of them by
# ASTRAY_CONFORM_COUNT.
. "$srcdir/tests/lib.sh"

if ! command -v python3 >"$tmp/out" 2>&1; then
    skip "reference, bytecode and C agree" "there is no python3"
    done_testing
fi
export PYTHONDONTWRITEBYTECODE=1
cd "$tmp" || exit 99
if [ -n "$ASTRAY_CONFORM_COUNT" ]; then
    set -- --count "$ASTRAY_CONFORM_COUNT"
else
    set -- --tally
fi
exec python3 "$srcdir/tests/conform/conform.py" "$@" --native \
    --driver "$builddir/tests/conform/driver" \
    --keep "$builddir/conform-failures"
