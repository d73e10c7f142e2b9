#!/bin/sh
# check-silence.sh - what the silence analysis says of the rules that ship.
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
done_testing
