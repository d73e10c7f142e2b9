#!/bin/sh
# check-silence.sh - what the analyses say of the rules that ship.
#
# They check without a word.  Without their `# allow` comments it says exactly
# what golden/lint/shipped.silence holds: where the published detections, and
# the corrected ones, believe what a caller says of himself.
. "$srcdir/tests/lib.sh"
pack=$srcdir/rules/aws-workload-credentials
kept=$srcdir/tests/golden/lint/shipped.silence

"$ASTRAY" check --fail-level info "$pack" >"$tmp/said" 2>&1
check_empty "the shipped rules have no finding" "$tmp/said"

mkdir "$tmp/pack" "$tmp/pack/data"
cp "$pack/pack.yaml" "$tmp/pack"
cp "$pack/data/ip-ranges.json" "$tmp/pack/data"
for file in "$pack"/*.astray; do
    sed '/# allow L0704:/d' "$file" >"$tmp/pack/${file##*/}"
done
(cd "$tmp/pack" && "$ASTRAY" check --message-format short) 2>&1 |
    sed '/L0704/!d; s/:[0-9]*:[0-9]*: /: /' >"$tmp/got"
if [ -n "$BLESS" ]; then
    cp "$tmp/got" "$kept"
fi
check_same "what callers are believed" "$tmp/got" "$kept"

# The reference rules are the published ones: each clause of theirs that a
# caller can meet, and none of another rule's that does not say why.
grep -c '_reference' "$tmp/got" >"$tmp/count"
echo 3 >"$tmp/three"
check_same "three of them in the published detections" "$tmp/count" \
    "$tmp/three"

# Which of them may decide early, and what stops the others.
decides()
{
    "$ASTRAY" inspect "$1" |
        sed -n '/^rules/,$ { /^  [a-z]/h; /^    decides/ { H; x; s/\n */: /
            s/  */ /g; s/^ //; p; }; }'
}

decides "$pack" >"$tmp/got"
kept=$srcdir/tests/golden/lint/shipped.decides
if [ -n "$BLESS" ]; then
    cp "$tmp/got" "$kept"
fi
check_same "when they decide" "$tmp/got" "$kept"

cat >"$tmp/rules.astray" <<'END'
baseline b {
  from cloudtrail
  key k = userIdentity.accessKeyId
  collect a = set(sourceIPAddress), since = min(eventTime), n = count()
  retain 13h
}
rule event { from cloudtrail where readOnly }
rule grows { from cloudtrail join b as r on r.k == userIdentity.accessKeyId
  require sourceIPAddress in r.a and r.n > 3 and eventTime >= r.since }
rule shrinks { from cloudtrail join b as r on r.k == userIdentity.accessKeyId
  require r.n < 3 }
rule chooses { from cloudtrail where (if any r in b: (r.k == "a") then 1
  else 2) == 1 }
rule within_time { from cloudtrail
  join b as r on r.k == userIdentity.accessKeyId within 1h after r.since }
rule excludes { from cloudtrail
  exclude known when any r in b: (r.k == userIdentity.accessKeyId) }
rule repeats { from cloudtrail where readOnly
  suppress by userIdentity.arn for 1h }
END
decides "$tmp/rules.astray" >"$tmp/got"
kept=$srcdir/tests/golden/lint/made.decides
if [ -n "$BLESS" ]; then
    cp "$tmp/got" "$kept"
fi
check_same "when others decide" "$tmp/got" "$kept"
done_testing
