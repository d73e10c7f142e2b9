#!/bin/sh
# progress.sh - how far a scan has come, on a terminal and nowhere else.
. "$srcdir/tests/lib.sh"
data="$srcdir/tests/cli/data"
scan="$ASTRAY scan -r $data/plain.astray"

if ! python3 -c 'import pty; pty.openpty()' >/dev/null 2>&1; then
    skip "progress" "no python3, or no terminals"
    done_testing
fi
cp "$data/plain.jsonl" "$tmp/line.in"

# on_terminal COLUMNS SECONDS OPTION...: $tmp/line is what came there, each
# drawing on a line of its own in $tmp/drawn.
on_terminal()
{
    python3 "$srcdir/tests/cli/onpty.py" "$1" "$2" "$tmp/line" $scan \
        "$data/plain.jsonl" - $3 $4 $5
    status=$?
    tr '\r' '\n' <"$tmp/line" >"$tmp/drawn"
    grep 'files' "$tmp/drawn" | grep -v '^read ' >"$tmp/shown"
}

for threads in 1 2; do
    on_terminal 80 1.5 --threads "$threads"
    # How much standard input has, nobody knows: no share, no time.
    check "$threads threads: it is shown" \
        grep -q '^[01]/2 files, [0-9.]* kB, [0-9.]* kB/s of JSON$' "$tmp/shown"
    # What is behind the last carriage return over blanks is the summary.
    awk 'BEGIN { RS = "\r" } /^ +$/ { gone = 1; next }
        gone && /files, / { print }' "$tmp/line" |
        grep -v '^read ' >"$tmp/after"
    check "$threads threads: and taken away" \
        awk 'BEGIN { RS = "\r" } /^ +$/ { gone = 1 } END { exit !gone }' \
        "$tmp/line"
    check_empty "$threads threads: before the summary comes" "$tmp/after"
    check "$threads threads: which does" grep -q '^read 50 events from 2 files' \
        "$tmp/drawn"
done
TSAN_OPTIONS=report_thread_leaks=0
export TSAN_OPTIONS
on_terminal 80 -1.5
unset TSAN_OPTIONS
check "an interrupted scan ends with 130" test "$status" -eq 130
tail -c 1 "$tmp/line" | od -An -tx1 | tr -d ' ' >"$tmp/got"
echo 0a >"$tmp/want"
check_same "and leaves the terminal at the start of a line" \
    "$tmp/got" "$tmp/want"
check "below what was shown" test -s "$tmp/shown"
on_terminal 30 1.5
check "a narrow terminal has one, too" test -s "$tmp/shown"
awk 'length($0) > 29' "$tmp/shown" >"$tmp/wide"
check_empty "that fits" "$tmp/wide"
on_terminal 80 1.5 -q
check_empty "--quiet: none" "$tmp/line"
on_terminal 80 0
check_empty "a short scan: none" "$tmp/shown"
check "none where no terminal is" sh -c \
    "(cat $data/plain.jsonl; sleep 1) | $scan - 2>$tmp/plain >/dev/null"
tr '\r' '\n' <"$tmp/plain" | grep '^[01]/1 files' >"$tmp/shown"
check_empty "at all" "$tmp/shown"
done_testing
