#!/bin/sh
# sign.sh - who made a pack: keys, signatures, and the ways to forge them.
#
# The keys are those of the first two examples of RFC 8032, 7.1, so that the
# public halves are known, and every run makes the same bytes.
. "$srcdir/tests/lib.sh"
. "$srcdir/tests/cli/golden.sh"
data=$srcdir/tests/cli/data
cd "$tmp" || exit 99

# key NAME SECRET PUBLIC
key()
{
    printf 'astray secret key 1\n%s\n' "$2" >"$1"
    printf 'astray public key 1\n%s\n' "$3" >"$1.pub"
    chmod 600 "$1"
}
key anna \
    9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60 \
    d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a
key bert \
    4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb \
    3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c
"$ASTRAY" build "$data/plain.astray" -o plain.astrayc || exit 99

# signing
check "a pack is signed" \
    "$ASTRAY" sign --key anna plain.astrayc -o signed.astrayc
check_empty "without a word" out
check_empty "or a warning" err
size=$(wc -c <plain.astrayc)
head -c "$size" signed.astrayc >front
check_same "its own bytes stay as they were" front plain.astrayc
check "again" "$ASTRAY" sign --key anna plain.astrayc -o again.astrayc
check_same "the same key and pack: the same bytes" again.astrayc signed.astrayc
check "what is signed is signed again" "$ASTRAY" sign --key anna again.astrayc
check_same "and stays the same" again.astrayc signed.astrayc
run sh -c '"$ASTRAY" sign --key anna - <plain.astrayc'
check_same "from a pipe to a pipe" out signed.astrayc
run sh -c '"$ASTRAY" sign --key - plain.astrayc -o piped.astrayc <anna'
check_same "with a key from a pipe" piped.astrayc signed.astrayc
check "a second key signs" \
    "$ASTRAY" sign --key bert signed.astrayc -o both.astrayc
"$ASTRAY" sign --key bert plain.astrayc -o other.astrayc
"$ASTRAY" sign --key anna other.astrayc
check_same "in either order" other.astrayc both.astrayc
cp both.astrayc mode.astrayc
chmod 640 mode.astrayc
run "$ASTRAY" sign --key anna mode.astrayc
check "in place a file keeps its mode" \
    test "$(ls -l mode.astrayc | cut -c 1-10)" = -rw-r-----

# checking
check "the key's owner signed it" \
    "$ASTRAY" verify --key anna.pub signed.astrayc
cp out said
check "both did" \
    "$ASTRAY" verify --key bert.pub --key anna.pub both.astrayc
cat out >>said
check "one of two is enough" \
    "$ASTRAY" verify --key bert.pub --key anna.pub signed.astrayc
check "a signature by a stranger counts for nothing" \
    "$ASTRAY" verify --key anna.pub both.astrayc
cat out >>said
check "several packs" \
    "$ASTRAY" verify --key anna.pub both.astrayc signed.astrayc
golden "what is said" said signed
check_status 3 "one of them is not signed" \
    "$ASTRAY" verify --key anna.pub signed.astrayc plain.astrayc
check_said "which one is said" 'plain.astrayc. is not signed'
check_said "and that the other is" 'signed.astrayc: signed by'
check_status 3 "another key" "$ASTRAY" verify --key bert.pub signed.astrayc
check_said "none of the given keys" 'by none of the given keys'
check_status 3 "rules are no pack" \
    "$ASTRAY" verify --key anna.pub "$data/plain.astray"
check_said "is said" 'no compiled pack'
check_status 3 "no such pack" "$ASTRAY" verify --key anna.pub nowhere
if command -v python3 >/dev/null; then
    PYTHONDONTWRITEBYTECODE=1
    export PYTHONDONTWRITEBYTECODE
    check "the numbers are those of RFC 8032" \
        python3 "$srcdir/tests/cli/sign.py" equation signed.astrayc anna.pub
    check_not "and of no other key" \
        python3 "$srcdir/tests/cli/sign.py" equation signed.astrayc bert.pub
    check "whatever is changed is noticed" python3 \
        "$srcdir/tests/cli/sign.py" tamper "$ASTRAY" signed.astrayc anna.pub .
    check_said "in hundreds of files" '^[0-9][0-9][0-9] files'
else
    skip "the numbers are those of RFC 8032" "no python3"
    skip "whatever is changed is noticed" "no python3"
fi

# A trailer of another pack: right by itself, and of something else.
"$ASTRAY" build "$data/bench.astray" -o second.astrayc || exit 99
tail -c +$((size + 1)) signed.astrayc | cat second.astrayc - >swapped.astrayc
check_status 3 "another pack's signature" \
    "$ASTRAY" verify --key anna.pub swapped.astrayc
check_said "is wrong" 'signature by .* is wrong'
check "the pack itself is whole" "$ASTRAY" inspect swapped.astrayc
check_status 3 "a wrong one beside a right one" sh -c '
    "$ASTRAY" sign --key bert swapped.astrayc -o half.astrayc &&
    "$ASTRAY" verify --key anna.pub --key bert.pub half.astrayc'
check_said "is wrong, too" 'signature by .* is wrong'
check "its owner can put it right" \
    "$ASTRAY" sign --key anna half.astrayc
check "then both are right" \
    "$ASTRAY" verify --key anna.pub --key bert.pub half.astrayc

# scans
run "$ASTRAY" scan -q -r plain.astrayc "$data/plain.jsonl"
cp out want
check "a scan takes a signed pack" \
    "$ASTRAY" scan -q -r signed.astrayc "$data/plain.jsonl"
check_same "and gives the same alerts" out want
check "with the key" "$ASTRAY" scan -q -r both.astrayc --verify-key bert.pub \
    "$data/plain.jsonl"
check_same "the same again" out want
# refused WORDS NAME SCAN-OPTION...
refused()
{
    words=$1
    name=$2
    shift 2
    check_status 3 "$name" "$ASTRAY" scan --verify-key anna.pub -q "$@" \
        "$data/plain.jsonl"
    check_said "$name: is said" "$words"
    check_empty "$name: no alert" out
}
refused 'is not signed' "no signature" -r plain.astrayc
refused 'is wrong' "a wrong signature" -r swapped.astrayc
refused 'is no compiled pack' "rules as text" -r "$data/plain.astray"
refused 'is no compiled pack' "a folder" -r "$srcdir/examples"
refused 'is no compiled pack' "rules from a pipe" -r -
refused 'exclude each other' "code beside the pack" -r signed.astrayc \
    --native ./plain.so
head -c $((size / 2)) signed.astrayc >cut.astrayc
refused 'is not signed' "half a pack" -r cut.astrayc
"$ASTRAY" sign --key bert plain.astrayc -o bert.astrayc
refused 'none of the given keys' "a stranger's signature" -r bert.astrayc
check_status 3 "from the environment" env ASTRAY_SCAN_VERIFY_KEY=anna.pub \
    "$ASTRAY" scan -q -r plain.astrayc "$data/plain.jsonl"

# inspect
check "inspect shows the signatures" "$ASTRAY" inspect both.astrayc
check_said "of the first" '^  21fe31dfa154a261626bf854046fd227 *not checked'
check_said "of the second" '^  [0-9a-f]\{32\} *not checked; `astray verify`'
check "as JSON" "$ASTRAY" inspect --json both.astrayc
check_said "too" '"signatures":\[{"name":"[0-9a-f]*","signature":"not checked'
check "a pack without" "$ASTRAY" inspect plain.astrayc
check "has none" test -z "$(grep -i signature out)"

# what cannot be signed
check_status 3 "rules as text" "$ASTRAY" sign --key anna "$data/plain.astray"
check_status 3 "half a pack" "$ASTRAY" sign --key anna cut.astrayc
check_said "cannot be run" 'no pack that can be run'
check_status 3 "a pack that is not there" "$ASTRAY" sign --key anna nowhere
check_status 3 "a folder to write to that is not there" \
    "$ASTRAY" sign --key anna plain.astrayc -o nowhere/x
cp cut.astrayc kept
"$ASTRAY" sign --key anna cut.astrayc 2>/dev/null
check_same "a refused pack stays as it was" cut.astrayc kept
cp plain.astrayc many.astrayc
for n in 1 2 3 4 5 6 7 8 9 a b c d e f 0; do
    printf 'astray secret key 1\n%s%063d\n' $n 0 >"many-$n"
    chmod 600 "many-$n"
    "$ASTRAY" sign --key "many-$n" many.astrayc || exit 99
done
check_status 3 "a seventeenth signature" "$ASTRAY" sign --key anna many.astrayc
check_said "has no room" '16 signatures'

# keys
check "a new pair" "$ASTRAY" sign --new-key made
check_said "is named" '^key [0-9a-f]\{32\}: the secret is in made'
check "nobody else can read the secret" \
    test "$(ls -l made | cut -c 1-10)" = -rw-------
check "nor see it" sh -c '! grep -q "$(tail -n 1 made)" out err made.pub'
cp made kept
check_status 3 "it is never overwritten" "$ASTRAY" sign --new-key made
check_same "it is as it was" made kept
rm made
check_status 3 "nor is its other half" "$ASTRAY" sign --new-key made
check "then there is no secret" test ! -e made
rm made.pub
mkdir made
check_status 3 "a secret that cannot be written" "$ASTRAY" sign --new-key made
check "leaves no other half" test ! -e made.pub
"$ASTRAY" sign --new-key new >/dev/null && "$ASTRAY" sign --new-key newer \
    >/dev/null
check_not "no two are the same" cmp -s new newer
run "$ASTRAY" sign --key new plain.astrayc -o new.astrayc
check "a new key signs" "$ASTRAY" verify --key new.pub new.astrayc
for mode in 640 604 620 660; do
    chmod $mode new
    check "mode $mode: it signs" "$ASTRAY" sign --key new new.astrayc
    check_said "mode $mode: a warning" 'warning: others than its owner'
done
# wrong WORDS NAME: the key in the file `bad`, as a secret and as a public one.
wrong()
{
    check_status 3 "$2 signs nothing" \
        "$ASTRAY" sign --key bad plain.astrayc -o bad.astrayc
    check_said "$2: why" "$1"
    check "$2: nothing is written" test ! -e bad.astrayc
    sed 's/secret/public/' bad >bad.pub
    check_status 3 "$2 checks nothing" \
        "$ASTRAY" verify --key bad.pub signed.astrayc
}
digits=$(tail -n 1 anna)
check_status 3 "a public key signs nothing" \
    "$ASTRAY" sign --key anna.pub plain.astrayc -o bad.astrayc
check_said "and why" 'it is a public key'
printf 'astray secret key 2\n%s\n' "$digits" >bad
wrong 'it is no key' "another version"
printf 'astray secret key 1\r\n%s\r\n' "$digits" >bad
wrong 'it is no key' "ends of line from elsewhere"
printf 'astray secret key 1\n%s' "$digits" >bad
wrong 'second line' "a key without its last line end"
printf 'astray secret key 1\n%s\n\n' "$digits" >bad
wrong 'second line' "a key with more behind it"
printf 'astray secret key 1\n%sg\n' "${digits%?}" >bad
wrong 'second line' "a letter that is no digit"
printf 'astray secret key 1\n%s\n' "${digits%??}" >bad
wrong 'second line' "a short key"
: >bad
wrong 'it is no key' "an empty key"
head -c 100000 /dev/zero >bad
wrong 'it is no key' "zeros"
check_status 3 "a secret checks nothing" \
    "$ASTRAY" verify --key anna signed.astrayc
check_said "and why" 'it is a secret key'
check_status 3 "a folder is no key" "$ASTRAY" verify --key . signed.astrayc
check_status 3 "nor is what is not there" \
    "$ASTRAY" sign --key nowhere plain.astrayc
check_said "and why" 'No such file'
# Points of small order: a signature by them can be made without a secret.
for y in 00 01; do
    printf 'astray public key 1\n%s%062d\n' $y 0 >small.pub
    check_status 3 "a key of small order" \
        "$ASTRAY" verify --key small.pub signed.astrayc
done

# usage
check_status 3 "sign without a key" "$ASTRAY" sign plain.astrayc
check_status 3 "sign without a pack" "$ASTRAY" sign --key anna
check_status 3 "a key to use and to make" \
    "$ASTRAY" sign --new-key x --key anna
check_status 3 "a key to make and a pack" \
    "$ASTRAY" sign --new-key x plain.astrayc
check_status 3 "a key to make for a pipe" "$ASTRAY" sign --new-key -
check_status 3 "one input for two" "$ASTRAY" sign --key - -
check_status 3 "verify without a key" "$ASTRAY" verify signed.astrayc
check_status 3 "verify without a pack" "$ASTRAY" verify --key anna.pub
done_testing
