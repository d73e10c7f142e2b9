#!/bin/sh
# scan.sh - where a scan's output goes, and how the command ends.
. "$srcdir/tests/lib.sh"
. "$srcdir/tests/cli/golden.sh"
cd "$srcdir/tests/cli/data" || exit 99

# count NAME WANT FILE: one case, the file has so many lines.
count()
{
    lines=$(wc -l <"$3")
    if [ "$lines" -eq "$2" ]; then
        pass "$1"
    else
        echo "$lines lines, not $2" >"$tmp/why"
        fail "$1" "$tmp/why" "$3"
    fi
}

# bare FILE: alerts without the file that they came from.
bare()
{
    sed 's/"source":.*//' "$1"
}

scan="$ASTRAY scan -r plain.astray"

check "lines of JSON into a pipe" $scan plain.jsonl
count "one for each alert" 12 "$tmp/out"
cp "$tmp/out" "$tmp/lines"
check_said "the summary is on stderr" 'set aside 0'
check "--quiet" $scan -q plain.jsonl
check_empty "--quiet says nothing" "$tmp/err"
check "text for people" $scan -q --format text plain.jsonl
golden "alerts of one kind are one block" "$tmp/out" blocks
check "one array" $scan -q --format json plain.jsonl
sed '1d;$d;s/,$//' "$tmp/out" >"$tmp/array"
check_same "holds the same alerts" "$tmp/array" "$tmp/lines"
check "an array without alerts" $scan -q --format json --since 2030-01-01 \
    plain.jsonl
echo "[]" >"$tmp/want"
check_same "is an empty one" "$tmp/out" "$tmp/want"
check "-o FILE" $scan -q -o "$tmp/file" plain.jsonl
check_same "-o FILE holds what a pipe gets" "$tmp/file" "$tmp/lines"
check_empty "and standard output nothing" "$tmp/out"
bare "$tmp/lines" >"$tmp/want"
check "several inputs, one of them a folder" $scan -q . plain.jsonl
bare "$tmp/out" >"$tmp/got"
check_same "give each alert once" "$tmp/got" "$tmp/want"
$scan -q <plain.jsonl 2>/dev/null | bare - >"$tmp/got"
check_same "standard input, unnamed" "$tmp/got" "$tmp/want"
$scan -q - <plain.jsonl 2>/dev/null | bare - >"$tmp/got"
check_same "standard input, as -" "$tmp/got" "$tmp/want"

check "a rule by its name" $scan -q --rule root_login plain.jsonl
count "gives its alerts" 12 "$tmp/out"
echo GetCallerIdentity >"$tmp/names.txt"
check "--list replaces" $scan -q --list "names=$tmp/names.txt" plain.jsonl
count "a list" 13 "$tmp/out"
check "--list adds" $scan -q --list "names+=$tmp/names.txt" plain.jsonl
count "to a list" 25 "$tmp/out"
cat >"$tmp/nets.astray" <<'END'
list nets : cidr = []
rule inside { from cloudtrail where ip(sourceIPAddress) in nets }
END
echo 203.0.113.7/24 >"$tmp/nets.txt"
check "--list with bits behind a prefix" "$ASTRAY" scan -r "$tmp/nets.astray" \
    --list "nets=$tmp/nets.txt" plain.jsonl
check_said "is warned of" 'warning: --list: .*nets.txt:1: bits are set behind'
count "and counts as the block" 25 "$tmp/out"
check "--quiet, the same" "$ASTRAY" scan -q -r "$tmp/nets.astray" \
    --list "nets=$tmp/nets.txt" plain.jsonl
check_empty "says nothing of it" "$tmp/err"
check "--since and --until" $scan -q --since 2026-05-01T10:10:00Z \
    --until 2026-05-01T10:20:00Z plain.jsonl
count "bound the alerts" 5 "$tmp/out"
check "a parameter" $scan -q --param span=2h plain.jsonl

# ---- statuses

check "alerts alone are no failure" $scan -q --fail-on high plain.jsonl
check_status 1 "--fail-on" $scan -q --fail-on medium plain.jsonl
check_status 2 "rules that do not compile" \
    "$ASTRAY" scan -r twice.astray plain.jsonl
check_said "and what is wrong with them" '^error\[E0'
check_status 3 "an input that is not there" $scan -q nowhere plain.jsonl
check_same "the rest is judged" "$tmp/out" "$tmp/lines"
check_status 3 "a file where a folder should be" \
    $scan -q plain.jsonl/x plain.jsonl
check_same "the rest is judged then, too" "$tmp/out" "$tmp/lines"
if [ "$(id -u)" -eq 0 ]; then
    skip "an input that may not be read" "root may read everything"
else
    cp plain.jsonl "$tmp/secret.jsonl"
    chmod 0 "$tmp/secret.jsonl"
    check_status 3 "an input that may not be read" \
        $scan -q "$tmp/secret.jsonl"
fi
{
    cat plain.jsonl
    i=0
    while [ $i -lt 31 ]; do
        echo '{"eventName": nonsense}'
        i=$((i + 1))
    done
} >"$tmp/junk.jsonl"
check_status 4 "records that could not be judged" \
    $scan --quarantine "$tmp/aside" --stats "$tmp/stats" "$tmp/junk.jsonl"
count "the others were" 12 "$tmp/out"
grep '^error: .*junk.jsonl' "$tmp/err" >"$tmp/got"
count "of one kind 20 are shown" 20 "$tmp/got"
check_said "and the others counted" '\.\.\. and 11 more of this kind'
count "all are in the quarantine" 31 "$tmp/aside"
check "with the record as it was" grep -q \
    '"reason":"json".*"record":"{\\"eventName\\": nonsense}"' "$tmp/aside"
count "the statistics are a line" 1 "$tmp/stats"
check_status 4 "4 goes before 1" $scan -q --fail-on low "$tmp/junk.jsonl"
check_status 3 "3 goes before 4" $scan -q "$tmp/junk.jsonl" nowhere

# ---- trouble with the output

{
    sleep 1
    $scan -q plain.jsonl 2>"$tmp/err"
    echo $? >"$tmp/got"
} | :
echo 0 >"$tmp/want"
check_same "a reader that went away is no error" "$tmp/got" "$tmp/want"
check_empty "and nothing is said" "$tmp/err"
if [ -c /dev/full ]; then
    $scan -q plain.jsonl >/dev/full 2>"$tmp/err"
    echo $? >"$tmp/got"
    echo 3 >"$tmp/want"
    check_same "a full disk is one" "$tmp/got" "$tmp/want"
    check_status 3 "with -o, too" $scan -q -o /dev/full plain.jsonl
    check_status 3 "and for the statistics" \
        $scan -q --stats /dev/full plain.jsonl
    check_status 3 "and for the quarantine" \
        $scan -q --quarantine /dev/full "$tmp/junk.jsonl"
else
    skip "a full disk is one" "no /dev/full"
fi
echo old >"$tmp/kept"
check_status 3 "a wrong command line" $scan -o "$tmp/kept" --rule nope \
    plain.jsonl
echo old >"$tmp/want"
check_same "leaves the old file alone" "$tmp/kept" "$tmp/want"

# ---- interrupts; a shell lets what runs behind it ignore SIGINT, env undoes it

# interrupt SIGNAL: a scan that waits for input, with -o FILE, is sent it.
interrupt()
{
    rm -f "$tmp/in" "$tmp/cut"*
    mkfifo "$tmp/in"
    env --default-signal=INT $scan -q -o "$tmp/cut" - <"$tmp/in" \
        >"$tmp/out" 2>"$tmp/err" &
    process=$!
    exec 3>"$tmp/in"
    waited=0
    while [ "$waited" -lt 100 ]; do
        for file in "$tmp"/cut.*; do
            [ ! -f "$file" ] || waited=100
        done
        sleep 0.1
        waited=$((waited + 1))
    done
    kill "-$1" "$process"
    wait "$process"
    echo $? >"$tmp/got"
    exec 3>&-
    find "$tmp" -name 'cut*' >"$tmp/left"
}

# Which copy of an event counts does not depend on which rules are on.
"$ASTRAY" scan -q -r shared --format jsonl shared/events.jsonl 2>&1 |
    grep '"name":"second_account"' >"$tmp/want"
"$ASTRAY" scan -q -r shared --format jsonl --rule second_account \
    shared/events.jsonl >"$tmp/got" 2>&1
check_same "a copy stays a copy when its rule is alone" "$tmp/got" "$tmp/want"
check "and what is no copy is judged" grep -q '"eventID":"c"' "$tmp/got"

if env --default-signal=INT true 2>/dev/null; then
    interrupt INT
    echo 130 >"$tmp/want"
    check_same "an interrupted scan ends with 130" "$tmp/got" "$tmp/want"
    check_empty "and leaves no file behind" "$tmp/left"
    interrupt TERM
    echo 143 >"$tmp/want"
    check_same "a terminated one with 143" "$tmp/got" "$tmp/want"
    check_empty "and leaves none either" "$tmp/left"
else
    skip "an interrupted scan ends with 130" "env knows no --default-signal"
fi
done_testing
