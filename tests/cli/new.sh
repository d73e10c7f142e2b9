#!/bin/sh
# new.sh - `astray new`: files to begin with, which hold what they promise.
. "$srcdir/tests/lib.sh"
cd "$tmp" || exit 99

check "a pack" "$ASTRAY" new pack my-pack
check_said "is named" '^my-pack/pack.yaml$'
for shape in join group plain new_terms; do
    check "a rule: $shape" "$ASTRAY" new rule --shape $shape my-pack/${shape}_rule
    check_said "with a test" "^my-pack/${shape}_rule.test.yaml\$"
done
check "a baseline" "$ASTRAY" new baseline my-pack/homes.astray
check "they compile" "$ASTRAY" check my-pack
check "an overlay" "$ASTRAY" new overlay site.astray
check "compiles" "$ASTRAY" check site.astray
check "and is in the one style" "$ASTRAY" fmt --check site.astray
sed -i 's/name-of-the-pack/my-pack/; s/\^1.0/^0.1/' site.astray
check "it lies over a pack when that is named" \
    "$ASTRAY" check my-pack --overlay site.astray
check "and are in the one style" "$ASTRAY" fmt --check my-pack

# A test that was never red shows nothing.
check_status 1 "the tests fail" "$ASTRAY" test --format tap my-pack
check "each positive one" test "$(grep -c '^not ok' out)" -eq 4
check_status 1 "again" "$ASTRAY" test --format tap my-pack
check "and no other" test "$(grep -c '^ok' out)" -eq 4
sed -i 's/TheCallYouAreAfter/GetCallerIdentity/' my-pack/plain_rule.astray
sed -i 's/TheCallYouCount/ListUsers/' my-pack/group_rule.astray
sed -i 's/TheCallYouWaitFor/ListUsers/' my-pack/new_terms_rule.astray
sed -i 's/TheCallThatOnlyTheWorkloadMakes/CreateLogStream/' \
    my-pack/join_rule.astray
check "until the rules say what they are after" "$ASTRAY" test my-pack

grep -h '^    id = ' my-pack/*.astray | sort -u >ids
check "each has an id of its own" test "$(wc -l <ids)" -eq 4
check "which is a UUID" grep -Eq \
    '"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"' ids

cp my-pack/plain_rule.astray kept
rm my-pack/plain_rule.test.yaml
check_status 3 "what is there is not written over" \
    "$ASTRAY" new rule my-pack/plain_rule
check_said "it says so" 'plain_rule.astray. is there already'
check_same "and is as it was" my-pack/plain_rule.astray kept
check_not "and nothing else was made" test -e my-pack/plain_rule.test.yaml
check "its test alone" "$ASTRAY" new test my-pack/plain_rule.astray
check "runs" "$ASTRAY" test my-pack/plain_rule.astray
check_status 3 "a pack that is there" "$ASTRAY" new pack my-pack

check_status 3 "a name that no rule may have" "$ASTRAY" new rule my-pack/1st
check_said "says which may" 'a-z, A-Z'
check_status 3 "nor an empty one" "$ASTRAY" new rule my-pack/.astray
check_status 3 "a folder that is not there" "$ASTRAY" new rule nowhere/x
check_not "is not made" test -e nowhere
check_status 3 "nothing that we know" "$ASTRAY" new rul x
check_said "says what there is" 'there are .pack., .rule.'
check_status 3 "no path" "$ASTRAY" new rule
done_testing
