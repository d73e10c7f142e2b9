#!/bin/sh
# check-pack.sh - the shipped pack: it compiles, every rule has its page and
# its tests, every fixture is used, and the tests pass.
. "$srcdir/tests/lib.sh"
pack=$srcdir/rules/aws-workload-credentials

check "the pack compiles without a warning" \
    "$ASTRAY" check --fail-level warning "$pack"
check "the pack is built" \
    "$ASTRAY" build "$pack" -t bytecode -o "$tmp/pack.astrayc"
run "$ASTRAY" inspect --code "$tmp/pack.astrayc"
cp "$tmp/out" "$tmp/code"
for file in "$pack"/*.astray; do
    name=$(basename "$file" .astray)
    grep -q "^rule $name {" "$file" || continue
    check "$name: its page" grep -qx "# $name" "$pack/$name.md"
    check "$name: the page is in the pack's list" \
        grep -q "]($name.md)" "$pack/README.md"
    check "$name: its tests" grep -qx "rule: $name" "$pack/$name.test.yaml"
    check "$name: its program is shown" grep -q "$name" "$tmp/code"
done

ls "$pack/fixtures" >"$tmp/kept"
sed -n 's/^.*events: fixtures\///p' "$pack"/*.test.yaml | sort -u >"$tmp/used"
check_same "every fixture is used, and every used one is there" \
    "$tmp/used" "$tmp/kept"

# Each case of the rules' tests is a case here.
"$ASTRAY" test "$pack" >"$tmp/tests" 2>"$tmp/said" </dev/null
status=$?
while IFS= read -r line; do
    case $line in
    "ok "*) pass "${line#ok * - }" ;;
    "not ok "*) fail "${line#not ok * - }" ;;
    "#"* | " "*) echo "# $line" ;;
    esac
done <"$tmp/tests"
want=$(cat "$pack"/*.test.yaml | grep -c '^  - name: ')
got=$(grep -c -E '^(not )?ok ' "$tmp/tests")
if [ "$status" -eq 0 ] && [ "$got" -eq "$want" ]; then
    pass "astray test ran all $want cases of the pack"
else
    echo "exit status $status, $got cases of $want" >"$tmp/why"
    fail "astray test ran all $want cases of the pack" "$tmp/why" "$tmp/said"
fi
done_testing
