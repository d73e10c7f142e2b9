#!/bin/sh
# check-language.sh - every block of doc/language.md that is marked `astray` is
# a file that checks without an error, and says nothing that is not so.
. "$srcdir/tests/lib.sh"

awk -v folder="$tmp" '
    /^```astray$/ { name = sprintf("%s/line-%04d.astray", folder, NR); next }
    /^```$/ { name = "" }
    name != "" { print > name }' "$srcdir/doc/language.md"

count=0
for file in "$tmp"/line-*.astray; do
    [ -f "$file" ] || break
    count=$((count + 1))
    line=$(basename "$file" .astray)
    check "doc/language.md, block behind $line checks" \
        "$ASTRAY" check --fail-level error "$file"
done
if [ "$count" -ge 6 ]; then
    pass "there are blocks to check"
else
    fail "there are blocks to check: only $count"
fi
done_testing
