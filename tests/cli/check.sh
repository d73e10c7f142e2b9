#!/bin/sh
# check.sh - how mistakes in rules are shown, and the statuses of `check`.
. "$srcdir/tests/lib.sh"
. "$srcdir/tests/cli/golden.sh"
cd "$srcdir/tests/cli/data" || exit 99

# shown NAME KEPT COMMAND...: what it says on stderr, and its status.
shown()
{
    name=$1
    kept=$2
    shift 2
    run "$@"
    echo "exit status $status" >>"$tmp/err"
    golden "$name" "$tmp/err" "$kept"
}

printf 'rule x { from cloudtrail where userIdentity.accesKeyId == "a" }' \
    >"$tmp/misspelt"
"$ASTRAY" check - <"$tmp/misspelt" >"$tmp/got" 2>&1
echo "exit status $?" >>"$tmp/got"
golden "a misspelt field on standard input" "$tmp/got" misspelt

shown "two places in one file" twice "$ASTRAY" check twice.astray
shown "tabs and wide characters" wide "$ASTRAY" check wide.astray
shown "a long line is cut" long "$ASTRAY" check long.astray
shown "what could disturb a terminal is escaped" escape \
    "$ASTRAY" check escape.astray
shown "short messages" short \
    "$ASTRAY" check --message-format short twice.astray
shown "messages as JSON" json \
    "$ASTRAY" check --message-format=json twice.astray
shown "colors when asked for" color \
    "$ASTRAY" check --color always twice.astray
run env TERM=xterm NO_COLOR= "$ASTRAY" check twice.astray
if grep -q "$(printf '\033')" "$tmp/err"; then
    fail "no colors on a pipe" "$tmp/err"
else
    pass "no colors on a pipe"
fi
check_empty "nothing goes to standard output" "$tmp/out"

check "a good file" "$ASTRAY" check plain.astray
check_empty "and not a word" "$tmp/err"
check_status 2 "one bad file among good ones" \
    "$ASTRAY" check plain.astray twice.astray
check_status 3 "an unreadable file is graver than a bad one" \
    "$ASTRAY" check twice.astray nowhere.astray

# Each folder with a pack.yaml is a compilation: one name in two packs is no
# clash, in one it is.
mkdir -p "$tmp/two/a" "$tmp/two/b" "$tmp/one"
for pack in a b; do
    echo "name: $pack" >"$tmp/two/$pack/pack.yaml"
    cp plain.astray "$tmp/two/$pack"
    cp plain.astray "$tmp/one/$pack.astray"
done
check "a name in two packs" "$ASTRAY" check "$tmp/two"
check_status 2 "a name twice in one folder" "$ASTRAY" check "$tmp/one"
cp twice.astray "$tmp/two/loose.astray"
check_status 2 "a bad file beside packs" "$ASTRAY" check "$tmp/two"
cd "$tmp/two/a" || exit 99
check "the current folder is meant when none is named" "$ASTRAY" check
cd "$srcdir/tests/cli/data" || exit 99

check "a warning is no finding by itself" "$ASTRAY" check warning.astray
check_said "but it is said" '^warning\['
check_status 1 "--fail-level warning makes it one" \
    "$ASTRAY" check --fail-level warning warning.astray
check_status 1 "--fail-level info, too" \
    "$ASTRAY" check --fail-level info warning.astray
done_testing
