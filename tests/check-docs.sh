#!/bin/sh
# check-docs.sh - the pages that are made from tables say what the tables say.
# `make docs` writes them anew.
. "$srcdir/tests/lib.sh"

for page in bytecode pack-format diagnostics; do
    "$builddir/doc/tables" $page >"$tmp/$page.md"
    check_same "doc/$page.md is up to date (if not: make docs)" \
        "$tmp/$page.md" "$srcdir/doc/$page.md"
done
"$AWK" -f "$srcdir/doc/fields.awk" "$srcdir/program/schema.def" \
    >"$tmp/fields.md"
check_same "doc/fields.md is up to date (if not: make docs)" \
    "$tmp/fields.md" "$srcdir/doc/fields.md"

# README.md: its rule compiles, and its alert is one of the example's.
sed -n '/^```astray$/,/^```$/p' "$srcdir/README.md" | grep -v '^```' \
    >"$tmp/readme.astray"
check "README.md has a rule" test -s "$tmp/readme.astray"
check "README.md: the rule compiles" "$ASTRAY" check "$tmp/readme.astray"
sed -n '/^```text$/,/^```$/p' "$srcdir/README.md" | grep -v '^```' \
    >"$tmp/shown"
(cd "$srcdir" && "$ASTRAY" scan -r rules/aws-workload-credentials --quiet \
    --format text examples/incident) </dev/null 2>&1 |
    "$AWK" -v shown="$tmp/shown" '
        BEGIN {
            RS = ""
            getline want <shown
            sub(/\n+$/, "", want)
        }
        { sub(/\n+$/, "") }
        $0 == want { found = 1; print }
        END { if (!found) print "there is no such alert" }' >"$tmp/alert"
check_same "README.md: the alert is what comes out" "$tmp/alert" "$tmp/shown"

# Links between the pages: the file must be there.
(
    cd "$srcdir" || exit
    for page in README.md doc/*.md rules/*/*.md; do
        [ -f "$page" ] || continue
        grep -o ']([^)#:]*[)#]' "$page" | sed 's/^](//; s/[)#]$//' |
            while read -r link; do
                [ -z "$link" ] || [ -e "$(dirname "$page")/$link" ] ||
                    echo "$page: $link"
            done
    done
) >"$tmp/broken"
check_empty "every link between the pages leads somewhere" "$tmp/broken"
done_testing
