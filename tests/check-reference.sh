#!/bin/sh
# check-reference.sh - the reference evaluator gives the alerts of every golden
# match case, of the shipped pack over its fixtures, the sample events and the
# example incident, in all members that follow from the language.
#
# What is compared are the alerts of `astray scan`; that those of a golden case
# are the kept ones is check-golden.sh's to say.
. "$srcdir/tests/lib.sh"
reference=$srcdir/tests/reference
pack=$srcdir/rules/aws-workload-credentials
synthetic=$srcdir/tests/data/synthetic

# The bytecode of the reference stays out of the tree.
PYTHONDONTWRITEBYTECODE=1
export PYTHONDONTWRITEBYTECODE

if ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 9))' \
    >/dev/null 2>&1; then
    skip "the reference evaluator" "no python3 of version 3.9 or later"
    done_testing
fi

# agree NAME RULES INPUT [OPTION...]: a case in which engine and reference must
# give one answer; all are judged by one run of the reference.
agree_count=0
agree()
{
    agree_count=$((agree_count + 1))
    agree_name=$1
    agree_rules=$2
    agree_input=$3
    shift 3
    "$ASTRAY" scan -r "$agree_rules" -q --format jsonl "$@" "$agree_input" \
        >"$tmp/alerts.$agree_count" 2>/dev/null </dev/null
    {
        printf '%s\t-r\t%s' "$agree_name" "$agree_rules"
        [ $# -eq 0 ] || printf '\t%s' "$@"
        printf '\t%s\t%s\n' "$tmp/alerts.$agree_count" "$agree_input"
    } >>"$tmp/cases"
}

# A million pairs of elements are a bound on the engine's work, not a meaning.
for file in "$srcdir"/tests/golden/match/*.events.jsonl; do
    base=${file%.events.jsonl}
    name=${base##*/}
    if [ "$name" = costly ]; then
        continue
    fi
    set --
    if [ -f "$base.args" ]; then
        while IFS= read -r option; do
            set -- "$@" "$option"
        done <"$base.args"
    fi
    [ ! -f "$base.overlay" ] || set -- "$@" --overlay "$base.overlay"
    agree "golden case $name" "$base.astray" "$file" "$@"
done

echo 192.0.2.0/24 >"$tmp/ranges.txt"
for file in "$pack"/fixtures/*.jsonl; do
    agree "shipped pack over ${file##*/}" "$pack" "$file" \
        --list aws_ranges="$tmp/ranges.txt"
done
agree "shipped pack over the sample events" "$pack" "$synthetic/shapes.json" \
    --list aws_ranges="$synthetic/aws-ranges.txt"
agree "shipped pack over the example incident" "$pack" \
    "$srcdir/examples/incident/AWSLogs"

check "the reference runs" python3 "$reference/compare.py" --cases "$tmp/cases"
cp "$tmp/out" "$tmp/judged"
while read -r verdict name; do
    case $verdict in
    same)
        pass "$name"
        ;;
    differs)
        sed -n "/^differs $name\$/,/^[sd]/p" "$tmp/judged" >"$tmp/why"
        fail "$name" "$tmp/why"
        ;;
    esac
done <"$tmp/judged"
[ "$(grep -c '^same \|^differs ' "$tmp/judged")" -eq "$agree_count" ] ||
    fail "every case is judged"

# A difference is seen.
join=$srcdir/tests/golden/match/join
sed '$d' "$join.alerts.jsonl" >"$tmp/fewer"
check_status 1 "an alert that is gone is a difference" \
    python3 "$reference/compare.py" -r "$join.astray" "$tmp/fewer" \
    "$join.events.jsonl"
check_said "it is shown" "the first more is"
sed 's/"severity":"high"/"severity":"low"/' "$join.alerts.jsonl" >"$tmp/other"
check_status 1 "another severity is a difference" \
    python3 "$reference/compare.py" -r "$join.astray" "$tmp/other" \
    "$join.events.jsonl"
# New terms, without the engine: the first 10 s teach, k2 is
# new, k1 is known, then forgotten; an excluded event has been seen all the same.
cat >"$tmp/new.astray" <<'END'
rule first_seen {
  from cloudtrail
  where eventName == "Get"
  new_terms by key = userIdentity.accessKeyId history 10s
  exclude drill when userAgent == "drill" reason "a drill"
}
END
for event in 00:K1 05:K1 10:K2 10:K1 15:K1 20:K2 25:K1 36:K1 40:K3:drill 41:K3; do
    second=${event%%:*}
    key=${event#*:}
    echo "{\"eventTime\":\"2026-05-01T10:00:${second}Z\",\"eventName\":\"Get\"," \
        "\"eventID\":\"$event\",\"userAgent\":\"${key#*:}\"," \
        "\"userIdentity\":{\"accessKeyId\":\"${key%%:*}\"}}"
done >"$tmp/new.jsonl"
check "new terms are judged" python3 "$reference/reference.py" \
    -r "$tmp/new.astray" "$tmp/new.jsonl"
sed 's/.*"eventID":"\([^"]*\)".*/\1/' "$tmp/out" >"$tmp/found"
printf '%s\n' 10:K2 36:K1 >"$tmp/want"
check_same "what is new, and nothing else" "$tmp/found" "$tmp/want"

check "the command prints alerts" python3 "$reference/reference.py" \
    -r "$join.astray" "$join.events.jsonl"
check_said "those of the case" '"rule":{"name":"away","version":1'
done_testing
