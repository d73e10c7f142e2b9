#!/bin/sh
# memory.sh - nothing that comes out shows how much memory there was: alerts,
# summary and statistics are the same to the byte.  Where events can't be put
# away, the scan says so and reports nothing.
. "$srcdir/tests/lib.sh"
cd "$tmp" || exit 99

# both NAME OPTION...: the same scan with all memory and with next to none.
both()
{
    both_name=$1
    shift
    "$ASTRAY" scan --format jsonl --stats all.stats "$@" >all.out 2>all.err \
        </dev/null
    "$ASTRAY" scan --format jsonl --stats some.stats --memory 1 --threads 1 \
        "$@" >some.out 2>some.err </dev/null
    cat all.out all.err all.stats >all
    cat some.out some.err some.stats >some
    check_same "$both_name" some all
}

# ---- rules of every shape

for path in "$srcdir"/tests/golden/match/*.events.jsonl; do
    name=${path%.events.jsonl}
    set --
    if [ -f "$name.args" ]; then
        while IFS= read -r option; do
            set -- "$@" "$option"
        done <"$name.args"
    fi
    [ ! -f "$name.overlay" ] || set -- "$@" --overlay "$name.overlay"
    cd "$srcdir/tests/golden" || exit 99
    for out in "$tmp/all" "$tmp/some"; do
        memory='--memory=1'
        [ "$out" = "$tmp/all" ] && memory='--threads=1'
        "$ASTRAY" scan "$memory" -r "$name.astray" --format jsonl \
            --stats "$out.stats" "$@" "$path" >"$out" 2>"$out.err" </dev/null
        cat "$out.err" "$out.stats" >>"$out"
    done
    cd "$tmp" || exit 99
    check_same "golden ${name##*/}" some all
done

# ---- the rules that ship, over many keys

rules="$srcdir/rules/aws-workload-credentials"
cp -R "$srcdir/examples/incident/AWSLogs" logs
chmod -R u+w logs
i=0
while [ "$i" -lt 40 ]; do
    i=$((i + 1))
    find "$srcdir/examples/incident/AWSLogs" -type f | sort | while read -r file
    do
        case $file in
        *.gz) gzip -dc "$file" ;;
        *) cat "$file" ;;
        esac
    done | sed -e "s/ASIAEXAMPLE/ASIA${i}EXAM/g" -e "s/reports/r$i/g" \
        >"logs/$i.jsonl"
done
both "all rules" --rules "$rules" logs
for rule in ecs_task_credentials_astray elastic_lambda_reference \
    lambda_credentials_astray lambda_key_in_and_out_of_runtime \
    secureworks_lambda_reference; do
    both "$rule" --rules "$rules" --rule "$rule" logs
done
check "threads share the memory" "$ASTRAY" scan --rules "$rules" --threads 3 \
    --memory 3 --format jsonl --output three --quiet logs
check "one has all of it" "$ASTRAY" scan --rules "$rules" --threads 1 \
    --format jsonl --output one --quiet logs
check_same "and find the same" three one
if [ "$(wc -l <one)" -gt 40 ]; then
    pass "there are alerts to compare"
else
    fail "there are alerts to compare" one
fi

# ---- no place to put events

TMPDIR="$tmp/nowhere"
export TMPDIR
check_status 3 "no such folder" "$ASTRAY" scan --rules "$rules" --memory 1 logs
check_said "which is said" "no place for events in .*/nowhere: No such file"
check_empty "and nothing is reported" out
cat >small.sh <<'END'
trap '' XFSZ
ulimit -f 1
exec "$@"
END
TMPDIR="$tmp"
check_status 3 "a full disk" sh small.sh "$ASTRAY" scan --rules "$rules" \
    --memory 1 logs
check_said "is said, too" "no place for events in .*: "
check_empty "nothing is reported" out
check "with memory there is no need of a place" env TMPDIR=/nowhere \
    "$ASTRAY" scan --rules "$rules" logs

done_testing
