#!/bin/sh
# check-tools.sh - the tools that judge the others can say no.
#
# A tally that adds up nothing and a layering check that looks at no file
# would both be green for ever.
. "$srcdir/tests/lib.sh"
tally=$srcdir/tests/tally
layers=$srcdir/tests/check-layers.sh
cd "$tmp" || exit 99

# results NAME LINE...: what `make check` leaves of one test program.
results()
{
    name=$1
    shift
    : >"$name.log"
    : >"$name.trs"
    for line in "$@"; do
        echo ":test-result: ${line%%:*}" >>"$name.trs"
        echo "$line" >>"$name.log"
    done
    echo ":copy-in-global-log: yes" >>"$name.trs"
}

# last_line NAME STATUS WANT FILE...: how a tally over the files ends.
last_line()
{
    name=$1
    want_status=$2
    echo "$3" >want
    shift 3
    sh "$tally" "$@" >said 2>&1
    got_status=$?
    tail -n 1 said >got
    if [ "$got_status" -eq "$want_status" ] && cmp -s got want; then
        pass "tally: $name"
    else
        echo "exit status $got_status, not $want_status" >>said
        fail "tally: $name" said
    fi
}

results good "PASS: good 1 - one" "PASS: good 2 - two"
results skips "PASS: skips 1 - one" "SKIP: skips 2 # SKIP none here"
results bad "PASS: bad 1 - one" "FAIL: bad 2 - two" \
    "ERROR: bad - exited with status 1"
results worse "FAIL: worse 1 - one" "ERROR: worse - missing test plan" \
    "ERROR: worse - exited with status 1"
results died "PASS: died 1 - one" "ERROR: died - missing test plan"
results crashed "PASS: crashed 1 - one" \
    "ERROR: crashed - exited with status 139"
results mute
last_line "adds up" 0 "4 passed, 0 failed" good.trs good.trs
last_line "counts the skipped" 0 "3 passed, 0 failed, 1 skipped" \
    good.trs skips.trs
last_line "a failed case is one failure" 1 "3 passed, 1 failed" \
    good.trs bad.trs
last_line "each trouble of a program counts" 1 "2 passed, 2 failed" \
    good.trs worse.trs
last_line "a program without a plan fails" 1 "3 passed, 1 failed" \
    good.trs died.trs
last_line "a program that crashed at its end fails" 1 "3 passed, 1 failed" \
    crashed.trs good.trs
last_line "a program without a case fails" 1 "2 passed, 1 failed" \
    mute.trs good.trs
last_line "a program without a result fails" 1 "2 passed, 1 failed" \
    good.trs gone.trs
last_line "no test at all fails" 1 "0 passed, 0 failed"

# tree: a small source tree that keeps the rules.
tree()
{
    rm -rf tree
    mkdir -p tree/common tree/program tree/compiler tree/runtime tree/cli
    printf 'x += \\\n\t%%D%%/a.h\t%%D%%/a.c \\\n\t%%D%%/b.h\n' |
        tee tree/common/local.mk tree/compiler/local.mk >tree/runtime/local.mk
    : >tree/program/local.mk
    : >tree/cli/local.mk
    for dir in common compiler runtime; do
        : >tree/$dir/a.h
        echo "#include \"$dir/a.h\"" >tree/$dir/a.c
        echo "#include \"$dir/a.h\"" >tree/$dir/b.h
    done
    echo '#include "common/b.h"' >>tree/runtime/a.c
}

tree
check "layers: takes a tree that keeps the rules" sh "$layers" tree
tree
echo '#include "common/b.h"' >>tree/common/a.c
check_status 1 "layers: a file above includes one below" sh "$layers" tree
tree
echo '# include "compiler/a.h"' >>tree/runtime/a.c
check_status 1 "layers: the runtime includes the compiler" sh "$layers" tree
tree
echo '#include "runtime/a.h"' >>tree/compiler/b.h
check_status 1 "layers: the compiler includes the runtime" sh "$layers" tree
tree
printf 'x = %%D%%/main.c\n' >tree/cli/local.mk
echo '#include "runtime/a.h"' >tree/cli/main.c
check_status 1 "layers: the command includes the runtime" sh "$layers" tree
tree
: >tree/program/stray.c
check_status 1 "layers: a file stands in no local.mk" sh "$layers" tree
tree
echo '#include "a.h"' >>tree/common/a.c
check_status 1 "layers: an include without its folder" sh "$layers" tree
rm -rf tree
mkdir tree
check_status 1 "layers: a tree without files" sh "$layers" tree
done_testing
