#!/bin/sh
# check-symbols.sh - libastray shows the functions of astray.h and no others.
#
# A symbol too many is a promise that nobody meant to give and can clash with
# a program's own; one too few is a function that does not link.
. "$srcdir/tests/lib.sh"

library=$builddir/.libs/libastray.so
# $NM may hold an option, so it stands without quotes.
if [ ! -f "$library" ] || ! $NM --version >/dev/null 2>&1; then
    echo "1..0 # SKIP no shared library here, or no nm"
    exit 0
fi

$NM -D --defined-only "$library" | sed 's/.* //; s/@.*//' |
    sort -u >"$tmp/shown"
# Of the header: every name that is followed by its arguments, on the lines
# from ASTRAY_API up to the semicolon.
tr '\n' ' ' <"$srcdir/include/astray.h" | sed 's/ASTRAY_API/\n&/g' |
    sed -n 's/^ASTRAY_API [^;(]*[ *]\(astray_[a-z0-9_]*\)(.*/\1/p' |
    sort -u >"$tmp/promised"

check "astray.h promises functions" test -s "$tmp/promised"
grep -v '^astray_' "$tmp/shown" >"$tmp/foreign"
check_empty "every symbol begins with astray_" "$tmp/foreign"
comm -13 "$tmp/promised" "$tmp/shown" >"$tmp/extra"
check_empty "no symbol is missing in astray.h" "$tmp/extra"
comm -23 "$tmp/promised" "$tmp/shown" >"$tmp/missing"
check_empty "no function of astray.h is missing" "$tmp/missing"
done_testing
