#!/bin/sh
# check-mutation.sh - mistakes in the shipped rules that their tests miss.
#
# mutation.txt lists them; `make bless` writes it anew.  At least nine of ten
# edits must be noticed.
. "$srcdir/tests/lib.sh"
cd "$srcdir" || exit 99

check "at least 90 % of the edits are noticed" \
    "$ASTRAY" test --mutate=90 --format text --color never rules
sed '/^ok  /d' "$tmp/out" >"$tmp/missed"
if [ -n "$BLESS" ]; then
    cp "$tmp/missed" tests/rules/mutation.txt
fi
check_same "those that are not are listed" "$tmp/missed" \
    tests/rules/mutation.txt
done_testing
