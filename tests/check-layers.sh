#!/bin/sh
# check-layers.sh - a file includes headers only of files that stand above it.
#
# The order is that of the local.mk files, which is also the order in which
# to read the source: common, program, compiler, runtime, cli.  Beyond it:
# compiler and runtime do not know each other, the command keeps to
# astray.h and common/, every source file stands in its folder's list, and a
# file says in full where a header is ("common/text.h").  What re2c and Bison
# make is not looked at.
#
# check-layers.sh DIR looks at another tree than this one.  Prints TAP.
srcdir=${1:-${srcdir:-$(cd "$(dirname "$0")/.." && pwd)}}
cd "$srcdir" || exit 99
layers="common program compiler runtime cli"

order=$(mktemp) || exit 99
files=$(mktemp) || exit 99
trap 'rm -f "$order" "$files"' EXIT
for dir in $layers; do
    if [ -f "$dir/local.mk" ]; then
        sed -n "s,%D%,$dir,gp" "$dir/local.mk" | tr '\t ' '\n\n' |
            grep -E '\.(h|c|cc|def|re|y)$' | grep -v '[()$]'
    fi
done >"$order"
for dir in $layers; do
    find "$dir" -name '*.[ch]' -o -name '*.cc' -o -name '*.def' \
        -o -name '*.re' -o -name '*.y'
done 2>/dev/null | grep -v '/\.' | sort |
    grep -vx -e compiler/lexer.c -e 'compiler/parser\.[ch]' >"$files"

# One line for each trouble: the number of the case it belongs to, and words.
troubles=$(${AWK:-awk} -v order="$order" -v files="$files" '
    # x.h and x.c have one place; a table, x.def, has a place of its own.
    function stem(f) { if (f !~ /\.def$/) sub(/\.[a-z0-9]*$/, "", f); return f }
    function dir(f) { sub(/\/.*/, "", f); return f }
    function say(number, text) { print number " " text }
    function look(file, from, line, quoted, at, to) {
        from = stem(file)
        at = 0
        while ((getline line <file) > 0) {
            at++
            if (line !~ /^[ \t]*#[ \t]*include[ \t]*"/)
                continue
            split(line, quoted, "\"")
            to = quoted[2]
            if (to == "astray.h" || to == "astray_rt.h")
                continue
            if (!(stem(to) in rank)) {
                if (dir(to) ~ /^(common|program|compiler|runtime|cli)$/)
                    say(2, file ":" at ": \"" to "\" is in no local.mk")
                else
                    say(3, file ":" at ": \"" to "\" has no folder before it")
            } else if (dir(from) == "runtime" && dir(to) == "compiler") {
                say(1, file ":" at ": runtime does not know compiler: " to)
            } else if (dir(from) == "cli" && dir(to) !~ /^(cli|common)$/) {
                say(1, file ":" at ": the command keeps to astray.h: " to)
            } else if (rank[stem(to)] > rank[from]) {
                say(1, file ":" at ": \"" to "\" stands below this file")
            }
        }
        close(file)
    }
    BEGIN {
        while ((getline file <order) > 0)
            if (!(stem(file) in rank))
                rank[stem(file)] = ++count
        while ((getline file <files) > 0) {
            looked++
            if (!(stem(file) in rank)) {
                say(2, file " is in no local.mk")
                continue
            }
            look(file)
        }
        if (looked == 0)
            say(2, "there is no source file here")
    }')

# report NUMBER NAME
report() {
    found=$(echo "$troubles" | sed -n "s/^$1 /# /p")
    if [ -z "$found" ]; then
        echo "ok $1 - $2"
    else
        echo "not ok $1 - $2"
        echo "$found"
        status=1
    fi
}

status=0
report 1 "no include goes down or around"
report 2 "every source file stands in its folder's local.mk"
report 3 "every include names its folder"
echo "1..3"
exit $status
