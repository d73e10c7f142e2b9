#!/bin/sh
# check-sigma.sh - `astray import sigma`: what comes out is what is kept, and
# finds what the Sigma rule finds.
#
#     NAME.yml      one Sigma rule or several
#     NAME.astray   what becomes of it, and NAME.report.json
#     NAME.jsonl    events; those that are to be found are called "yes..."
#
# With BLESS=1 in the environment what was got is kept from now on.
. "$srcdir/tests/lib.sh"
rules=$srcdir/tests/sigma
cd "$rules" || exit 99 # so that no path of this machine is in a report

# kept NAME GOT FILE: file GOT is tests/sigma/FILE.
kept()
{
    if [ -n "$BLESS" ]; then
        cp "$2" "$3"
    fi
    check_same "$1" "$2" "$3"
}

# import_one NAME: into $tmp/NAME.astray, with its report.
import_one()
{
    run "$ASTRAY" import sigma "$1.yml" -o "$tmp/$1.astray" \
        --report "$tmp/$1.report.json"
}

count=0
for file in *.yml; do
    name=${file%.yml}
    [ -f "$name.jsonl" ] || continue
    count=$((count + 1))
    import_one "$name"
    [ "$status" -eq 0 ] || fail "$name is imported" "$tmp/err"
    kept "$name: the rules" "$tmp/$name.astray" "$name.astray"
    kept "$name: the report" "$tmp/$name.report.json" "$name.report.json"
    check "$name: they are in style" "$ASTRAY" fmt --check "$tmp/$name.astray"
    check "$name: they compile" "$ASTRAY" check --fail-level error \
        "$tmp/$name.astray"
    python3 judge.py "$ASTRAY" "$tmp/$name.astray" "$name.jsonl" \
        >"$tmp/differs" 2>&1
    check_empty "$name: they find what they should" "$tmp/differs"
done
check "there are more than ten of them" test "$count" -gt 10

# ---- what is refused -----------------------------------------------------

check_status 1 "rules whose meaning cannot be kept" "$ASTRAY" import sigma \
    refused.yml --message-format short --report "$tmp/report.json"
check_empty "none of them comes out" "$tmp/out"
kept "and it is said why" "$tmp/err" refused.txt
kept "in the report, too" "$tmp/report.json" refused.report.json
check_status 1 "one of several is refused" "$ASTRAY" import sigma refused.yml \
    negation.yml -o "$tmp/some.astray"
check_same "the other is there" "$tmp/some.astray" negation.astray

# ---- where it comes from and goes to ---------------------------------------

"$ASTRAY" import sigma - <meta.yml >"$tmp/stdout" 2>"$tmp/err"
check_same "from standard input to standard output" "$tmp/stdout" meta.astray
mkdir "$tmp/in" "$tmp/in/more"
cp texts.yml meta.yml "$tmp/in"
cp event_count.yml "$tmp/in/more/e.yaml"
echo "no rule" >"$tmp/in/readme.txt"
check "a folder into a folder" "$ASTRAY" import sigma "$tmp/in" -o "$tmp/set/"
(cd "$tmp/set" && ls) >"$tmp/got"
cat >"$tmp/want" <<'END'
everything_a_rule_says_of_itself_quotes_and_more_at_length.astray
many_refused_calls_of_one_session.astray
n42_n_c_d.astray
new_terms_rule.astray
new_terms_rule_2.astray
policy_widened_from_a_script.astray
END
check_same "a file for each rule" "$tmp/got" "$tmp/want"
check "which compile together" "$ASTRAY" check --fail-level error "$tmp/set"
check "and are in style" "$ASTRAY" fmt --check "$tmp/set"
check "again, over what is there" "$ASTRAY" import sigma "$tmp/in" \
    -o "$tmp/set"
check "all of it into one file" "$ASTRAY" import sigma "$tmp/in" \
    -o "$tmp/all.astray"
check "which compiles" "$ASTRAY" check --fail-level error "$tmp/all.astray"
printf 'title: A\r\nlogsource:\r\n  product: aws\r\n  service: cloudtrail\r\ndetection:\r\n  s:\r\n    eventName: B\r\n  condition: s\r\n---\r\n' \
    >"$tmp/crlf.yml"
check "lines of another system" "$ASTRAY" import sigma "$tmp/crlf.yml"
check_said "are read" 'lower(eventName) == "b"'
: >"$tmp/empty.yml"
check "an empty file" "$ASTRAY" import sigma "$tmp/empty.yml"
check_empty "holds no rule" "$tmp/out"

check_status 3 "no file" "$ASTRAY" import sigma
check_status 3 "another language" "$ASTRAY" import yara "$rules/meta.yml"
check_status 3 "a file that is not there" "$ASTRAY" import sigma nowhere.yml \
    meta.yml -o "$tmp/partial.astray"
check_not "then nothing is written" test -e "$tmp/partial.astray"
check_status 3 "a folder without rules" "$ASTRAY" import sigma "$tmp/set"
check_status 3 "no place to write to" "$ASTRAY" import sigma meta.yml \
    -o "$tmp/nowhere/x.astray"

# ---- bounds -------------------------------------------------------------------

# many COUNT LINE: a rule whose `selection` is as many times the line.
many()
{
    printf 'title: Many\nlogsource: {product: aws, service: cloudtrail}\n'
    printf 'detection:\n    condition: selection\n    selection:\n'
    "$AWK" -v count="$1" -v line="$2" 'BEGIN {
        for (i = 0; i < count; i++) printf line "\n", i }'
}
many 400 '        - eventName: a%d' >"$tmp/many.yml"
check "many maps" "$ASTRAY" import sigma "$tmp/many.yml"
many 401 '        - eventName: a%d' >"$tmp/many.yml"
check_status 1 "too many" "$ASTRAY" import sigma "$tmp/many.yml"
check_said "are said to be" 'more than 400 conditions'
{ many 0 '' && printf '        eventName:\n' &&
    "$AWK" 'BEGIN { for (i = 0; i < 10000; i++) print "        - a" i }'
} >"$tmp/many.yml"
check "many values" "$ASTRAY" import sigma "$tmp/many.yml"
echo '        - one more' >>"$tmp/many.yml"
check_status 1 "too many values" "$ASTRAY" import sigma "$tmp/many.yml"
check_said "are said to be, too" 'at most 10000 values'
{ many 1 '        eventName: a' | sed '/condition:/d' &&
    printf '    condition: ' &&
    "$AWK" 'BEGIN { for (i = 0; i < 60; i++) printf "not "; print "selection" }'
} >"$tmp/deep.yml"
check_status 1 "too deep a condition" "$ASTRAY" import sigma "$tmp/deep.yml"
check_said "is refused" 'too much inside each other'

# 10,000 documents, most of which are nothing, and one more.
{ printf 'title: Last\nlogsource: {product: aws, service: cloudtrail}\n'
    printf 'detection: {s: {eventName: A}, condition: s}\n'
    "$AWK" 'BEGIN { for (i = 1; i < 10000; i++) print "---" }'
} >"$tmp/full.yml"
check "10,000 documents" "$ASTRAY" import sigma "$tmp/full.yml"
echo "---" >>"$tmp/full.yml"
check_status 3 "one more" "$ASTRAY" import sigma "$tmp/full.yml"
check_said "is said to be too many" 'more than 10000 rules'
"$AWK" 'BEGIN { for (i = 0; i < 3000; i++) {
    print "title: The same\nlogsource: {product: aws, service: cloudtrail}"
    print "detection: {s: {eventName: A" i "}, condition: s}\n---" } }' \
    >"$tmp/same.yml"
check "many rules of one title" "$ASTRAY" import sigma "$tmp/same.yml"
check_said "have numbers" '^rule the_same_3000 {'

# ---- the same by another way -----------------------------------------------------

if python3 "$rules/match.py" "$ASTRAY" 300 7 >"$tmp/differs" 2>&1; then
    pass "a matcher written from the specification finds the same"
else
    fail "a matcher written from the specification finds the same" \
        "$tmp/differs"
fi

# ---- the page -----------------------------------------------------------------------

for name in $(sed -n 's/^AS_SIGMA_MODIFIER("\([a-z0-9]*\)".*/\1/p' \
    "$srcdir/cli/sigma_modifiers.def"); do
    grep -q "^| \`$name\`.* |" "$srcdir/doc/sigma.md" || echo "$name"
done >"$tmp/missing"
check_empty "doc/sigma.md has every modifier" "$tmp/missing"

# Its example is what comes out, and its commands run.
"$AWK" '/^```yaml$/ { on = 1; next } /^```$/ { on = 0 } on' \
    "$srcdir/doc/sigma.md" >"$tmp/example.yml"
"$AWK" '/^```astray$/ { on = 1; next } /^```$/ { on = 0 } on' \
    "$srcdir/doc/sigma.md" >"$tmp/example.astray"
check "its example is imported" "$ASTRAY" import sigma "$tmp/example.yml"
check_same "and becomes what stands there" "$tmp/out" "$tmp/example.astray"
mkdir "$tmp/page" "$tmp/page/rules" "$tmp/bin"
cp texts.yml temporal.yml "$tmp/page/rules"
ln -s "$ASTRAY" "$tmp/bin/astray"
"$AWK" '/^```sh$/ { on = 1; next } /^```$/ { on = 0 } on' \
    "$srcdir/doc/sigma.md" >"$tmp/commands"
check "it has commands" grep -q 'astray import sigma' "$tmp/commands"
check "and they run" sh -ec 'cd "$1"; PATH=$2:$PATH; . "$3"' sh \
    "$tmp/page" "$tmp/bin" "$tmp/commands"
check "with a report" grep -q 'astray.import/1' "$tmp/page/report.json"
done_testing
