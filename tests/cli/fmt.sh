#!/bin/sh
# fmt.sh - `astray fmt`: one style, nothing lost, nothing written needlessly.
. "$srcdir/tests/lib.sh"
. "$srcdir/tests/cli/golden.sh"

run sh -c '"$ASTRAY" fmt - <"$srcdir/tests/cli/data/messy.astray"'
golden "what is everywhere comes into its place" "$tmp/out" fmt
cp "$tmp/out" "$tmp/neat.astray"
check "what is neat stays" "$ASTRAY" fmt --check "$tmp/neat.astray"
check_empty "and is not named" "$tmp/out"

# ---- every rule there is ------------------------------------------------

# Only what parses can be set; mistakes are kept in the tree, too.
find "$srcdir/rules" "$srcdir/examples" "$srcdir/tests" -name '*.astray' \
    >"$tmp/files"
count=0
: >"$tmp/troubles"
while read -r file; do
    "$ASTRAY" fmt - <"$file" >"$tmp/once" 2>/dev/null || continue
    count=$((count + 1))
    "$ASTRAY" fmt - <"$tmp/once" >"$tmp/twice" 2>&1
    cmp -s "$tmp/once" "$tmp/twice" || echo "$file: not the same twice"
    # On one line, without comments, and set again: what may not change is
    # that the result is one that stays.
    sed '/^[ 	]*#/d; s/ #[^"/]*$//' "$tmp/once" | tr '\n' ' ' >"$tmp/line"
    "$ASTRAY" fmt - <"$tmp/line" >"$tmp/once" 2>/dev/null || continue
    "$ASTRAY" fmt - <"$tmp/once" >"$tmp/twice" 2>&1
    cmp -s "$tmp/once" "$tmp/twice" || echo "$file: one line, not the same"
done <"$tmp/files" >>"$tmp/troubles"
check_empty "what was set once is set" "$tmp/troubles"
check "and that was asked of many files" test "$count" -gt 50

check "the rules that ship are in style" "$ASTRAY" fmt --check "$srcdir/rules"

# A pack holds the text of every clause, so equal bytes say a lot.
cp -r "$srcdir/rules" "$tmp/rules" && chmod -R u+w "$tmp/rules"
sed -i 's/^  *//' "$tmp"/rules/*/*.astray
check_status 1 "rules in another layout" "$ASTRAY" fmt --check "$tmp/rules"
check "a folder" "$ASTRAY" fmt "$tmp/rules"
for pack in "$tmp"/rules/*/; do
    name=$(basename "$pack")
    "$ASTRAY" build "$srcdir/rules/$name" -t bytecode -o "$tmp/before" &&
        "$ASTRAY" build "$pack" -t bytecode -o "$tmp/after"
    check_same "pack $name is the same to the byte" "$tmp/after" "$tmp/before"
done

# ---- files --------------------------------------------------------------

messy='rule  x{from cloudtrail where eventName=="A"}'
mkdir "$tmp/a" && echo "$messy" >"$tmp/a/x.astray"
cp "$tmp/neat.astray" "$tmp/a/y.astray"
check_status 1 "--check finds it" "$ASTRAY" fmt --check "$tmp/a"
echo "$tmp/a/x.astray" >"$tmp/want"
check_same "and names it" "$tmp/out" "$tmp/want"
check "--diff is no failure" "$ASTRAY" fmt --diff "$tmp/a"
cp "$tmp/out" "$tmp/patch"
check_status 1 "--check --diff is one" "$ASTRAY" fmt --check --diff "$tmp/a"
check_same "with the same words" "$tmp/out" "$tmp/patch"
echo "$messy" >"$tmp/want"
check_same "neither writes" "$tmp/a/x.astray" "$tmp/want"
if command -v patch >/dev/null 2>&1; then
    cp "$tmp/a/x.astray" "$tmp/patched"
    check "the difference is a patch" patch -s "$tmp/patched" "$tmp/patch"
fi
touch -d '2020-01-01' "$tmp/a/y.astray"
ls -l --time-style=+%s "$tmp/a/y.astray" >"$tmp/want"
check "in place" "$ASTRAY" fmt "$tmp/a"
check_empty "without a word" "$tmp/err"
ls -l --time-style=+%s "$tmp/a/y.astray" >"$tmp/got"
check_same "what is neat is not written" "$tmp/got" "$tmp/want"
check_status 0 "afterwards all is neat" "$ASTRAY" fmt --check "$tmp/a"
if [ -f "$tmp/patched" ]; then
    check_same "and as the patch made it" "$tmp/patched" "$tmp/a/x.astray"
fi

echo 'rule x { from cloudtrail where }' >"$tmp/bad.astray"
cp "$tmp/bad.astray" "$tmp/want"
echo "$messy" >"$tmp/other.astray"
check_status 2 "a syntax error" "$ASTRAY" fmt "$tmp/bad.astray" \
    "$tmp/other.astray"
check_said "is said" 'bad.astray:1'
check_same "and the file left alone" "$tmp/bad.astray" "$tmp/want"
check "but not the others" "$ASTRAY" fmt --check "$tmp/other.astray"

echo '# only a comment   ' >"$tmp/comment.astray"
check "a comment alone" "$ASTRAY" fmt "$tmp/comment.astray"
echo '# only a comment' >"$tmp/want"
check_same "stays" "$tmp/comment.astray" "$tmp/want"
: >"$tmp/empty.astray"
check "an empty file" "$ASTRAY" fmt --check "$tmp/empty.astray"
printf 'import "a"\r\n\r\n\r\n\r\nimport "b" # c\r\n' >"$tmp/crlf.astray"
check "lines of another system" "$ASTRAY" fmt "$tmp/crlf.astray"
printf 'import "a"\n\nimport "b"  # c\n' >"$tmp/want"
check_same "end as ours do" "$tmp/crlf.astray" "$tmp/want"

check_status 3 "no such file" "$ASTRAY" fmt "$tmp/nowhere.astray"
check_status 3 "no rule file" "$ASTRAY" fmt "$srcdir/README.md"
mkdir "$tmp/none"
check_status 3 "a folder without one" "$ASTRAY" fmt "$tmp/none"
if [ "$(id -u)" -ne 0 ]; then
    mkdir "$tmp/locked" && echo "$messy" >"$tmp/locked/x.astray"
    chmod 555 "$tmp/locked"
    check_status 3 "a folder that can't be written" "$ASTRAY" fmt \
        "$tmp/locked/x.astray"
    chmod 755 "$tmp/locked"
fi
done_testing
