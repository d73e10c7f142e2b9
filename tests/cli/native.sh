#!/bin/sh
# native.sh - rules as C text and as a shared object: what comes out of a scan
# is the same to the byte, a file that does not fit is refused with a way out,
# and building one leaves a whole file or nothing, whatever the compiler does.
. "$srcdir/tests/lib.sh"
data="$srcdir/tests/cli/data"
incident="$srcdir/examples/incident/AWSLogs"
rules="$srcdir/rules/aws-workload-credentials"
mkdir "$tmp/temporary" && cd "$tmp" || exit 99
TMPDIR="$tmp/temporary" # where nothing must be left
CFLAGS="-O1 $CHECK_FLAGS"
export TMPDIR CFLAGS

# left_nothing NAME: one case.
left_nothing()
{
    find "$TMPDIR" -mindepth 1 >"$tmp/found"
    check_empty "$1" "$tmp/found"
}

# ---- building ------------------------------------------------------------

check "the shipped rules as C" "$ASTRAY" build "$rules" -t c -o shipped.c
run "$ASTRAY" build "$rules/" -t c -o -
check_same "the same rules make the same text" "$tmp/out" shipped.c
check "it is C11 that needs astray_rt.h only" sh -c "$CC"' -std=c11 -Wall \
    -Wextra -Werror -I "$srcdir/include" -fsyntax-only shipped.c'
check "the shipped rules as a shared object" \
    "$ASTRAY" build "$rules" -t so -o shipped.so
check_empty "without a word" "$tmp/err"
left_nothing "or anything left behind"
mkdir names && cd names || exit 99
cp "$data/plain.astray" .
check "without -o the file names the text" "$ASTRAY" build plain.astray -t c
check "its name" test -f plain.c
check "and the shared object" "$ASTRAY" build plain.astray -t so
check "its name" test -f plain.so
cp -R "$rules" pack
check "and a folder, too" "$ASTRAY" build pack/ -t so
check "its name" test -f pack.so
cd "$tmp" || exit 99

# ---- the same alerts and the same numbers ---------------------------------

# same NAME OPTION...: with the native rules and without, three cases; the
# second word is the shared object.
same()
{
    same_name=$1
    same_object=$2
    shift 2
    run "$ASTRAY" scan "$@" --stats want.stats
    same_status=$status
    cp "$tmp/out" want.out
    cp "$tmp/err" want.err
    check_status "$same_status" "$same_name" \
        "$ASTRAY" scan "$@" --stats got.stats --native "$same_object"
    cat want.out want.err want.stats >want
    cat "$tmp/out" "$tmp/err" got.stats >got
    check_same "$same_name: the same" got want
}

same "the incident" shipped.so -r "$rules" "$incident"
check "there were alerts" test -s want.out
same "as text" shipped.so -r "$rules" "$incident" --format text
same "synthetic logs" shipped.so -r "$rules" "$srcdir/tests/data"
same "the fixtures" shipped.so -r "$rules" "$rules/fixtures"
same "all the logs of the tests" shipped.so -r "$rules" "$srcdir/tests"
same "four threads" shipped.so -r "$rules" "$incident" --threads 4
same "little memory" shipped.so -r "$rules" "$incident" --memory 64K
same "one rule" shipped.so -r "$rules" "$incident" \
    --rule lambda_credentials_astray
same "a period" shipped.so -r "$rules" "$incident" --since 2026-05-02
same "plain rules" names/plain.so -r "$data/plain.astray" "$data/plain.jsonl"
check "a pack and its shared object" sh -c '"$ASTRAY" build -o shipped.astrayc \
    "$1" && "$ASTRAY" scan -q -r shipped.astrayc --native shipped.so "$2"' - \
    "$rules" "$incident"
check_said "find what the rules find" lambda_credentials_astray

# What a run replaces is not in the code.
"$ASTRAY" scan -q -r "$rules" "$incident" >usual
printf '0.0.0.0/0\n::/0\n' >all.txt
same "a parameter replaced" shipped.so -r "$rules" "$incident" \
    --param key_life=1m
check_not "changes the alerts" cmp -s want.out usual
same "a list extended" shipped.so -r "$rules" "$incident" \
    --list corporate_egress+=all.txt
check_not "changes the alerts" cmp -s want.out usual
same "a list replaced" shipped.so -r "$rules" "$incident" \
    --list aws_ranges=all.txt

check "the rules' own tests" "$ASTRAY" test "$rules" --native shipped.so
check_said "run" '^1\.\.[0-9][0-9]'
check "bench" "$ASTRAY" bench -r "$rules" "$incident" --native shipped.so \
    --repeat 2

# ---- what is refused ------------------------------------------------------

# refused NAME PATTERN FILE: two cases.
refused()
{
    check_status 3 "$1" "$ASTRAY" scan -r "$rules" "$incident" --native "$3"
    check_said "$1: says why" "$2"
}

check_status 3 "other rules" \
    "$ASTRAY" scan -r "$data/plain.astray" "$data/plain.jsonl" \
    --native shipped.so
check_said "says why" 'made of other rules'
check_said "and the way out" 'astray build -t so'
sed 's/medium/high/' "$data/plain.astray" >names/changed.astray
check_status 3 "rules that have changed" \
    "$ASTRAY" scan -r names/changed.astray "$data/plain.jsonl" \
    --native names/plain.so
check_status 3 "other rules: bench" \
    "$ASTRAY" bench -r "$data/plain.astray" "$data/plain.jsonl" \
    --native shipped.so
check_status 3 "other rules: test" \
    "$ASTRAY" test "$rules" --native names/plain.so
check_said "no case is run" '^not ok 1 '
check_said "and why" 'not made of its rules'
refused "no such file" 'No such file' none.so
refused "a folder" 'is not a file' .
mkfifo pipe.so
refused "a pipe" 'is not a file' ./pipe.so
refused "a text" 'no shared object' shipped.c
: >empty.so
refused "an empty file" 'no shared object' empty.so
half=$(($(wc -c <shipped.so) / 2))
head -c "$half" shipped.so >short.so
refused "a file that was cut" 'was cut short' short.so
head -c 100 shipped.so >short.so
refused "in its head" 'was cut short' short.so
head -c 10 shipped.so >short.so
refused "at its beginning" 'no shared object' short.so
echo 'int other = 1;' >other.c
# $CC and $CFLAGS are words.
check "another shared object" $CC $CFLAGS -shared -fPIC -o other.so other.c
refused "another shared object is none" 'holds no rules' other.so
sed 's/version = ASTRAY_RT_VERSION/version = ASTRAY_RT_VERSION + 1/' \
    shipped.c >later.c
check "one of another version" $CC $CFLAGS -shared -fPIC \
    -I "$srcdir/include" -o later.so later.c
refused "another version" 'another version' later.so

# A name is a file of this folder, whatever folders the system would search.
mkdir elsewhere && cp shipped.so elsewhere/found.so
LD_LIBRARY_PATH="$tmp/elsewhere" check_status 3 "nothing is searched for" \
    "$ASTRAY" scan -r "$rules" "$incident" --native found.so
ln -s elsewhere/found.so link.so
check "a link to a shared object" \
    "$ASTRAY" scan -q -r "$rules" "$incident" --native link.so
check_same "is that shared object" "$tmp/out" usual

# ---- compilers that are missing, fail, say something, are ended ------------

# script NAME LINES: in the place of the compiler.
script()
{
    printf '#!/bin/sh\n%s\n' "$2" >"$tmp/$1"
    chmod +x "$tmp/$1"
}

cp shipped.so kept.so
CC="no-such-compiler -x" check_status 3 "no compiler" \
    "$ASTRAY" build "$rules" -t so -o kept.so
check_said "names it" 'C compiler `no-such-compiler`'
check_said "and the way out" 'CC=gcc'
check_same "leaves the old file alone" kept.so shipped.so
left_nothing "and nothing else"

script fails 'echo "the disk is on fire" >&2; exit 7'
CC="$tmp/fails" check_status 3 "a compiler that fails" \
    "$ASTRAY" build "$rules" -t so -o kept.so
check_said "shows what it said" 'the disk is on fire'
check_said "and its status" 'failed with status 7'
check_same "leaves the old file alone" kept.so shipped.so
left_nothing "and nothing else"

script dies 'kill -9 $$'
CC="$tmp/dies" check_status 3 "a compiler that is ended" \
    "$ASTRAY" build "$rules" -t so -o kept.so
check_said "says so" 'by signal 9'
script idle 'exit 0'
CC="$tmp/idle" check_status 3 "a compiler that makes nothing" \
    "$ASTRAY" build "$rules" -t so -o kept.so
check_said "says so" 'cannot read what'
check_same "leaves the old file alone" kept.so shipped.so
CFLAGS="-Dstatic=:" check_status 3 "a text that does not compile" \
    "$ASTRAY" build "$rules" -t so -o kept.so
check_said "shows the compiler's errors" 'error'
left_nothing "nothing is left of those"

# Words are words: no shell sees them.  Data and talk keep apart.
script speaks 'printf "%s\n" "$@" >"$WORDS"; echo words on standard output
for word; do last=$word; done
while [ "$1" != -o ]; do shift; done
cp "$last" "$2"'
WORDS="$tmp/words" CC="  $tmp/speaks   one two  " \
    CFLAGS='$(touch owned) ; -DX="a' check "words" \
    "$ASTRAY" build "$data/plain.astray" -t so -o -
check_same "standard output holds the file and nothing else" "$tmp/out" \
    names/plain.c
check_said "what the compiler says is talk" 'words on standard output'
sed 7q words >first
cat >want <<'EOF'
one
two
$(touch
owned)
;
-DX="a
-shared
EOF
check_same "the compiler gets the words as they stand" first want
check_not "nothing is run" test -e owned
mkdir "temp; touch owned"
TMPDIR="temp; touch owned" check "a folder of any name" \
    "$ASTRAY" build "$data/plain.astray" -t so -o 'any; touch owned.so'
check "is the file's" test -f 'any; touch owned.so'
check_not "nothing is run" test -e owned
TMPDIR="$tmp/nowhere" check_status 3 "no temporary folder" \
    "$ASTRAY" build "$data/plain.astray" -t so -o none.so
check_said "says so" 'temporary folder'
check_not "and makes nothing" test -e none.so

check_status 3 "a folder that is not there" \
    "$ASTRAY" build "$rules" -t so -o nowhere/x.so
if [ "$(id -u)" -ne 0 ]; then
    mkdir closed && chmod a-w closed
    check_status 3 "a folder that cannot be written" \
        "$ASTRAY" build "$rules" -t so -o closed/x.so
    chmod u+w closed
else
    skip "a folder that cannot be written" "root can write there"
fi
check_status 2 "rules that do not compile" \
    "$ASTRAY" build "$data/twice.astray" -t so -o kept.so
check_same "leave the old file alone" kept.so shipped.so

# A signal ends the compiler and then the command; nothing is left.
script slow 'echo $$ >"$STARTED.new"; mv "$STARTED.new" "$STARTED"
exec sleep 60'
STARTED="$tmp/started" CC="$tmp/slow" \
    "$ASTRAY" build "$rules" -t so -o kept.so >out 2>err &
builder=$!
tries=0
while [ ! -f started ] && [ "$tries" -lt 300 ]; do
    sleep 0.1
    tries=$((tries + 1))
done
check "a compiler that takes its time" test -f started
kill -TERM "$builder"
wait "$builder"
check "a signal ends the command" test $? -eq 143
check_not "and the compiler" kill -0 "$(cat started)"
check_same "leaves the old file alone" kept.so shipped.so
left_nothing "and nothing else"
find . -name 'kept.so?*' >found
check_empty "no half of a file either" found

done_testing
