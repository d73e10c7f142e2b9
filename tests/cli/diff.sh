#!/bin/sh
# diff.sh - what an edit of the rules does to the alerts, and which clause did
# it.
#
# Two small packs, OLD and NEW, that differ in one clause of each rule, so that
# what is lost and gained can be put down to that clause by reading them.
. "$srcdir/tests/lib.sh"
. "$srcdir/tests/cli/golden.sh"
cd "$tmp" || exit 99
TMPDIR=$tmp/temporary
export TMPDIR
mkdir old new old/data new/data temporary

cat >old/pack.yaml <<'END'
name: demo
version: 0.1.0
license: Apache-2.0
language: 1
title: Demo
END
cp old/pack.yaml new
echo 203.0.113.0/24 >old/data/offices.txt
echo 198.51.100.0/24 >new/data/offices.txt
cat >old/words.astray <<'END'
list offices : cidr from "data/offices.txt"
param life : duration = 1h
baseline homes {
  from cloudtrail
  where eventName == "Start"
  key access_key = userIdentity.accessKeyId
  collect since = min(eventTime)
  scope whole
}
END
cp old/words.astray new

# rules FOLDER WHERE EXCLUDE WITHIN REQUIRE HAVING SEVERITY NAME LAST
rules()
{
    cat >"$1/rules.astray" <<END
import "words"

rule by_where {
  meta { title = "By where"  severity = low  id = "demo-1" }
  from cloudtrail
  where $2
}

rule by_exclude {
  meta { title = "By exclude"  severity = low  id = "demo-2" }
  from cloudtrail
  where eventName == "Read"
  exclude office when sourceIPAddress in offices
    reason "ours"
  exclude agent when $3
    reason "known"
}

rule by_join {
  meta { title = "By join"  severity = low  id = "demo-3" }
  from cloudtrail
  where eventName == "Use"
  join homes as h on h.access_key == userIdentity.accessKeyId
    within $4 after h.since
  require $5
}

rule by_having {
  meta { title = "By having"  severity = low  id = "demo-4" }
  from cloudtrail
  where eventName == "Try"
  group by address = sourceIPAddress
  timespan 5m tumbling
  having count() >= $6
}

rule $8 {
  meta { title = "Changed"  severity = $7  id = "demo-5" }
  from cloudtrail
  where eventName == "Change"
}

rule $9 {
  meta { title = "Alone"  severity = low }
  from cloudtrail
  where eventName == "Alone"
}
END
}
rules old 'eventName == "Login" and awsRegion == "here"' \
    'userAgent == "bot"' 1h 'userAgent != "ours"' 2 low first_name gone
rules new 'eventName == "Login" and awsRegion != "here"' \
    'userAgent startswith "b"' 2h 'userAgent != "theirs"' 3 high new_name fresh
sed 's/demo-5"/demo-5" version = 2/' new/rules.astray >edited &&
    cp edited new/rules.astray

# event ID TIME NAME REGION AGENT KEY ADDRESS
event()
{
    printf '{"eventVersion":"1.11","eventID":"%s","eventTime":"2026-05-01T%sZ"' \
        "$1" "$2"
    printf ',"eventSource":"x.amazonaws.com","eventName":"%s"' "$3"
    printf ',"awsRegion":"%s","userAgent":"%s"' "$4" "$5"
    printf ',"userIdentity":{"accessKeyId":"%s"},"sourceIPAddress":"%s"}\n' \
        "$6" "$7"
}
{
    event login-here 10:00:00 Login here cli K 192.0.2.1
    event login-there 10:00:01 Login there cli K 192.0.2.1
    event read-old-office 10:01:00 Read here cli K 203.0.113.9
    event read-new-office 10:01:01 Read here cli K 198.51.100.9
    event read-browser 10:01:02 Read here browser K 192.0.2.1
    event read-cli 10:01:03 Read here cli K 192.0.2.1
    event start 10:02:00 Start here cli K 192.0.2.1
    event use-soon 10:03:00 Use here cli K 192.0.2.1
    event use-late 11:32:00 Use here cli K 192.0.2.1
    event use-ours 10:03:01 Use here ours K 192.0.2.1
    event use-theirs 10:03:02 Use here theirs K 192.0.2.1
    event try-1 10:10:00 Try here cli K 192.0.2.2
    event try-2 10:10:01 Try here cli K 192.0.2.2
    event change 10:20:00 Change here 'a|`b`<c>' K 192.0.2.3
    event alone 10:30:00 Alone here cli K 192.0.2.3
} >events.jsonl

# what comes out
check "two packs are compared" "$ASTRAY" diff old new events.jsonl
check_empty "without a word beside" err
golden "as text" out diff-text
cp out text
check "as Markdown" "$ASTRAY" diff --format md old new events.jsonl
golden "for a pull request" out diff-md
check "as JSON" "$ASTRAY" diff --format json old new events.jsonl
cp out json
if command -v python3 >/dev/null; then
    check "one object" python3 -c 'import json, sys
d = json.load(open("json", encoding="utf-8"))
changes = [c for r in d["rules"] for c in r["changes"]]
assert d["schema"] == "astray.diff/1", d["schema"]
assert len(changes) == d["lost"] + d["gained"] + d["changed"]
for change in changes:
    text = change.get("blame", {}).get("clause") or "-"
    side = change.get("blame", {}).get("side", "-")
    event = change["alert"].get("event") or {}
    print(change["kind"], event.get("eventID", "group"), side, text)'
    golden "with every blame" out diff-blame
else
    skip "one object" "no python3"
    skip "with every blame" "no python3"
fi
check "the other way round" "$ASTRAY" diff new old events.jsonl
check_said "what was lost is gained" '^5 lost, 6 gained, 1 changed, 2 alike'
check "the same rules" "$ASTRAY" diff old old events.jsonl
check_said "all is alike" '^0 lost, 0 gained, 0 changed, 9 alike'
check "packs, folders and files" sh -c '
    "$ASTRAY" build old -o old.astrayc && "$ASTRAY" build new -o new.astrayc &&
    "$ASTRAY" diff old.astrayc new.astrayc events.jsonl >packs &&
    "$ASTRAY" diff old/rules.astray new events.jsonl >mixed'
check_same "a pack is its folder" packs text
check_same "a file, too" mixed text
check "with threads and little memory" \
    "$ASTRAY" diff --threads 3 --memory 1 old new events.jsonl
check_same "the same" out text
check "-o" "$ASTRAY" diff -o written old new events.jsonl
check_same "writes it" written text
check "a part of the time" "$ASTRAY" diff --since 2026-05-01T10:20:00Z \
    --until 2026-05-01T10:30:00Z old new events.jsonl
check_said "nothing else" '^0 lost, 0 gained, 1 changed, 0 alike'

# input that can be read once
run sh -c '"$ASTRAY" diff old new - <events.jsonl'
check_same "standard input" out text
run sh -c '"$ASTRAY" diff old new <events.jsonl'
check_same "without a name, too" out text
mkfifo pipe
cat events.jsonl >pipe &
run "$ASTRAY" diff old new pipe
check_same "a pipe" out text
wait
check_status 3 "no place for it" env TMPDIR="$tmp/nowhere" sh -c \
    '"$ASTRAY" diff old new - <events.jsonl'
check_said "is said" 'cannot keep what'

# exit statuses
check_status 1 "--fail-on lost" "$ASTRAY" diff --fail-on lost old new events.jsonl
check_same "prints it all the same" out text
check_status 1 "--fail-on new" "$ASTRAY" diff --fail-on new old new events.jsonl
check_status 1 "--fail-on any" "$ASTRAY" diff --fail-on any old new events.jsonl
check "nothing differs" "$ASTRAY" diff --fail-on any old old events.jsonl
cp -r new less && sed '/^rule fresh/,$d' new/rules.astray >less/rules.astray
grep -e '"start"' -e '"login-here"' events.jsonl >some.jsonl
check_status 1 "lost only" "$ASTRAY" diff --fail-on lost old less some.jsonl
check "lost, but nothing new" \
    "$ASTRAY" diff --fail-on new old less some.jsonl
grep '"change"' events.jsonl >changed.jsonl
check "changed is neither" "$ASTRAY" diff --fail-on lost old new changed.jsonl
check_status 1 "but any" "$ASTRAY" diff --fail-on any old new changed.jsonl
echo 'rule' >broken.astray
check_status 2 "rules that do not compile" \
    "$ASTRAY" diff old broken.astray events.jsonl
check_empty "give nothing" out
check_status 3 "rules that are not there" \
    "$ASTRAY" diff old nowhere events.jsonl
check_status 3 "logs that are not there" "$ASTRAY" diff old new nowhere
{ cat events.jsonl; echo '{"eventID":'; } >damaged.jsonl
check_status 4 "a record that cannot be judged" \
    "$ASTRAY" diff old new damaged.jsonl
check_same "the rest is compared" out text
check "it is said once" test "$(grep -c damaged.jsonl err)" -eq 1
check_status 3 "one side" "$ASTRAY" diff old
check_status 3 "rules from standard input" "$ASTRAY" diff - new events.jsonl
check_status 3 "an unknown format" \
    "$ASTRAY" diff --format html old new events.jsonl

# many alerts: people see the first, programs all
n=0
while [ $n -lt 30 ]; do
    event "many-$n" "10:00:$((n + 10))" Login here cli K 192.0.2.1
    n=$((n + 1))
done >many.jsonl
check "thirty lost" "$ASTRAY" diff old new many.jsonl
check_said "ten are not shown" '- ... and 10 more'
check "all of them as JSON" "$ASTRAY" diff --format json old new many.jsonl
check "are there" test "$(grep -c '"kind":"lost"' out)" -eq 30

# revisions
if ! command -v git >/dev/null; then
    skip "revisions" "no git"
    done_testing
fi
HOME=$tmp
GIT_CONFIG_NOSYSTEM=1
GIT_CONFIG_GLOBAL=$tmp/gitconfig
GIT_AUTHOR_NAME=test GIT_AUTHOR_EMAIL=test@example.org
GIT_COMMITTER_NAME=test GIT_COMMITTER_EMAIL=test@example.org
export HOME GIT_CONFIG_NOSYSTEM GIT_CONFIG_GLOBAL GIT_AUTHOR_NAME \
    GIT_AUTHOR_EMAIL GIT_COMMITTER_NAME GIT_COMMITTER_EMAIL
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE
mkdir -p 'repo/a b/detect' repo/loose
git init -q repo 2>/dev/null
cp -r old/. 'repo/a b/detect'
cp old.astrayc repo/loose
sed -n '/^rule by_where/,/^}/p' old/rules.astray >repo/loose/one.astray
git -C repo add -A && git -C repo commit -q -m old && git -C repo tag v1
cp -r new/. 'repo/a b/detect'
cd repo || exit 99
logs=../events.jsonl
check "a revision" "$ASTRAY" diff 'HEAD:a b/detect' 'a b/detect' $logs
check_same "what it was" "$tmp/out" "$tmp/text"
check "by a tag, on either side" "$ASTRAY" diff 'a b/detect' 'v1:a b/detect' $logs
check_said "as it was" '^5 lost, 6 gained, 1 changed, 2 alike'
check "a file, with its imports and lists" \
    "$ASTRAY" diff 'HEAD:a b/detect/rules.astray' 'a b/detect' $logs
check_same "the same" "$tmp/out" "$tmp/text"
check "a slash behind a folder" \
    "$ASTRAY" diff 'HEAD:a b/detect/' 'a b/detect' $logs
check_same "the same again" "$tmp/out" "$tmp/text"
check "a compiled pack" "$ASTRAY" diff HEAD:loose/old.astrayc 'a b/detect' $logs
check_same "that was kept" "$tmp/out" "$tmp/text"
check "a file without a pack" \
    "$ASTRAY" diff HEAD:loose/one.astray loose/one.astray $logs
check_said "all alike" '^0 lost, 0 gained, 0 changed, 1 alike'
cd 'a b/detect' || exit 99
check "from within" "$ASTRAY" diff HEAD:./ . ../../$logs
check_same "./ is here" "$tmp/out" "$tmp/text"
check "and up" "$ASTRAY" diff 'HEAD:../detect' . ../../$logs
check_same "../ is above" "$tmp/out" "$tmp/text"
check "from the top" "$ASTRAY" diff 'HEAD:a b/detect' . ../../$logs
check_same "a plain path begins at the top" "$tmp/out" "$tmp/text"
check_status 3 "out of the repository" \
    "$ASTRAY" diff HEAD:../../../x . ../../$logs
check_said "is refused" 'leads out of the repository'
cd ../.. || exit 99
check_status 3 "no such revision" "$ASTRAY" diff nope:x 'a b/detect' $logs
check_said "is said" 'git knows no such revision'
check_status 3 "no such path" "$ASTRAY" diff HEAD:nope 'a b/detect' $logs
check_said "is said" 'no such path in that revision'
check_status 3 "an option of git" \
    "$ASTRAY" diff -- --upload-pack=x:y 'a b/detect' $logs
check_said "is no revision" 'begins with a hyphen'
check_status 3 "a pattern" "$ASTRAY" diff 'HEAD:a*/detect' 'a b/detect' $logs
check_said "is a path" 'no such path'
mkdir -p 'HEAD:a b' && cp -r ../new 'HEAD:a b/detect'
check "a path that is there" "$ASTRAY" diff 'HEAD:a b/detect' 'a b/detect' $logs
check_said "is no revision" '^0 lost, 0 gained'
rm -r 'HEAD:a b'
check_status 3 "without git" env PATH= "$ASTRAY" diff HEAD:loose loose $logs
check_said "is said" 'cannot run `git`'
check_status 3 "outside of a repository" sh -c "cd / &&
    GIT_CEILING_DIRECTORIES=/ '$ASTRAY' diff HEAD:x '$tmp/old' '$tmp/events.jsonl'"
check_status 3 "no place for it" env TMPDIR="$tmp/nowhere" \
    "$ASTRAY" diff HEAD:loose loose $logs
check_said "is said" 'temporary folder'
echo 'rule' >loose/broken.astray
ln -s /etc/passwd loose/link.astray
ln -s "$tmp/old" loose/folder
git add -A && git commit -q -m broken
check_status 2 "a revision that does not compile" \
    "$ASTRAY" diff HEAD:loose/broken.astray loose/one.astray $logs
check_said "is named" 'the rules of `HEAD:loose/broken.astray`'
check "links beside it are left out" \
    "$ASTRAY" diff HEAD:loose/one.astray loose/one.astray $logs
check_status 3 "a link is no rule" \
    "$ASTRAY" diff HEAD:loose/link.astray loose/one.astray $logs
check_not "nor a folder" "$ASTRAY" diff HEAD:loose/folder loose/one.astray $logs

# A tree that a stranger made, with names that lead elsewhere.
if command -v python3 >/dev/null; then
    blob=$(git hash-object -w loose/one.astray)
    tree=$(python3 - "$blob" <<'END' | git hash-object -t tree -w --literally --stdin
import sys
number = bytes.fromhex(sys.argv[1])
names = [b"../../../evil", b"..", b"/evil", b"a//b", b"one.astray"]
for name in sorted(names):
    sys.stdout.buffer.write(b"100644 " + name + b"\0" + number)
END
    )
    top=$(printf '040000 tree %s\tdetect\n' "$tree" | git mktree)
    run "$ASTRAY" diff "$top:detect/one.astray" loose/one.astray $logs
    check_said "what is sound of it is taken" '^0 lost, 0 gained, 0 changed, 1 alike'
    check "nothing was written elsewhere" \
        test -z "$(find "$tmp" -name 'evil*')" -a ! -e /evil
else
    skip "what is sound of it is taken" "no python3"
    skip "nothing was written elsewhere" "no python3"
fi
cd "$tmp" || exit 99
check "no temporary file is left" test -z "$(ls temporary)"
done_testing
