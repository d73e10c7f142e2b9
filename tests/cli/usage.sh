#!/bin/sh
# usage.sh - what the command says to a wrong command line, and its statuses.
#
# A script that misspells something must get 3 and not a scan that does less
# than it should.
. "$srcdir/tests/lib.sh"
. "$srcdir/tests/cli/golden.sh"
cd "$srcdir/tests/cli/data" || exit 99

# says STATUS TEXT NAME COMMAND...: exits so, and says TEXT on stderr.
says()
{
    want_status=$1
    text=$2
    name=$3
    shift 3
    run "$@"
    if [ "$status" -eq "$want_status" ] && grep -qF -e "$text" "$tmp/err"; then
        pass "$name"
    else
        echo "status $status, not $want_status, or not said: $text" >"$tmp/why"
        fail "$name" "$tmp/why" "$tmp/err"
    fi
}

check_status 3 "no verb" "$ASTRAY"
check_empty "no verb: nothing on standard output" "$tmp/out"
says 3 'did you mean `scan`?' "a misspelt verb" "$ASTRAY" scna
says 3 'there is no verb `watch`' "a verb that is not there" "$ASTRAY" watch
says 3 'the verb comes first' "an option before the verb" "$ASTRAY" -r x scan
says 3 'did you mean `--fail-level`?' "a misspelt option" \
    "$ASTRAY" check --fail-lvel error
says 3 'one of error, warning, info' "a value that is no choice" \
    "$ASTRAY" check --fail-level bad
says 3 '`--fail-level` needs LEVEL' "an option without its value" \
    "$ASTRAY" check --fail-level
says 3 'write --output=-q' "an option where a value should be" \
    "$ASTRAY" scan -r plain.astray -o -q plain.jsonl
says 3 'takes no value' "a value for a switch" \
    "$ASTRAY" scan --quiet=1 -r plain.astray plain.jsonl
says 3 'is empty' "an empty value" \
    "$ASTRAY" scan -r plain.astray --since= plain.jsonl
says 3 'an argument is empty' "an empty argument" "$ASTRAY" check ""
says 3 'one argument too many' "too many arguments" "$ASTRAY" version x
says 3 'there is no code `E9999`' "an unknown code" "$ASTRAY" explain E9999
says 3 'there is no verb `scn`' "help for an unknown verb" "$ASTRAY" help scn
says 3 'which rules?' "scan without rules" "$ASTRAY" scan plain.jsonl
says 3 'No such file' "rules that are not there" \
    "$ASTRAY" scan -r nowhere.astray plain.jsonl
says 3 'No such file' "check of a file that is not there" \
    "$ASTRAY" check nowhere.astray
says 3 'no .astray file' "check of a folder without rules" \
    "$ASTRAY" check "$srcdir/tests/cli/golden"
says 3 'NAME=VALUE' "a parameter without a value" \
    "$ASTRAY" scan -r plain.astray --param span plain.jsonl
says 3 'No such file' "a list's file that is not there" \
    "$ASTRAY" scan -r plain.astray --list names=nowhere plain.jsonl
says 3 'did you mean `root_login`?' "a misspelt rule" \
    "$ASTRAY" scan -r plain.astray --rule rot_login plain.jsonl
says 3 'error: ' "an unknown parameter" \
    "$ASTRAY" scan -r plain.astray --param nope=1 plain.jsonl
says 3 'error: ' "a time that is none" \
    "$ASTRAY" scan -r plain.astray --since yesterday plain.jsonl
says 3 'standard output is for alerts' "statistics into the alerts" \
    "$ASTRAY" scan -r plain.astray --stats - plain.jsonl
says 3 'cannot write' "an output in a folder that is not there" \
    "$ASTRAY" scan -r plain.astray -o "$tmp/no/where" plain.jsonl

says 3 'did you mean `ASTRAY_SCAN_FAIL_ON`?' "a misspelt variable" \
    env ASTRAY_SCAN_FAIL_NO=high "$ASTRAY" scan -r plain.astray plain.jsonl
says 3 '`ASTRAY_SCAN_FORMAT` cannot be `xml`' "a variable that is no choice" \
    env ASTRAY_SCAN_FORMAT=xml "$ASTRAY" scan -r plain.astray plain.jsonl
says 3 '`ASTRAY_SCAN_QUIET` cannot be `maybe`' "a switch that is no choice" \
    env ASTRAY_SCAN_QUIET=maybe "$ASTRAY" scan -r plain.astray plain.jsonl
check_status 1 "a variable stands for an option" \
    env ASTRAY_SCAN_FAIL_ON=low "$ASTRAY" scan -r plain.astray plain.jsonl
check_status 0 "an option goes before its variable" \
    env ASTRAY_SCAN_FAIL_ON=low \
    "$ASTRAY" scan -r plain.astray --fail-on critical plain.jsonl
check "another verb's variable is nobody's business" \
    env ASTRAY_CHECK_FAIL_LEVEL=info "$ASTRAY" version
check "switches and values written together" \
    "$ASTRAY" scan -qrplain.astray -o"$tmp/alerts" plain.jsonl
check "an empty ASTRAY_SCAN_FORMAT is none" \
    env ASTRAY_SCAN_FORMAT= "$ASTRAY" scan -r plain.astray plain.jsonl
cp plain.astray "$tmp/-odd.astray"
cd "$tmp" || exit 99
check "-- ends the options" "$ASTRAY" check -- -odd.astray

run "$ASTRAY" version
golden "version: it names itself" "$tmp/out" version
check "--version is a verb" "$ASTRAY" --version
check "explain lists the codes" "$ASTRAY" explain
code=$(sed -n '1s/ .*//p' "$tmp/out")
check "explain tells more about one" "$ASTRAY" explain "$code"
check "codes may be written small" "$ASTRAY" explain \
    "$(echo "$code" | tr '[:upper:]' '[:lower:]')"
done_testing
