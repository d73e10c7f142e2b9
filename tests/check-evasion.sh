#!/bin/sh
# check-evasion.sh - what a thief tries, and what the shipped rules say of it:
# every verdict of evasion/NN-name/case.txt, caught or missed, is still true,
# with the events as they are, permuted and doubled, and in two gzip files.
# doc/evasion.md is made of the same cases.
. "$srcdir/tests/lib.sh"
cases=$srcdir/tests/evasion
pack=$srcdir/rules/aws-workload-credentials

if ! command -v python3 >/dev/null 2>&1; then
    skip "the evasion cases" "python3 is not installed"
    done_testing
fi
PYTHONDONTWRITEBYTECODE=1
export PYTHONDONTWRITEBYTECODE

check "make.py runs" python3 "$cases/make.py" "$tmp/made"
(cd "$cases" && cat [0-9][0-9]-*/events.jsonl) >"$tmp/kept.jsonl"
(cd "$tmp/made" && cat [0-9][0-9]-*/events.jsonl) >"$tmp/made.jsonl"
check_same "make.py makes the events that are kept" \
    "$tmp/made.jsonl" "$tmp/kept.jsonl"
(cd "$cases" && ls -d [0-9][0-9]-*) >"$tmp/kept.names"
(cd "$tmp/made" && ls -d [0-9][0-9]-*) >"$tmp/made.names"
check_same "and every case is one of its stories" \
    "$tmp/made.names" "$tmp/kept.names"

check "the pack is built" "$ASTRAY" build "$pack" -t bytecode \
    -o "$tmp/pack.astrayc"
run python3 "$cases/evasion.py" check "$ASTRAY" "$tmp/pack.astrayc" \
    "$tmp/inputs"
cp "$tmp/out" "$tmp/tests"
cp "$tmp/err" "$tmp/said"
verdicts=$status
: >"$tmp/why"
while IFS= read -r line; do
    case $line in
    "# "*) echo "${line#??}" >>"$tmp/why" ;;
    "ok - "*) pass "${line#*- }" ;;
    "not ok - "*)
        fail "${line#*- }" "$tmp/why"
        ;;
    esac
    case $line in "# "*) ;; *) : >"$tmp/why" ;; esac
done <"$tmp/tests"
want=$(($(wc -l <"$tmp/kept.names") * 3 * $(grep -c '^[a-z]' \
    "$cases/rules.txt")))
got=$(grep -c -E '^(not )?ok ' "$tmp/tests")
echo "$got verdicts of $want, exit status $verdicts" >"$tmp/count"
if [ "$got" -eq "$want" ] && [ "$verdicts" -eq 0 ]; then
    pass "all $want verdicts were looked at"
else
    fail "all $want verdicts were looked at" "$tmp/count" "$tmp/said"
fi

python3 "$cases/evasion.py" page >"$tmp/page.md" 2>"$tmp/said"
check_same "doc/evasion.md is up to date (if not: make docs)" \
    "$tmp/page.md" "$srcdir/doc/evasion.md"
done_testing
