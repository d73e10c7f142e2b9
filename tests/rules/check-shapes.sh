#!/bin/sh
# check-shapes.sh - the sample events give the alerts that were worked out by
# hand, in whatever order, file and shape they come.
. "$srcdir/tests/lib.sh"
pack=$srcdir/rules/aws-workload-credentials
data=$srcdir/tests/data/synthetic
real=$srcdir/../shared/data/invictus/AWSLogs

# alerts FILE: rule and event of each alert, a group by the event that turned
# it.  The event ids of the sample all begin alike; their ends are enough.
alerts()
{
    sed -n \
        -e 's/^.*"rule":{"name":"\([^"]*\)".*"event":{"eventID":"[^"]*\([^"][^"]\)".*$/\1 \2/p' \
        -e 's/^.*"rule":{"name":"\([^"]*\)".*"turned_by":"[^"]*\([^"][^"]\)".*$/\1 \2/p' \
        "$1" | sort
}

# without_source FILE: the alerts but for where they came from.
without_source()
{
    sed 's/,"source":{[^{}]*}//' "$1"
}

# scan INPUT: the alerts of all rules, in $tmp/found.
scan()
{
    "$ASTRAY" scan -r "$pack" --list aws_ranges="$data/aws-ranges.txt" \
        --format jsonl "$1" >"$tmp/found" 2>"$tmp/said" </dev/null
}

cat >"$tmp/want" <<'END'
ecs_task_credentials_astray 16
elastic_lambda_reference KA
elastic_lambda_reference KB
lambda_credentials_astray 08
lambda_credentials_astray 09
lambda_credentials_astray 0a
lambda_credentials_astray 0b
lambda_credentials_astray 12
lambda_key_in_and_out_of_runtime 08
lambda_key_in_and_out_of_runtime 12
secureworks_lambda_reference 05
secureworks_lambda_reference 07
secureworks_lambda_reference 08
secureworks_lambda_reference 09
secureworks_lambda_reference 0a
secureworks_lambda_reference 0b
secureworks_lambda_reference 11
secureworks_lambda_reference 12
END
# An hour's group has no event that turned it: its key names it.
sed -e 's/ KA$/ ASIASYNTHLAMBDAA0001/' -e 's/ KB$/ ASIASYNTHLAMBDAB0001/' \
    "$tmp/want" | sort >"$tmp/want.sorted"

# found: what $tmp/found holds, in the form of $tmp/want.sorted.
found()
{
    grep -v '"name":"elastic_lambda_reference"' "$tmp/found" >"$tmp/events"
    alerts "$tmp/events" >"$tmp/got"
    sed -n 's/^.*"rule":{"name":"\(elastic_lambda_reference\)".*"access_key":"\([^"]*\)".*$/\1 \2/p' \
        "$tmp/found" >>"$tmp/got"
    sort -o "$tmp/got" "$tmp/got"
}

scan "$data/shapes.json"
if [ $? -eq 0 ]; then
    pass "the sample is scanned without a complaint"
else
    fail "the sample is scanned without a complaint" "$tmp/said"
fi
found
check_same "the alerts are those worked out by hand" \
    "$tmp/got" "$tmp/want.sorted"
without_source "$tmp/found" >"$tmp/first"

if command -v python3 >/dev/null 2>&1; then
    mkdir "$tmp/shapes"
    python3 "$srcdir/tests/rules/shapes.py" "$data/shapes.json" \
        "$tmp/shapes" || exit 99
    for input in "$tmp/shapes"/*; do
        scan "$input"
        status=$?
        without_source "$tmp/found" >"$tmp/this"
        if [ "$status" -ne 0 ]; then
            fail "the same from ${input##*/}" "$tmp/said"
        else
            check_same "the same from ${input##*/}" "$tmp/this" "$tmp/first"
        fi
    done
    gzip -dc "$tmp/shapes/packed.json.gz" >"$tmp/plain"
    "$ASTRAY" scan -r "$pack" --list aws_ranges="$data/aws-ranges.txt" \
        --format jsonl - <"$tmp/plain" >"$tmp/found" 2>"$tmp/said"
    without_source "$tmp/found" >"$tmp/this"
    check_same "the same from standard input" "$tmp/this" "$tmp/first"
else
    skip "other orders, files and shapes" "python3 is not installed"
fi

# 2,900 records of a real account, of many services, with no Lambda worker
# and no task: nothing to find, and every record must be understood.
if [ -d "$real" ]; then
    for list in "$pack/data/ip-ranges.json" "$data/aws-ranges.txt"; do
        "$ASTRAY" scan -r "$pack" --list aws_ranges="$list" --format jsonl \
            --stats "$tmp/stats" "$real" >"$tmp/found" 2>"$tmp/said"
        if [ $? -eq 0 ]; then
            pass "real records, ${list##*/}: all are judged"
        else
            fail "real records, ${list##*/}: all are judged" "$tmp/said"
        fi
        check "real records, ${list##*/}: none is set aside" \
            grep -q '"judged": *2900, *"set_aside": *0,' "$tmp/stats"
        check_empty "real records, ${list##*/}: no alert" "$tmp/found"
    done
else
    skip "real records" "../shared/data is not there"
fi
done_testing
