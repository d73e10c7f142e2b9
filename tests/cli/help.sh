#!/bin/sh
# help.sh - the man page and the completion say what the command says of
# itself (`make help-pages` writes them anew), and nothing is left out.
. "$srcdir/tests/lib.sh"

run "$ASTRAY" help --man
check_same "doc/astray.1 is up to date (if not: make help-pages)" \
    "$tmp/out" "$srcdir/doc/astray.1"
run "$ASTRAY" help --bash
check_same "cli/completion/astray is up to date (if not: make help-pages)" \
    "$tmp/out" "$srcdir/cli/completion/astray"

"$ASTRAY" --help >"$tmp/all"
verbs=$(sed -n 's/^  \([a-z][a-z]*\) .*/\1/p' "$tmp/all")
: >"$tmp/missing"
for verb in $verbs; do
    check "help of $verb" "$ASTRAY" "$verb" --help
    sed -n 's/^ *\(-[a-z], \)\{0,1\}--\([a-z-]*\).*/\2/p' "$tmp/out" |
        while read -r option; do
            troff=$(echo "$option" | sed 's/-/\\\\-/g')
            grep -q "fB.*$troff" "$srcdir/doc/astray.1" ||
                echo "$verb --$option" >>"$tmp/missing"
        done
    awk 'length($0) > 79' "$tmp/out" >>"$tmp/wide"
    cp "$tmp/out" "$tmp/long"
    run "$ASTRAY" help "$verb"
    check_same "help $verb says the same" "$tmp/out" "$tmp/long"
done
check_empty "every option is in the man page" "$tmp/missing"
check_empty "no line is wider than a terminal" "$tmp/wide"
[ "$(echo "$verbs" | wc -w)" -ge 8 ] || fail "the verbs are listed" "$tmp/all"
done_testing
