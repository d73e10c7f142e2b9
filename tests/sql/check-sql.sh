#!/bin/sh
# check-sql.sh - the published Athena queries and the rule that stands for
# them select the same events: see compare.js.
#
# DuckDB comes as an npm package with its library inside, into the build
# folder, once.  Without npm, or without a way to its registry, there is
# nothing to compare with, and the test is skipped.
#
# Longer runs: ASTRAY_SQL_SETS=20000 ASTRAY_SQL_FIRST=1000 make check \
#     TESTS=tests/sql/check-sql.sh
. "$srcdir/tests/lib.sh"
duckdb=@duckdb/node-api@1.5.6-r.1
modules=$builddir/tests/sql

if ! command -v node >/dev/null 2>&1 || ! command -v npm >/dev/null 2>&1; then
    skip "published SQL" "node or npm is not installed"
    done_testing
fi
if [ ! -d "$modules/node_modules/@duckdb/node-api" ]; then
    mkdir -p "$modules" || exit 99
    echo '{"private":true}' >"$modules/package.json"
    if ! (cd "$modules" && timeout 300 npm install --no-audit --no-fund \
        --loglevel=error "$duckdb") >"$tmp/npm" 2>&1; then
        sed 's/^/# /' "$tmp/npm" | head -n 20
        skip "published SQL" "npm could not install $duckdb"
        done_testing
    fi
fi
if ! (cd "$modules" && node -e "require('@duckdb/node-api')") \
    >"$tmp/npm" 2>&1; then
    sed 's/^/# /' "$tmp/npm" | head -n 20
    skip "published SQL" "$duckdb does not run on this machine"
    done_testing
fi
# Built once: reading the pack's lists anew for every set would take longer
# than all the rest.
if ! "$ASTRAY" build "$srcdir/rules/aws-workload-credentials" -t bytecode \
    -o "$tmp/pack.astrayc" >"$tmp/out" 2>"$tmp/err"; then
    fail "the pack is built" "$tmp/out" "$tmp/err"
    done_testing
fi
mkdir "$tmp/sets"
node "$srcdir/tests/sql/compare.js" "$modules" "$ASTRAY" \
    "$tmp/pack.astrayc" "$tmp/sets" "${ASTRAY_SQL_SETS:-200}" \
    "${ASTRAY_SQL_FIRST:-1}"
