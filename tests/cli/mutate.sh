#!/bin/sh
# mutate.sh - astray test --mutate: mistakes in a rule that no case notices.
#
# The one case of kinds.test.yaml notices nothing, so that every kind of edit
# is shown; those of strict.test.yaml notice everything.
. "$srcdir/tests/lib.sh"
. "$srcdir/tests/cli/golden.sh"
cp -R "$srcdir/tests/cli/data/mutate" "$tmp/mutate" || exit 99
cd "$tmp/mutate" || exit 99

check "edits that no case notices are no failure" \
    "$ASTRAY" test --mutate --format text --color never kinds.astray
golden "every kind of edit, as it would have passed" "$tmp/out" mutate-kinds
check_said "a rule without a test is said" '2 rules have no test'
check "on a pipe" "$ASTRAY" test --mutate kinds.astray
grep -v -e '^#' -e '^ok 1 ' -e '^1\.\.1$' "$tmp/out" >"$tmp/odd"
check_empty "they are comments of TAP" "$tmp/odd"
check_status 1 "unless a share is demanded" \
    "$ASTRAY" test --mutate=50 kinds.astray

check "cases that notice everything" "$ASTRAY" test --mutate=100 strict.astray
check_said "are worth all of it" 'noticed, 0 not: 100.0 %'
check "the file is as it was" \
    cmp strict.astray "$srcdir/tests/cli/data/mutate/strict.astray"

sed 's/alerts: 1/alerts: 2/' strict.test.yaml >wrong.test.yaml
cp strict.astray wrong.astray
check_status 1 "a test that fails" "$ASTRAY" test --mutate wrong.astray
check_said "is to be mended first" 'nothing was mutated'
check_status 3 "more than all" "$ASTRAY" test --mutate=101 strict.astray
check_said "cannot be" 'a percentage from 0 to 100'
check_status 3 "no number" "$ASTRAY" test --mutate=many strict.astray
check_status 3 "junit" "$ASTRAY" test --mutate --format junit strict.astray
check_said "has no room for it" 'no form in junit'
check_status 3 "an overlay" "$ASTRAY" test --mutate --overlay x strict.astray
check_said "is not what is edited" 'as they are, without overlays'

cat >parted.astray <<'.'
rule parted {
  meta { id = "parted" severity = low title = "parted" }
  from cloudtrail
  where eventName == "Use"
    and awsRegion == "eu-west-1"
    and userAgent == "x"
    and errorCode is missing
}
.
cat >parted.test.yaml <<'.'
rule: parted
cases:
  - name: the plain case
    events:
      - {eventTime: "2026-05-01T10:00:00Z", eventID: "1", eventName: Use,
         awsRegion: eu-west-1, userAgent: x}
    expect: {alerts: 1}
.
check "an edit of two lines with one between" \
    "$ASTRAY" test --mutate --format text --color never parted.astray
cp "$tmp/out" got
cat >want <<'.'
    -  where eventName == "Use"
    +  where (eventName == "Use"
         and awsRegion == "eu-west-1"
    -    and userAgent == "x"
    -    and errorCode is missing
    +    and userAgent == "x")
.
check "shows the one between, too" "$AWK" '
    FILENAME == "want" { want = want $0 "\n"; next }
    { out = out $0 "\n" }
    END { exit !index(out, want) }' want got
done_testing
