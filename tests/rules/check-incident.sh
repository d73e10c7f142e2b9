#!/bin/sh
# check-incident.sh - the example incident: the corrected rules find the theft
# and nothing else, and the files are what their script makes.
. "$srcdir/tests/lib.sh"
pack=$srcdir/rules/aws-workload-credentials
incident=$srcdir/examples/incident

# rule, time, event name and event id of each alert, a group by the event
# that turned it.
alerts()
{
    sed -n \
        -e 's/^.*"rule":{"name":"\([^"]*\)".*"event":{"eventID":"\([^"]*\)".*$/\1 \2/p' \
        -e 's/^.*"rule":{"name":"\([^"]*\)".*"turned_by":"\([^"]*\)".*$/\1 \2/p' \
        "$1" | sort
}

check "the incident is scanned without a complaint" \
    "$ASTRAY" scan -r "$pack" \
    --rule lambda_credentials_astray \
    --rule lambda_key_in_and_out_of_runtime \
    --rule ecs_task_credentials_astray \
    --format jsonl "$incident"
alerts "$tmp/out" >"$tmp/got"
awk -F '\t' '{ print $1, $5 }' "$incident/alerts.tsv" | sort >"$tmp/want"
check_same "the alerts are the theft and nothing else" \
    "$tmp/got" "$tmp/want"
check "the rules for keys without a home are tried too" \
    "$ASTRAY" scan -r "$pack" \
    --rule lambda_worker_without_runtime --rule lambda_key_outside_aws \
    --rule chained_credentials_astray --rule workload_session_in_console \
    --format jsonl -o "$tmp/others" "$incident"
check_empty "and have nothing to add" "$tmp/others"

# contents FOLDER: every file's name and text, without the gzip around it.
contents()
{
    (cd "$1" && find AWSLogs -type f | sort | while read -r file; do
        echo "$file"
        gzip -dc "$file"
        echo
    done && cat alerts.tsv)
}

if command -v python3 >/dev/null 2>&1; then
    mkdir "$tmp/made"
    check "make.py runs" python3 "$incident/make.py" "$tmp/made"
    contents "$tmp/made" >"$tmp/made.txt"
    contents "$incident" >"$tmp/kept.txt"
    check_same "make.py makes the files that are kept" \
        "$tmp/made.txt" "$tmp/kept.txt"
else
    skip "make.py makes the files that are kept" "python3 is not installed"
fi
done_testing
