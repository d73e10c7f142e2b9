#!/bin/sh
# bench.sh - what astray bench shows; its numbers of events are those of a
# scan, its times are anybody's guess and are masked.
. "$srcdir/tests/lib.sh"
. "$srcdir/tests/cli/golden.sh"
cd "$srcdir/tests/cli/data" || exit 99

bench="$ASTRAY bench -r bench.astray"

# masked FILE: times and bytes masked, lines in an order that no time decides.
masked()
{
    sed -e 's/[0-9][0-9.]* \(ns\|us\|ms\|s\|B\|kB\|MB\|GB\)\b/N \1/g' \
        -e 's/N [num]*s/N s/g' -e 's/N [kMG]*B/N B/g' \
        -e 's/[0-9.]*%/N%/g' -e 's/[0-9.]*[kMG]* events and/N events and/' \
        -e 's/  */ /g' "$1" | LC_ALL=C sort
}

# number NAME FILE: what the JSON in it has for a member, the first of its name.
number()
{
    grep -o "\"$1\":[0-9]*" "$2" | sed 's/.*://;q'
}

# same_number NAME GOT WANT: one case, two numbers.
same_number()
{
    echo "$2" >"$tmp/got"
    echo "$3" >"$tmp/want"
    [ -n "$2" ] || echo "none" >"$tmp/want"
    check_same "$1" "$tmp/got" "$tmp/want"
}

check "text for people" $bench --format text plain.jsonl
masked "$tmp/out" >"$tmp/masked"
golden "is a table" "$tmp/masked" bench
check_empty "and nothing is said beside it" "$tmp/err"

check "a pipe gets JSON" $bench plain.jsonl
cp "$tmp/out" "$tmp/json"
check "of schema astray.bench/1" grep -q '^{"schema":"astray.bench/1",' \
    "$tmp/json"
same_number "in one line" "$(wc -l <"$tmp/json")" 1
check "--format json" $bench --format json plain.jsonl
check_said "is the same" '^{"schema":"astray.bench/1",'

# What a scan says of the same; of each rule tests/unit/profile.c knows.
"$ASTRAY" scan -q -r bench.astray plain.jsonl >"$tmp/out"
alerts=$(wc -l <"$tmp/out")
same_number "as many alerts as a scan gives" \
    "$(number alerts "$tmp/json")" "$((alerts))"

check "--rule leaves the others out" $bench --rule many_calls plain.jsonl
check_said "it is there" '"name":"many_calls"'
cp "$tmp/out" "$tmp/one"
check_not "and it alone" grep -q '"name":"quiet_calls"' "$tmp/one"
check "--repeat" $bench --repeat 3 plain.jsonl
same_number "tells of each run" \
    "$(grep -o '"cpu_ns":[0-9]*,"wall_ns":[0-9]*}' "$tmp/out" | wc -l)" 3
check "-o FILE" $bench -o "$tmp/file" plain.jsonl
check_empty "leaves standard output alone" "$tmp/out"
check "and FILE has it" grep -q '^{"schema":"astray.bench/1",' "$tmp/file"
$bench <plain.jsonl >"$tmp/out" 2>"$tmp/err"
same_number "standard input" "$(number events "$tmp/out")" \
    "$(number events "$tmp/json")"
check "a parameter" $bench --param most=1 plain.jsonl

# ---- statuses, as those of a scan

check_status 3 "no rules" "$ASTRAY" bench plain.jsonl
check_said "usage is shown" 'usage: astray bench -r RULES'
check_status 2 "rules that do not compile" "$ASTRAY" bench -r twice.astray \
    plain.jsonl
check_status 3 "an input that is not there" $bench nowhere plain.jsonl
check_said "the rest is measured" '"schema":"astray.bench/1"'
check_status 3 "a rule that is not there" $bench --rule many_cals plain.jsonl
check_said "suggests one" 'many_calls'
check_status 3 "a parameter that is not there" $bench --param no=1 plain.jsonl
for runs in 0 -1 1001 99999999999999999999 3x ''; do
    check_status 3 "--repeat '$runs'" $bench --repeat="$runs" plain.jsonl
done
check_status 3 "--repeat of standard input" $bench --repeat 2 -
check_said "says why" 'can be read only once'
{
    cat plain.jsonl
    echo '{"eventName": nonsense}'
} >"$tmp/junk.jsonl"
check_status 4 "a record that can't be judged" $bench --repeat 2 \
    "$tmp/junk.jsonl"
same_number "is told once" "$(grep -c '^error: ' "$tmp/err")" 1
if [ -c /dev/full ]; then
    $bench plain.jsonl >/dev/full 2>"$tmp/err"
    same_number "a full disk" "$?" 3
else
    skip "a full disk" "no /dev/full"
fi
done_testing
