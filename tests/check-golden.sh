#!/bin/sh
# check-golden.sh - every golden/**/NAME.astray against the files beside it.
#
#   NAME.error          what `astray check` says of it, and its exit status as
#                       the last line; without this file it must say nothing
#   NAME.overlay        is laid over the rules in all of this; the day is TODAY
#   NAME.bytecode       what `astray inspect --code` shows of the built pack
#   NAME.c              the same rules as C, but for the pack's digest, which
#                       depends on the machine's byte order
#   NAME.events.jsonl   what `astray scan` reads ...
#   NAME.args           ... with these options, one a line ...
#   NAME.alerts.jsonl   ... and what it prints ...
#   NAME.summary        ... and says on stderr
#
# A test has whichever of these exist.  With BLESS=1 the program is right and
# the files are rewritten (the two .jsonl files go together, a NAME.error is made
# when it is needed); `make bless` does that.  The head of NAME.astray
# says which trouble the test stands for.  Prints TAP.
. "$srcdir/tests/lib.sh"
cd "$srcdir/tests/golden" || exit 99
TODAY=2026-01-01

# compare NAME GOT WANT
compare()
{
    if [ -n "$BLESS" ]; then
        cp "$2" "$3"
    fi
    check_same "$1" "$2" "$3"
}

# overlay NAME - print the option that lays NAME.overlay over the rules.
overlay()
{
    [ ! -f "$1.overlay" ] || echo "--overlay=$1.overlay"
}

check_messages()
{
    # shellcheck disable=SC2046 # nothing, or one word
    "$ASTRAY" check --color never --today "$TODAY" $(overlay "$1") \
        "$1.astray" >"$tmp/got" 2>&1 </dev/null
    status=$?
    if [ -f "$1.error" ] || { [ -n "$BLESS" ] && [ "$status" -ne 0 ]; }; then
        echo "exit status $status" >>"$tmp/got"
        compare "$1: what the compiler says" "$tmp/got" "$1.error"
    elif [ "$status" -eq 0 ]; then
        check_empty "$1: compiles without a word" "$tmp/got"
    else
        fail "$1: compiles without a word" "$tmp/got"
    fi
}

check_code()
{
    # shellcheck disable=SC2046
    check "$1: builds" "$ASTRAY" build -t bytecode -o "$tmp/built.astrayc" \
        $(overlay "$1") "$1.astray"
    "$ASTRAY" inspect --code "$tmp/built.astrayc" >"$tmp/got" 2>&1 </dev/null
    compare "$1: bytecode" "$tmp/got" "$1.bytecode"
}

check_c()
{
    # shellcheck disable=SC2046
    check "$1: builds as C" "$ASTRAY" build -t c -o "$tmp/built.c" \
        $(overlay "$1") "$1.astray"
    sed '/^    \.pack = {$/,/^    },$/d' "$tmp/built.c" >"$tmp/got"
    compare "$1: C" "$tmp/got" "$1.c"
}

check_alerts()
{
    test_name=$1
    # shellcheck disable=SC2046
    set -- $(overlay "$1")
    if [ -f "$test_name.args" ]; then
        while IFS= read -r option; do
            set -- "$@" "$option"
        done <"$test_name.args"
    fi
    "$ASTRAY" scan -r "$test_name.astray" --format jsonl "$@" \
        "$test_name.events.jsonl" >"$tmp/got" 2>"$tmp/said" </dev/null
    compare "$test_name: alerts" "$tmp/got" "$test_name.alerts.jsonl"
    if [ -f "$test_name.summary" ]; then
        compare "$test_name: summary" "$tmp/said" "$test_name.summary"
    fi
}

for file in */*.astray; do
    name=${file%.astray}
    [ -f "$file" ] || continue
    check_messages "$name"
    [ ! -f "$name.bytecode" ] || check_code "$name"
    [ ! -f "$name.c" ] || check_c "$name"
    [ ! -f "$name.events.jsonl" ] || check_alerts "$name"
done
[ "$case_count" -gt 0 ] || fail "there is at least one golden test"
done_testing
