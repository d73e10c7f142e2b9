#!/bin/sh
# tutorial.sh - doc/tutorial.md does what it says; so does another page of doc/
# that $page names, for scripts that read this one.
#
# The page's fenced blocks are taken in their order:
#
#   ```LANGUAGE FILE    the block is written into FILE
#   ```console          lines after "$ " are typed, the lines below each must
#                       be what it prints; a line "..." stands for any lines,
#                       and " ..." at the end of one for the rest of it
#   ```console needs=PATH   the same, skipped when PATH is not there
. "$srcdir/tests/lib.sh"

# A source tree that can't be written to makes copies that can't be removed.
trap 'chmod -R u+w "$tmp"; rm -rf "$tmp"' EXIT
mkdir "$tmp/bin" "$tmp/blocks" "$tmp/top" "$tmp/top/source" || exit 99
ln -s "$ASTRAY" "$tmp/bin/astray"
PATH=$tmp/bin:$PATH
export PATH
ln -s "$srcdir/rules" "$tmp/top/source/rules"
ln -s "$srcdir/examples" "$tmp/top/source/examples"
[ ! -d "$srcdir/../shared" ] || ln -s "$srcdir/../shared" "$tmp/top/shared"

# Each block becomes two files: NNN.info, what stands behind the fence, and
# NNN.text.
awk -v folder="$tmp/blocks" '
    !inside && /^```[a-z]+/ {
        inside = 1
        name = sprintf("%s/%03d", folder, ++count)
        print substr($0, 4) > (name ".info")
        printf "" > (name ".text")
        next
    }
    inside && /^```$/ {
        inside = 0
        close(name ".info")
        close(name ".text")
        next
    }
    inside { print > (name ".text") }
' "$srcdir/doc/${page:-tutorial}.md"

# agrees GOT WANT: whether the files are the same, "..." in WANT aside.
agrees()
{
    awk '
        NR == FNR { got[++got_count] = $0; next }
        { want[++want_count] = $0 }
        END { exit !fits(1, 1) }
        function fits(g, w) {
            if (w > want_count)
                return g > got_count
            if (want[w] == "...") {
                for (; g <= got_count + 1; g++)
                    if (fits(g, w + 1))
                        return 1
                return 0
            }
            return g <= got_count && same(got[g], want[w]) && fits(g + 1, w + 1)
        }
        function same(line, wanted) {
            if (wanted !~ / \.\.\.$/)
                return line == wanted
            return index(line, substr(wanted, 1, length(wanted) - 3)) == 1
        }
    ' "$1" "$2"
}

# type COMMAND: run it where the reader stands.
type_command()
{
    (cd "$tmp/top/source" && sh -c "$1") >"$tmp/got" 2>"$tmp/said" </dev/null
    status=$?
    if agrees "$tmp/got" "$tmp/want"; then
        pass "$1"
    else
        diff -u "$tmp/want" "$tmp/got" >"$tmp/diff"
        echo "exit status $status" >>"$tmp/diff"
        fail "$1" "$tmp/diff" "$tmp/said"
    fi
}

console()
{
    command=
    : >"$tmp/want"
    while IFS= read -r line; do
        case $line in
        '$ '*)
            [ -z "$command" ] || type_command "$command"
            command=${line#'$ '}
            : >"$tmp/want"
            ;;
        *) printf '%s\n' "$line" >>"$tmp/want" ;;
        esac
    done <"$1"
    [ -z "$command" ] || type_command "$command"
}

for info in "$tmp/blocks"/*.info; do
    text=${info%.info}.text
    read -r language word <"$info"
    case $language:$word in
    console:needs=*)
        if [ -e "$tmp/top/source/${word#needs=}" ]; then
            console "$text"
        else
            skip "$(sed -n 's/^\$ //p' "$text" | head -n 1)" \
                "${word#needs=} is not there"
        fi
        ;;
    console:) console "$text" ;;
    *:?*) check "the page writes $word" \
        cp "$text" "$tmp/top/source/$word" ;;
    *) fail "a block without a file: $language" "$text" ;;
    esac
done
done_testing
