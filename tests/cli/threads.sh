#!/bin/sh
# threads.sh - nothing that comes out shows how many threads read, or in
# which order the inputs were named: alerts, notices, summary, statistics,
# quarantine and exit status are the same to the byte.
. "$srcdir/tests/lib.sh"
data="$srcdir/tests/cli/data"
cd "$tmp" || exit 99

# ---- the logs: good ones, repeated ones, and every kind of trouble

cp -R "$srcdir/rules/aws-workload-credentials" rules
chmod -R u+w rules
cp "$data/plain.astray" rules
mkdir -p logs/a/b logs/c "logs/d e" trouble/deep good
cp -R "$srcdir/examples/incident/AWSLogs" logs/incident
chmod -R u+w logs
number=0
while read -r line; do
    number=$((number + 1))
    printf '%s\n' "$line" >"logs/a/$number.jsonl"
    case $number in
        *3) gzip -c "logs/a/$number.jsonl" >"logs/a/b/$number.json.gz" ;;
        *5) cp "logs/a/$number.jsonl" logs/c ;;
        *7) { printf '%s\n' "$line" | sed 's/kim/lee/'; } >"logs/c/$number" ;;
    esac
done <"$data/plain.jsonl"
cp "$data/plain.jsonl" "logs/d e/all.jsonl"
gzip -c "$data/plain.jsonl" >good/all.gz

# broken COUNT FILE: so many records that are none, between good ones.
broken()
{
    sed 5q "$data/plain.jsonl"
    i=0
    while [ "$i" -lt "$1" ]; do
        i=$((i + 1))
        printf '{"eventName": nonsense %s of %s}\n' "$i" "$2"
    done
    sed -n '6,$p' "$data/plain.jsonl"
}
for n in 1 2 3 4 5 6 7 8 9; do
    broken "$n" "$n" >"trouble/$n.jsonl"
    broken "$n" "$n" | gzip -c >"trouble/deep/$n.gz"
done
head -c 300 good/all.gz >trouble/cut.gz
{
    cat good/all.gz
    echo rubbish
} >trouble/more.gz
printf '\377\376{\000}\000' >trouble/utf16
echo "no log at all" >trouble/README
: >trouble/empty
printf '{"Records":[{"eventVersion":"1.1"},7,{"eventTime":3}]}' >trouble/odd
echo '{"digestStartTime":"x","awsAccountId":"1"}' >trouble/digest.json
ln -s nowhere trouble/dangling
ln -s ../logs trouble/folder
ln -s ../good/all.gz trouble/link.gz
mkfifo trouble/pipe
if [ "$(id -u)" -ne 0 ]; then
    mkdir trouble/closed
    cp good/all.gz trouble/secret.gz
    chmod 0 trouble/closed trouble/secret.gz
fi
sed -n '3,40p' "$data/plain.jsonl" >stdin

# ---- the same to the byte

# scan_with NAME THREADS INPUT...: everything that comes out, in NAME.*
scan_with()
{
    name=$1
    threads=$2
    shift 2
    "$ASTRAY" scan -r rules --format jsonl --threads "$threads" \
        --stats "$name.stats" --quarantine "$name.aside" "$@" \
        >"$name.out" 2>"$name.err" <stdin
    echo $? >"$name.status"
}

parts="out err stats aside status"

# same NAME INPUT...: like the one that is called "want", in every part.
same()
{
    case_title=$1
    shift
    for threads in 1 2 4 31; do
        for run in 1 2; do
            scan_with got "$threads" "$@"
            : >differs
            for part in $parts; do
                cmp "want.$part" "got.$part" >>differs 2>&1 ||
                    diff "want.$part" "got.$part" >>differs
            done
            check_empty "$case_title: $threads threads, run $run" differs
        done
    done
}

scan_with want 1 logs trouble good - nowhere
check "there are alerts" test "$(wc -l <want.out)" -gt 20
check "something was set aside" test "$(wc -l <want.aside)" -gt 90
check "something was skipped" grep -q '"skipped_files":[1-9]' want.stats
echo 3 >status
check_same "something can't be read" want.status status
same "all" logs trouble good - nowhere
same "another order" nowhere - good trouble logs
same "a third" trouble nowhere logs - good

# Each file by its name, in its own and in the opposite order.
find logs trouble good -type f ! -path '*/closed/*' | LC_ALL=C sort >list
LC_ALL=C sort -r list >backwards
cat list backwards >both

# with_files LIST COMMAND...: the files of a list behind it.
with_files()
{
    list=$1
    shift
    while read -r file; do
        set -- "$@" "$file"
    done <"$list"
    "$@"
}

with_files list scan_with want 1
with_files list same "by name"
with_files backwards same "by name, backwards"
with_files both scan_with want 1
with_files both same "each file twice"

# The alerts are those of one folder, whatever is read beside it.
"$ASTRAY" scan -q -r "$data/plain.astray" --threads 4 logs/a |
    sed 's/"source":.*//' >few
"$ASTRAY" scan -q -r "$data/plain.astray" --threads 4 logs/a good - "logs/d e" \
    <stdin | sed 's/"source":.*//' >many
check_same "what is read twice is one event" many few

# ---- options

scan="$ASTRAY scan -r $data/plain.astray -q"
good="$data/plain.jsonl"
for word in 0 -1 257 2x x 99999999999999999999999; do
    check_status 3 "--threads=$word" $scan --threads="$word" "$good"
    check_said "is no number of threads" 'is not a number from 1 to 256'
done
check_status 3 "--threads without a number" $scan --threads= "$good"
check "--threads 256" $scan --threads 256 "$good"
ASTRAY_SCAN_THREADS=0
export ASTRAY_SCAN_THREADS
check_status 3 "ASTRAY_SCAN_THREADS is read" $scan "$good"
unset ASTRAY_SCAN_THREADS
for word in 0 0K x K 1KB 1.5G -1M 64MM 18446744073709551616 \
    99999999999T; do
    check_status 3 "--memory=$word" $scan --memory="$word" "$good"
    check_said "is no size" 'is not a size'
done
check_said "and how a size is written" '512K, 64M or 1G'
for word in 1048576 512K 64M 64m 1G 2T; do
    check "--memory $word" $scan --memory "$word" "$good"
done

# ---- an interrupt comes to the thread that can act on it

if env --default-signal=INT true 2>/dev/null; then
    mkfifo in
    # Threads that still run are what this is about.
    env --default-signal=INT TSAN_OPTIONS=report_thread_leaks=0 $scan --threads 4 -o cut logs - <in &
    process=$!
    exec 3>in
    waited=0
    while [ "$waited" -lt 100 ] && ! ls cut.* >/dev/null 2>&1; do
        sleep 0.1
        waited=$((waited + 1))
    done
    kill -INT "$process"
    wait "$process"
    echo $? >got
    exec 3>&-
    echo 130 >want
    check_same "an interrupted scan ends with 130" got want
    find . -maxdepth 1 -name 'cut*' >left
    check_empty "and leaves no file behind" left
else
    skip "an interrupted scan ends with 130" "env knows no --default-signal"
fi
chmod -R u+rwx trouble
done_testing
