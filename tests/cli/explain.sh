#!/bin/sh
# explain.sh - why a rule fired for an event, or why not.
#
# A wrong explanation is worse than none: whoever reads it acts on it.  So what
# it says of each way in which an event can miss an alert is kept, and what it
# says of the verdict is compared with what a scan finds, of all events.
. "$srcdir/tests/lib.sh"
. "$srcdir/tests/cli/golden.sh"
cd "$srcdir" || exit 99
data=tests/cli/data/explain
rules=rules/aws-workload-credentials

# The explanation of one event of the small log: RULE EVENT GOLDEN
kept()
{
    check "$1, $2" "$ASTRAY" explain -r $data/away.astray "$1" \
        --event "$2" $data/log.jsonl
    golden "$1, $2: is explained" "$tmp/out" "explain-$2"
}

kept away away-0001
kept away away-same-second
kept away away-late
kept away away-before
kept away away-forgotten
kept away away-other-key
kept away away-no-key
kept away away-office
kept away away-proxy
kept away away-evil
kept away home-0001
kept away twin
kept buckets vault-yes
kept buckets vault-again
kept buckets vault-no
kept refused no-2
kept refused no-3

# What the whole log decides: new terms and sequences.
late()
{
    check "$1, $2" "$ASTRAY" explain -r $data/late.astray "$1" \
        --event "$2" $data/late.jsonl
    golden "$1, $2: is explained" "$tmp/out" "explain-$2"
}
late new_place elsewhere
late new_place back-late
late new_place known-again
late new_place new-office
late look_and_take take
late look_and_take take-tagged
late look_and_take take-ended
late look_and_take who

# What an overlay has added is explained, and counted, like the rest.
check "under an overlay" "$ASTRAY" explain -r $data/away.astray away \
    --overlay $data/tuned.overlay --event away-0001 $data/log.jsonl
golden "under an overlay: is explained" "$tmp/out" explain-tuned
sed 's/"111122223333" reason/"444455556666" reason/' $data/tuned.overlay \
    >"$tmp/other.overlay"
check "what it requires" "$ASTRAY" explain -r $data/away.astray away \
    --overlay "$tmp/other.overlay" --event away-0001 $data/log.jsonl
check_said "decides" '^no alert: `require` is not true'
sed 's/ and ip(sourceIPAddress) in offices//' $data/tuned.overlay \
    >"$tmp/wider.overlay"
check "what it excludes" "$ASTRAY" explain -r $data/away.astray away \
    --overlay "$tmp/wider.overlay" --event away-0001 $data/log.jsonl
check_said "decides, too" '^no alert: excluded by `drill`: a drill'
check "coverage under an overlay" "$ASTRAY" test --coverage --format tap \
    --overlay $data/tuned.overlay $data/away.test.yaml
golden "coverage has what it adds" "$tmp/out" explain-coverage-tuned

# What a log says is never passed on as it is.
LC_ALL=C tr -d '\n\040-\176' <"$srcdir/tests/cli/golden/explain-away-evil.txt" \
    >"$tmp/odd"
check_empty "what an attacker wrote is escaped" "$tmp/odd"

# The shipped rules and the example incident.
incident()
{
    check "$2 of the incident" "$ASTRAY" explain -r $rules "$1" --event "$3" \
        examples/incident
    golden "$2 of the incident: is explained" "$tmp/out" "explain-incident-$2"
}
incident lambda_credentials_astray theft cd27598f-8e4d-4808-942e-c541563cbd59
incident lambda_credentials_astray gateway 8d1ec736-e4df-4879-831b-4268552ee363
incident lambda_key_in_and_out_of_runtime mixed \
    5f483686-0980-45a2-b9b6-c53d211c8453

# JSON, and all of it.
check "as JSON" "$ASTRAY" explain -r $data/away.astray away --format json \
    --event away-other-key $data/log.jsonl
golden "as JSON: is explained" "$tmp/out" explain-json
check "with all conditions" "$ASTRAY" explain --all -r $data/away.astray away \
    --event away-same-second $data/log.jsonl
golden "with all conditions: is explained" "$tmp/out" explain-all

# A compiled pack has no source.
check "a pack is built" "$ASTRAY" build -o "$tmp/away.astrayc" \
    $data/away.astray
check "of a pack, whole clauses" "$ASTRAY" explain -r "$tmp/away.astrayc" \
    away --event away-0001 $data/log.jsonl
golden "of a pack: is explained" "$tmp/out" explain-pack

# A pack is the same, whoever was asked what before.
check "explaining leaves a pack as it is" "$ASTRAY" build \
    -o "$tmp/again.astrayc" $data/away.astray
check "byte for byte" cmp "$tmp/away.astrayc" "$tmp/again.astrayc"

# Standard input; a parameter or list that is replaced counts.
printf '203.0.113.0/24\n' >"$tmp/offices.txt"
"$ASTRAY" explain -r $data/away.astray refused --event no-2 \
    --list offices="$tmp/offices.txt" --list offices+="$tmp/offices.txt" - \
    <$data/log.jsonl >"$tmp/out" 2>"$tmp/err"
check_said "standard input" '^ALERT'
printf '198.51.100.0/24\n' >"$tmp/offices.txt"
check "another list" "$ASTRAY" explain -r $data/away.astray refused \
    --event no-2 --list offices="$tmp/offices.txt" $data/log.jsonl
check_said "another verdict" '^no alert: excluded by `office`'

# What is not there.
check_status 1 "an event that is not there" "$ASTRAY" explain \
    -r $data/away.astray away --event away-offcie $data/log.jsonl
check_said "is said, with one that is" 'did you mean away-office'
check_status 1 "an event that is like none" "$ASTRAY" explain \
    -r $data/away.astray away --event zzzzzzzzzzzz $data/log.jsonl
check_status 3 "a rule that is not there" "$ASTRAY" explain \
    -r $data/away.astray awya --event away-0001 $data/log.jsonl
check_said "is said, with one that is" 'did you mean `away`'
check_status 3 "no rule" "$ASTRAY" explain -r $data/away.astray --event x
check_status 3 "no event" "$ASTRAY" explain -r $data/away.astray away \
    $data/log.jsonl
check_status 3 "no rules" "$ASTRAY" explain away --event x $data/log.jsonl
check_status 2 "rules that do not compile" "$ASTRAY" explain \
    -r tests/cli/data/tests/broken.astray away --event x $data/log.jsonl
check "codes are explained as ever" "$ASTRAY" explain E0204

# Each event of the log: the explanation and a scan agree.
: >"$tmp/told"
# agree RULES LOG RULE - what is told goes to told, what is found is printed.
agree()
{
    for event in $(grep -o '"eventID": "[^"]*"' "$2" |
        sed 's/.*: "//; s/"//' | sort -u); do
        "$ASTRAY" explain -r "$1" "$3" --event "$event" "$2" 2>/dev/null |
            sed -n "s/^ALERT:.*/$3 $event/p" >>"$tmp/told"
    done
    "$ASTRAY" scan -r "$1" --rule "$3" --quiet --format jsonl "$2" </dev/null |
        sed 's/.*"eventID":"\([^"]*\)".*/'"$3"' \1/' | sort
}
{
    agree $data/away.astray $data/log.jsonl away
    agree $data/away.astray $data/log.jsonl buckets
    agree $data/late.astray $data/late.jsonl new_place
    agree $data/late.astray $data/late.jsonl look_and_take
} >"$tmp/found"
check_same "explanations and a scan agree" "$tmp/told" "$tmp/found"

# ---- coverage ---------------------------------------------------------------
check "coverage" "$ASTRAY" test --coverage --format tap $data/away.test.yaml
golden "says what was never true or false" "$tmp/out" explain-coverage
check_status 1 "too little of it" "$ASTRAY" test --coverage=95 \
    $data/away.test.yaml
check_said "is said" 'the coverage is below 95%'
check "enough of it" "$ASTRAY" test --coverage=40 $data/away.test.yaml
for bad in x 101 -1 4x; do
    check_status 3 "--coverage=$bad" "$ASTRAY" test --coverage=$bad \
        $data/away.test.yaml
done
check_status 3 "not of native code" "$ASTRAY" test --coverage --native x.so \
    $data/away.test.yaml
check "beside JUnit" "$ASTRAY" test --coverage --format junit \
    $data/away.test.yaml
check_said "it goes to standard error" '^coverage: '
check "all shipped rules" "$ASTRAY" test --coverage=99 --format tap $rules
grep '^# [nco]' "$tmp/out" >"$tmp/shown"
golden "the shipped pack's coverage" "$tmp/shown" explain-coverage-pack

# ---- cases that fail --------------------------------------------------------
mkdir "$tmp/fails"
cp $data/log.jsonl $data/fails.test.yaml "$tmp/fails"
cp $data/away.astray "$tmp/fails/fails.astray"
cd "$tmp/fails" || exit 99
check_status 1 "cases that fail" "$ASTRAY" test --format text --color never \
    fails.test.yaml
golden "are explained" "$tmp/out" explain-fails
done_testing
