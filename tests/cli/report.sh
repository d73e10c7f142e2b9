#!/bin/sh
# report.sh - messages and test results as the programs of CI want them.
. "$srcdir/tests/lib.sh"
. "$srcdir/tests/cli/golden.sh"
cd "$srcdir/tests/cli/data" || exit 99

# valid NAME KIND FILE...: as the public schema has it.
valid()
{
    name=$1
    shift
    if command -v python3 >/dev/null 2>&1; then
        check "$name" python3 "$srcdir/tests/cli/report.py" "$@"
    else
        skip "$name" "no python3"
    fi
}

# ---- diagnostics ----------------------------------------------------------

rules="twice.astray wide.astray escape.astray warning.astray"
for format in sarif junit github; do
    # The files' names are words.
    # shellcheck disable=SC2086
    check_status 2 "$format: broken rules" \
        "$ASTRAY" check --message-format $format $rules
    cat "$tmp/out" "$tmp/err" >"$tmp/$format"
    golden "$format is as it was" "$tmp/$format" "report-$format"
done
valid "sarif keeps to its schema" sarif "$tmp/sarif"
valid "junit keeps to its schema" junit "$tmp/junit"

# The same of every mistake that is kept in the tree.
for format in sarif junit; do
    mkdir "$tmp/$format.all"
    for file in "$srcdir"/tests/golden/error/*.astray; do
        "$ASTRAY" check --message-format $format "$file" 2>/dev/null \
            >"$tmp/$format.all/$(basename "$file")"
    done
    valid "$format of all mistakes there are" $format "$tmp/$format.all"/*
done

check "a good file" "$ASTRAY" check --message-format sarif plain.astray
cp "$tmp/out" "$tmp/good"
valid "has a document too" sarif "$tmp/good"
check_empty "and no message" "$tmp/err"
check "as has junit" "$ASTRAY" check --message-format junit plain.astray
cp "$tmp/out" "$tmp/good"
check_said "with no case at all" 'tests="0" failures="0"'
valid "which is good" junit "$tmp/good"

check_status 3 "a file that is not there" \
    "$ASTRAY" check --message-format sarif nowhere.astray
cp "$tmp/out" "$tmp/bad"
check_said "is a notification of a run that failed" \
    '"executionSuccessful":false'
check_said "and is said in the log" '^error: .*nowhere.astray'
valid "in a good document" sarif "$tmp/bad"

check "a warning passes as it does elsewhere" \
    "$ASTRAY" check --message-format junit warning.astray
check_said "and is shown" 'failures="0"'
check_status 1 "at its level it fails" "$ASTRAY" check --fail-level warning \
    --message-format junit warning.astray
check_said "here too" 'failures="1"'

mkdir -p "$tmp/a b%"
cp twice.astray "$tmp/a b%/x,y:z.astray"
cd "$tmp" || exit 99
run "$ASTRAY" check --message-format sarif "./a b%"
check_said "a path is a URI" '"uri":"a%20b%25/x,y%3Az.astray"'
run "$ASTRAY" check --message-format github "a b%"
check_said "and escaped in a command" 'file=a b%25/x%2Cy%3Az.astray,line='

check_status 3 "a scan has no findings in rules" \
    "$ASTRAY" scan --message-format sarif -r x y
check_said "and says who has" '`astray check` has it'

# ---- tests ----------------------------------------------------------------

cd "$srcdir/tests/cli/data" || exit 99
check_status 3 "tests that fail" "$ASTRAY" test --format junit tests
cp "$tmp/out" "$tmp/junit"
valid "are a document" junit "$tmp/junit"
golden "with all that is known" "$tmp/junit" report-tests
check_status 3 "no test at all" "$ASTRAY" test --format junit wide.astray
cp "$tmp/out" "$tmp/junit"
valid "is one as well" junit "$tmp/junit"

# ---- what is shown to others ----------------------------------------------

# Every command of the examples, in a folder like the one that they are for.
mkdir "$tmp/repo" && cp -r "$srcdir/rules/aws-workload-credentials" \
    "$tmp/repo/rules" && chmod -R u+w "$tmp/repo" && cd "$tmp/repo" || exit 99
sed -n 's/^ *\(run:\|entry:\|-\) \(astray .*\)/\2/p' \
    "$srcdir"/examples/ci/*.y*ml >"$tmp/commands"
check "the examples have commands" test "$(wc -l <"$tmp/commands")" -ge 10
PATH=$(dirname "$ASTRAY"):$PATH
"$ASTRAY" fmt rules
while read -r command; do
    run sh -c "$command"
    case $command,$status in
    *,0) pass "$command" ;;
    *fail-level*,1) pass "$command (the pack has a warning)" ;;
    *) fail "$command" "$tmp/err" ;;
    esac
done <"$tmp/commands"
done_testing
