#!/bin/sh
# test.sh - small corpora are what they say.
#
# The generator gives the same bytes for the same seed, and every shipped rule
# finds what the generator worked out from its plan: two programs without a
# line in common must agree.  Nothing is timed here; that is `make bench`.
#
# Longer runs: ASTRAY_BENCH_SIZE=200m ASTRAY_BENCH_SEEDS="1 2 3" make check \
#     TESTS=tests/bench/test.sh
. "$srcdir/tests/lib.sh"
generate=$builddir/tests/bench/generate
size=${ASTRAY_BENCH_SIZE:-2m}
seeds=${ASTRAY_BENCH_SEEDS:-1}

# scan NAME WANT ARGUMENTS...: the alerts of a scan are those of WANT.
scan()
{
    case_of=$1
    want=$2
    shift 2
    check "$case_of: no record is set aside" "$ASTRAY" scan \
        -r "$tmp/pack.astrayc" --format jsonl -o "$tmp/alerts" "$@" \
        "$tmp/corpus/AWSLogs"
    sed -n -f "$srcdir/tests/bench/ids.sed" "$tmp/alerts" | sort >"$tmp/got"
    check_same "$case_of: the alerts are the true ones" "$tmp/got" "$want"
}

check "the pack is built" "$ASTRAY" build \
    "$srcdir/rules/aws-workload-credentials" -t bytecode \
    -o "$tmp/pack.astrayc"
for kind in large small churn; do
    for seed in $seeds; do
        what="$kind, seed $seed"
        rm -rf "$tmp/corpus" "$tmp/again"
        check "$what: is made" "$generate" --kind "$kind" --size "$size" \
            --seed "$seed" --out "$tmp/corpus"
        check "$what: is made again" "$generate" --kind "$kind" \
            --size "$size" --seed "$seed" --out "$tmp/again"
        check "$what: twice the same" diff -r "$tmp/corpus" "$tmp/again"
        for truth in "$tmp"/corpus/truth/*.txt; do
            rule=$(basename "$truth" .txt)
            scan "$what, $rule" "$truth" --rule "$rule"
        done
        sort "$tmp"/corpus/truth/*.txt >"$tmp/all"
        scan "$what, all rules" "$tmp/all"
        if "$ASTRAY" scan --help | grep -q -e --threads; then
            scan "$what, all rules, two threads" "$tmp/all" --threads 2
        fi
        if "$ASTRAY" scan --help | grep -q -e --memory; then
            scan "$what, all rules, little memory" "$tmp/all" --memory 64M
        fi
    done
done
check "plain rules are made" "$generate" --rules 250 --out "$tmp/rules"
check "plain rules are rules" "$ASTRAY" build "$tmp/rules" -t bytecode \
    -o "$tmp/plain.astrayc"
done_testing
