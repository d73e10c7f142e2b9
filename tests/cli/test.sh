#!/bin/sh
# test.sh - rule tests: what passes, what fails, and what is no test at all.
#
# A test runner that can't fail is worse than none, so most cases here are
# tests that must fail.
. "$srcdir/tests/lib.sh"
. "$srcdir/tests/cli/golden.sh"
cd "$srcdir/tests/cli/data/tests" || exit 99

check "tests that hold" "$ASTRAY" test plain.test.yaml
golden "are TAP on a pipe" "$tmp/out" test-tap
check_empty "and nothing is said" "$tmp/err"
check "by the name of the rule's file" "$ASTRAY" test plain.astray
check "as text" "$ASTRAY" test --format text --color never plain.test.yaml
golden "for people" "$tmp/out" test-text
check "some of them" "$ASTRAY" test --run 'inline' plain.test.yaml
check_said "are chosen by --run" '^1\.\.2$'
check_status 3 "--run that matches nothing" \
    "$ASTRAY" test --run nothing plain.test.yaml
check_status 3 "--run that is no expression" "$ASTRAY" test --run '(' .

check_status 1 "tests that do not hold" "$ASTRAY" test fails.test.yaml
golden "say what was expected and what came" "$tmp/out" test-fails
check_status 3 "an event file that is not there" "$ASTRAY" test gone.test.yaml
check_status 1 "events that could not be judged" "$ASTRAY" test junk.test.yaml
check_status 2 "rules that do not compile" "$ASTRAY" test broken.test.yaml
check_status 3 "a rule that is not there" "$ASTRAY" test norule.test.yaml
check_said "one that is near" 'did you mean `root_login`'
check_status 3 "a file that is no test" "$ASTRAY" test ../plain.jsonl
check_status 3 "a test that is not there" "$ASTRAY" test nowhere.test.yaml
mkdir "$tmp/none"
check_status 3 "a folder without tests" "$ASTRAY" test "$tmp/none"

# A pack is compiled as a whole and only the named rule judges.
mkdir -p "$tmp/pack/rules"
echo "name: example" >"$tmp/pack/pack.yaml"
cp plain.astray "$tmp/pack/rules/plain.astray"
{
    echo 'import "rules/plain"'
    sed 's/root_login/other/; /^param/d; /^list/d' plain.astray
} >"$tmp/pack/rules/other.astray"
sed 's/root_login/other/' plain.test.yaml >"$tmp/pack/rules/other.test.yaml"
mkdir "$tmp/pack/rules/fixtures"
cp fixtures/two.jsonl "$tmp/pack/rules/fixtures"
cp plain.test.yaml "$tmp/pack/rules"
cp ../plain.jsonl "$tmp/pack"
sed 's/root_login/warned/' ../warning.astray >"$tmp/pack/rules/warned.astray"
check "a pack's tests" "$ASTRAY" test "$tmp/pack"
check_empty "warnings are for \`check\` to say" "$tmp/err"

# What an alert of a sequence shows can be expected like the rest.
cat >"$tmp/steps.astray" <<'END'
rule steps {
  from cloudtrail
  sequence by account = recipientAccountId maxspan 1h
    [where eventName == "One"] [where eventName == "Two"]
}
END
cat >"$tmp/steps.test.yaml" <<'END'
rule: steps
cases:
  - name: both
    events:
      - {eventTime: "2026-05-01T10:00:00Z", eventID: a, eventName: One, recipientAccountId: "111122223333"}
      - {eventTime: "2026-05-01T10:01:00Z", eventID: b, eventName: Two, recipientAccountId: "111122223333"}
    expect:
      where: [{eventID: b, account: "111122223333", start: "2026-05-01T10:00:00Z", events: [a, b]}]
END
check "a chain's key, start and events" "$ASTRAY" test "$tmp/steps.test.yaml"
sed 's/events: \[a, b\]/events: [b, b]/' "$tmp/steps.test.yaml" \
    >"$tmp/other.test.yaml"
mv "$tmp/other.test.yaml" "$tmp/steps.test.yaml"
check_status 1 "and others are not" "$ASTRAY" test "$tmp/steps.test.yaml"

# bad NAME TEXT: the test file $yaml is refused with 3 and TEXT.
yaml=$tmp/plain.test.yaml
bad()
{
    run "$ASTRAY" test "$yaml"
    if [ "$status" -eq 3 ] && grep -qF -e "$2" "$tmp/err"; then
        pass "$1"
    else
        echo "status $status, not 3, or not said: $2" >"$tmp/why"
        fail "$1" "$tmp/why" "$tmp/err"
    fi
}
cp plain.astray "$tmp"
case='{name: x, events: [], expect: {alerts: 0}}'
echo "rul: root_login" >"$yaml"
bad "a misspelt key" 'did you mean `rule`?'
printf 'rule: root_login\nrule: root_login\n' >"$yaml"
bad "a key that is given twice" 'plain.test.yaml:2:1'
echo "{rule: root_login, cases: [&a $case]}" >"$yaml"
bad "an anchor" 'anchors'
echo "{rule: root_login, cases: [*a]}" >"$yaml"
bad "an alias" 'aliases'
echo "{rule: !!str root_login, cases: [$case]}" >"$yaml"
bad "a tag" 'tags'
printf 'rule: x\n---\nrule: y\n' >"$yaml"
bad "two documents" 'a second document'
printf 'rule: "a\\0b"\n' >"$yaml"
bad "a NUL" 'a NUL'
printf 'rule: \377\n' >"$yaml"
bad "bytes that are no text" 'not UTF-8'
printf 'rule: [\n' >"$yaml"
bad "no YAML at all" 'plain.test.yaml:'
: >"$yaml"
bad "an empty file" 'a map with `rule` and `cases`'
echo "rule: root_login" >"$yaml"
bad "no cases" 'no `cases`'
echo "cases: [$case]" >"$yaml"
bad "no rule" 'no `rule`'
echo "{rule: root_login, cases: []}" >"$yaml"
bad "an empty list of cases" 'cases'
echo "{rule: root_login, cases: [{events: [], expect: {alerts: 0}}]}" >"$yaml"
bad "no name" 'no `name`'
echo "{rule: root_login, cases: [{name: x, expect: {alerts: 0}}]}" >"$yaml"
bad "no events" 'no `events`'
echo "{rule: root_login, cases: [{name: x, events: []}]}" >"$yaml"
bad "no expectation" 'no `expect`'
echo "{rule: root_login, cases: [{name: x, events: [], expect: {}}]}" >"$yaml"
bad "an expectation of nothing" 'expects nothing'
echo "{rule: root_login, cases: [{name: x, events: [], expect: {alert: 0}}]}" >"$yaml"
bad "a misspelt expectation" 'did you mean `alerts`?'
echo "{rule: root_login, cases: [{name: x, events: [], expect: {alerts: -1}}]}" >"$yaml"
bad "a count that is none" 'whole number'
awk 'BEGIN { for (i = 0; i < 40; i++) printf "["; print "" }' >"$yaml"
bad "40 lists inside each other" 'too much inside each other'
awk 'BEGIN { for (i = 0; i < 6000; i++)
    print "# a comment of more than forty characters, all the same" }' >"$yaml"
bad "more than 256 KiB" 'more than 256 KiB'
done_testing
