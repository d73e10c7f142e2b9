#!/bin/sh
# overlay.sh - overlays on the command line: over which rules they may lie, for
# which versions of a pack, and what becomes of the pack's tests.
. "$srcdir/tests/lib.sh"
mkdir "$tmp/pack" && cd "$tmp" || exit 99
SOURCE_DATE_EPOCH=1767225600 # 2026-01-01
export SOURCE_DATE_EPOCH

cat >pack/pack.yaml <<'END'
name: example
version: 1.4.2
lint: {L0704: ignore}
END
cat >pack/away.astray <<'END'
rule away {
  meta { version = 3 severity = high }
  from cloudtrail
  where eventName == "Get"
  exclude office when sourceIPAddress == 192.0.2.1
}
END
cat >pack/other.astray <<'END'
rule other {
  from cloudtrail
  where eventName == "Put"
}
END
event()
{
    printf '{"eventTime": "2026-05-01T10:00:00Z", "eventID": "%s", ' "$1"
    printf '"eventName": "%s", "userAgent": "%s"}' "$2" "$3"
}
cat >pack/away.test.yaml <<END
rule: away
cases:
  - name: stolen
    events: [$(event 1 Get cli), $(event 2 Get replay)]
    expect: {alerts: 2}
  - name: one of them
    events: [$(event 1 Get cli), $(event 2 Put replay)]
    expect: {alerts: 1}
END
cat >pack/other.test.yaml <<END
rule: other
cases:
  - name: put
    events: [$(event 1 Put cli)]
    expect: {alerts: 1}
END

# overlay TEXT [VERSION]: write site.astray.
overlay()
{
    echo "overlay site for pack \"example\" version \"${2:-^1.2}\" {
$1
}" >site.astray
}

# ---- versions of the pack

for range in '^1' '^1.4' '^1.4.2' '~1.4' '~1' '>=1.4' '>=0.9.9' '1.4.2' \
    '=1.4.2' '^1.4.0'; do
    overlay '' "$range"
    check "1.4.2 is in $range" "$ASTRAY" check pack --overlay site.astray
done
for range in '^1.5' '^2' '^0.4' '~1.3' '~1.4.3' '>=1.4.3' '>=2' '1.4' '1.4.3'; do
    overlay '' "$range"
    check_status 2 "1.4.2 is not in $range" \
        "$ASTRAY" check pack --overlay site.astray
    check_said "it says so" 'E0801.*the pack has version 1.4.2'
done
for range in '' '^' '^1.x' '1.2.3.4' '1.' '^1.2-rc1' '<2' '^ 1'; do
    overlay '' "$range"
    [ -n "$range" ] || sed -i.old 's/version "[^"]*"/version ""/' site.astray
    check_status 2 "\"$range\" is no range" \
        "$ASTRAY" check pack --overlay site.astray
    check_said "it says so" 'E0802'
done
sed 's/1.4.2/0.3.1-rc1/' pack/pack.yaml >pack/new && mv pack/new pack/pack.yaml
for range in '^0.3' '^0.3.1' '~0.3' '^0'; do
    overlay '' "$range"
    check "0.3.1-rc1 is in $range" "$ASTRAY" check pack --overlay site.astray
done
for range in '^0.2' '^0.4' '^0.0.3' '^0.3.2'; do
    overlay '' "$range"
    check_status 2 "0.3.1-rc1 is not in $range" \
        "$ASTRAY" check pack --overlay site.astray
done
sed 's/0.3.1-rc1/1.4.2/' pack/pack.yaml >pack/new && mv pack/new pack/pack.yaml

# ---- where it may lie

overlay '  modify rule away version 3 { set severity = low }'
check "over a pack that is built" \
    "$ASTRAY" build pack -o built.astrayc --overlay site.astray
cp built.astrayc first.astrayc
mkdir elsewhere && cp site.astray elsewhere
check "from another folder" "$ASTRAY" build "$tmp/pack" -o built.astrayc \
    --overlay elsewhere/site.astray
check_same "the bytes are the same" built.astrayc first.astrayc
check "inspect shows it" "$ASTRAY" inspect built.astrayc
check_said "in the pack" 'rule away: set severity = low'
check "inspect lays one" "$ASTRAY" inspect pack --overlay site.astray
check_said "as well" 'rule away: set severity = low'
check_status 3 "not over a compiled pack" \
    "$ASTRAY" scan -r built.astrayc --overlay site.astray /dev/null
check_said "a way out" 'astray build --overlay'
check_status 3 "a file that is not there" \
    "$ASTRAY" check pack --overlay nowhere.astray
event 1 Get cli >events.jsonl
check "scan lays one" "$ASTRAY" scan -q -r pack --overlay site.astray events.jsonl
check_said "its alerts say so" '"severity":"low".*"overlays":\["site"\]'
check "bench lays one" "$ASTRAY" bench -q -r pack --overlay site.astray events.jsonl
echo 'overlay team for pack "example" {
  modify rule away version 3 { set severity = medium }
}' >team.astray
check "two of them" "$ASTRAY" scan -q -r pack --overlay site.astray \
    --overlay team.astray events.jsonl
check_said "the later one counts" '"severity":"medium".*\["site","team"\]'
check "in the other order" "$ASTRAY" scan -q -r pack --overlay team.astray \
    --overlay site.astray events.jsonl
check_said "the later one counts" '"severity":"low".*\["team","site"\]'
check "check says that they meet" "$ASTRAY" check pack --overlay site.astray \
    --overlay team.astray
check_said "with its code" 'L0812'
cp site.astray pack/site.astray
check "one that lies in the pack is not applied" "$ASTRAY" check pack
check_said "it is a note" 'L0814'
check "unless it is given" "$ASTRAY" check pack --overlay pack/site.astray
check_empty "then nothing is said" "$tmp/err"
rm pack/site.astray

# ---- tests

overlay '  modify rule away version 3 {
    exclude replay when userAgent == "replay" reason "ours"
    exclude nobody when userAgent == "nobody" reason "ours"
  }'
check_status 1 "an exclusion that silences a test" \
    "$ASTRAY" test pack --overlay site.astray
check_said "is named" \
    '^#   the exclusion `replay` of the overlay `site` took 1 event away'
check_said "the other case holds" '^ok 2 - away: one of them'
check_said "one that no case hit is named" \
    '^# no case hit the exclusion `nobody` of the overlay `site` in the rule `away`'
if grep -q 'no case hit the exclusion .replay' "$tmp/out"; then
    fail "one that was hit is not"
else
    pass "one that was hit is not"
fi
check "without it the tests hold" "$ASTRAY" test pack
overlay '  disable rule other reason "covered by an SCP"'
check "a rule that is disabled" "$ASTRAY" test pack --overlay site.astray
check_said "has its cases skipped" \
    '^ok 3 - other: put # SKIP the overlay `site` disables it'
check "in text" "$ASTRAY" test pack --overlay site.astray --format text
check_said "they are counted" '^2 passed, 0 failed, 1 skipped'
check "in junit" "$ASTRAY" test pack --overlay site.astray --format junit
check_said "they are counted" 'skipped="1"'
check_said "with the reason" '<skipped message="the overlay `site` disables it"/>'

# ---- dates

overlay '  modify rule away version 3 {
    exclude replay when userAgent == "x" reason "ours" expires 2026-01-01
  }'
check "an exclusion past its date" "$ASTRAY" check pack --overlay site.astray
check_said "is warned of" 'L0811.*the exclusion `replay` is past its date'
check "test warns" "$ASTRAY" test pack --overlay site.astray
check_said "too" 'L0811'
check "the day before" "$ASTRAY" check pack --overlay site.astray \
    --today 2025-12-31
check_empty "it is not" "$tmp/err"
check "build says nothing of dates" \
    "$ASTRAY" build pack -o built.astrayc --overlay site.astray
check_empty "not a word" "$tmp/err"
check_status 3 "a day that is none" "$ASTRAY" check pack --today tomorrow
SOURCE_DATE_EPOCH=1767139200 # 2025-12-31
check "the day may come from the environment" \
    "$ASTRAY" check pack --overlay site.astray
check_empty "as reproducible builds have it" "$tmp/err"
unset SOURCE_DATE_EPOCH
check "and is today otherwise" "$ASTRAY" check pack --overlay site.astray
check_said "which is later" 'L0811'
done_testing
