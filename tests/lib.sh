# lib.sh - what the test scripts share; read with `. "$srcdir/tests/lib.sh"`.
#
#   $tmp                         a folder of this test's own, removed at its end
#   check NAME COMMAND...        one case: the command must succeed
#   check_not NAME COMMAND...    one case: it must fail, but not by a crash
#   check_status N NAME COMMAND  one case: it must exit with N
#   check_said NAME PATTERN      one case: the last command's stdout or stderr
#                                has a line with this (basic) pattern
#   check_same NAME GOT WANT     one case: two files must be equal
#   check_empty NAME FILE        one case: the file must hold nothing
#   skip NAME WHY                one case that can't be judged here
#   done_testing                 the plan; the exit status of the test
#
# A case that fails shows what was said, as TAP comments.  The command's
# output is left in $tmp/out and $tmp/err, its exit status in $status.  All
# other variables that are set here begin with case_.
case_count=0
case_failed=0
tmp=$(mktemp -d) || exit 99
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' HUP INT TERM

pass()
{
    case_count=$((case_count + 1))
    printf 'ok %d - %s\n' "$case_count" "$1"
}

# fail NAME [FILE...]: the files' first lines say why.
fail()
{
    case_count=$((case_count + 1))
    case_failed=$((case_failed + 1))
    printf 'not ok %d - %s\n' "$case_count" "$1"
    shift
    for case_said in "$@"; do
        head -n 40 "$case_said" | sed 's/^/#   /'
    done
}

skip()
{
    case_count=$((case_count + 1))
    printf 'ok %d # SKIP %s: %s\n' "$case_count" "$1" "$2"
}

# run COMMAND...: sets $status.
run()
{
    "$@" >"$tmp/out" 2>"$tmp/err" </dev/null
    status=$?
}

check_status()
{
    case_want=$1
    case_name=$2
    shift 2
    run "$@"
    if [ "$status" -eq "$case_want" ]; then
        pass "$case_name"
    else
        echo "exit status $status, not $case_want, of: $*" >"$tmp/why"
        fail "$case_name" "$tmp/why" "$tmp/out" "$tmp/err"
    fi
}

check()
{
    check_status 0 "$@"
}

check_not()
{
    case_name=$1
    shift
    run "$@"
    if [ "$status" -ne 0 ] && [ "$status" -lt 70 ]; then
        pass "$case_name"
    else
        echo "exit status $status of: $*" >"$tmp/why"
        fail "$case_name" "$tmp/why" "$tmp/out" "$tmp/err"
    fi
}

check_said()
{
    if grep -q -e "$2" "$tmp/out" "$tmp/err"; then
        pass "$1"
    else
        echo "no line has: $2" >"$tmp/why"
        fail "$1" "$tmp/why" "$tmp/out" "$tmp/err"
    fi
}

check_same()
{
    if diff -u "$3" "$2" >"$tmp/diff" 2>&1; then
        pass "$1"
    else
        fail "$1" "$tmp/diff"
    fi
}

check_empty()
{
    if [ -f "$2" ] && [ ! -s "$2" ]; then
        pass "$1"
    else
        fail "$1" "$2"
    fi
}

done_testing()
{
    echo "1..$case_count"
    [ "$case_failed" -eq 0 ]
    exit
}
