#!/bin/sh
# check-diagnostics.sh - every row of diagnostics.def is seen to be given out.
#
# Almost all have a golden case: a folder's NAME.error with the code in it.
# What cannot be kept as a file, because it is too large, too many or
# unreadable, is made here, or stands in the list of unit tests below.  A row
# whose explanation says that it is no longer given out needs no case.
# Prints TAP.
. "$srcdir/tests/lib.sh"

# Codes that other tests give: the test must name the code.
unit_tests="
E0423 tests/unit/compile.c
E0601 tests/unit/front.c
E0603 tests/unit/front.c
E0606 tests/unit/loader.c
E0607 tests/unit/front.c
E0610 tests/unit/compile.c
E0614 tests/unit/compile.c
E0615 tests/unit/compile.c
L0821 tests/cli/lock.sh
L0822 tests/cli/lock.sh
L0823 tests/cli/lock.sh
L0824 tests/cli/lock.sh
L0825 tests/cli/lock.sh
"

# ---- cases that are made here --------------------------------------------

# gives CODE PATH: astray check must end with a message of this code.
gives()
{
    "$ASTRAY" check --color never "$2" >"$tmp/said" 2>&1 </dev/null
    cat "$tmp/said" >>"$tmp/all"
    if grep -q "^error\[$1\]" "$tmp/said"; then
        pass "$1 is given"
    else
        fail "$1 is given" "$tmp/said"
    fi
}

rule='rule r { from cloudtrail where eventName in l }'

# Linux has a file that is there and cannot be read, whoever asks.
unreadable=/proc/self/mem
if [ -f "$unreadable" ]; then
    mkdir "$tmp/unreadable"
    ln -s "$unreadable" "$tmp/unreadable/pack.yaml"
    echo 'rule r { from cloudtrail where readOnly }' >"$tmp/unreadable/r.astray"
    gives E0510 "$tmp/unreadable/r.astray"
else
    skip "E0510 is given" "no file here is sure to be unreadable"
    echo 'error[E0510]' >>"$tmp/all"
fi

# 256 KiB of comment, and one byte.
mkdir "$tmp/yaml"
{
    echo 'name: yaml'
    printf '#%262144s\n' x
} >"$tmp/yaml/pack.yaml"
echo 'rule r { from cloudtrail where readOnly }' >"$tmp/yaml/r.astray"
gives E0611 "$tmp/yaml/r.astray"

# 64 MiB that no disk holds, and one byte.
mkdir "$tmp/list"
dd if=/dev/zero of="$tmp/list/l.txt" bs=1 count=1 seek=67108864 2>/dev/null
printf 'list l : text from "l.txt"\n%s\n' "$rule" >"$tmp/list/r.astray"
gives E0613 "$tmp/list/r.astray"

# ---- the rows -------------------------------------------------------------

find "$srcdir/tests/golden" -name '*.error' -exec cat {} + >>"$tmp/all"
sed -n 's/^[a-z]*\[\([EL][0-9]*\)\].*/\1/p' "$tmp/all" | sort -u >"$tmp/golden"

# Code by code: those that are given out, one a line.
awk '/^AS_DIAGNOSTIC/ {
         if (code != "" && !gone)
             print code
         split($0, part, "\"")
         code = part[2]
         gone = 0
     }
     /no longer given out/ { gone = 1 }
     END { if (!gone) print code }' \
    "$srcdir/compiler/diagnostics.def" | sed -n '/^[EL][0-9]/p' >"$tmp/rows"

while read -r code; do
    file=$(echo "$unit_tests" | sed -n "s/^$code //p")
    if grep -q "^$code\$" "$tmp/golden"; then
        pass "$code has a case"
    elif [ -n "$file" ] && grep -q "$code" "$srcdir/$file"; then
        pass "$code has a case in $file"
    else
        echo "no tests/golden/*/*.error has $code" >"$tmp/why"
        fail "$code has a case" "$tmp/why"
    fi
done <"$tmp/rows"
[ "$case_count" -gt 100 ] || fail "there are more than a hundred codes"
done_testing
