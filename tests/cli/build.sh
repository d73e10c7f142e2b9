#!/bin/sh
# build.sh - rules become one file, whole or not at all, and run from it.
. "$srcdir/tests/lib.sh"
cd "$srcdir/tests/cli/data" || exit 99

check "a pack is built" \
    "$ASTRAY" build -t bytecode -o "$tmp/plain.astrayc" plain.astray
check "and again" "$ASTRAY" build plain.astray --output "$tmp/again.astrayc"
check_same "the same rules make the same bytes" "$tmp/plain.astrayc" \
    "$tmp/again.astrayc"
run "$ASTRAY" build plain.astray -o -
check_same "-o - is standard output" "$tmp/out" "$tmp/plain.astrayc"
mkdir "$tmp/folder" "$tmp/there"
cp plain.astray "$tmp/folder/x.astray"
cd "$tmp/there" || exit 99
check "without -o the folder names the pack" "$ASTRAY" build "$tmp/folder/"
check "its name" test -f "$tmp/there/folder.astrayc"
check "a file names it, too" "$ASTRAY" build "$tmp/folder/x.astray"
check "its name" test -f "$tmp/there/x.astrayc"
cd "$srcdir/tests/cli/data" || exit 99

run "$ASTRAY" scan -q -r plain.astray plain.jsonl
cp "$tmp/out" "$tmp/want"
check "a pack scans" \
    "$ASTRAY" scan -q -r "$tmp/plain.astrayc" plain.jsonl
check_same "as its source does" "$tmp/out" "$tmp/want"
check "inspect shows a pack" "$ASTRAY" inspect "$tmp/plain.astrayc"
cp "$tmp/out" "$tmp/want"
check "inspect shows a source" "$ASTRAY" inspect plain.astray
sed '/^    decides  /d' "$tmp/out" >"$tmp/got"
check_same "as its pack" "$tmp/got" "$tmp/want"
check_said "and when its rules decide" '^    decides *at once$'
check "inspect --json --code" \
    "$ASTRAY" inspect --json --code "$tmp/plain.astrayc"
check_said "names the rule" '"root_login"'

echo old >"$tmp/old"
cp "$tmp/old" "$tmp/kept"
check_status 2 "what does not compile" \
    "$ASTRAY" build twice.astray -o "$tmp/kept"
check_same "leaves the old file alone" "$tmp/kept" "$tmp/old"
check_status 3 "an unknown target" "$ASTRAY" build -t wasm plain.astray
check_status 3 "a pack is no source" "$ASTRAY" build "$tmp/plain.astrayc"
check_status 3 "nor to be checked" "$ASTRAY" check "$tmp/plain.astrayc"
check_status 3 "a pack beside other rules" "$ASTRAY" scan \
    -r "$tmp/plain.astrayc" -r plain.astray plain.jsonl

# A damaged pack is refused with a message: cut short, one byte changed.
size=$(wc -c <"$tmp/plain.astrayc")
head -c $((size - 1)) "$tmp/plain.astrayc" >"$tmp/short.astrayc"
check_status 3 "a pack that was cut" "$ASTRAY" inspect "$tmp/short.astrayc"
check_said "is refused" 'no pack that can be run'
{
    head -c $((size / 2)) "$tmp/plain.astrayc"
    printf '\377'
    tail -c +$((size / 2 + 2)) "$tmp/plain.astrayc"
} >"$tmp/changed.astrayc"
check_status 3 "a pack that was changed" \
    "$ASTRAY" scan -r "$tmp/changed.astrayc" plain.jsonl
# A pack's bytes depend on what the files say, not on where they lie.
mkdir "$tmp/here" "$tmp/there" && cp plain.astray "$tmp/here" &&
    cp plain.astray "$tmp/there"
check "built here" "$ASTRAY" build -o "$tmp/here.astrayc" "$tmp/here"
check "built there" "$ASTRAY" build -o "$tmp/there.astrayc" "$tmp/there/"
check_same "the same bytes" "$tmp/here.astrayc" "$tmp/there.astrayc"
: >"$tmp/empty.astrayc"
check_status 3 "an empty pack" "$ASTRAY" inspect "$tmp/empty.astrayc"
done_testing
