#!/bin/sh
# check-mutants.sh - four hundred small mistakes in the rules that ship: the
# compiler neither crashes nor hangs, and says a mistake once.  See mutants.py.
. "$srcdir/tests/lib.sh"
if ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 9))' \
    2>/dev/null; then
    skip "mutants" "no python3 of version 3.9 or later"
    done_testing
fi
PYTHONDONTWRITEBYTECODE=1
export PYTHONDONTWRITEBYTECODE
python3 "$srcdir/tests/mutants.py" "$ASTRAY" \
    "$srcdir/rules/aws-workload-credentials"
