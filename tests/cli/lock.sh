#!/bin/sh
# lock.sh - astray.lock: a rule that means something else and has kept its
# version is said, and what only reads otherwise is not.
. "$srcdir/tests/lib.sh"
. "$srcdir/tests/cli/golden.sh"
mkdir -p "$tmp/pack/data" && cd "$tmp" || exit 99
unset SOURCE_DATE_EPOCH

cat >pack/pack.yaml <<'END'
name: example
version: 1.0.0
lint: {L0704: ignore, L0717: ignore}
END
cat >pack/data/homes.astray <<'END'
param life : duration = 12h
list ranges : cidr from "data/ranges.txt"
list tools : text = ["a", "b"]

macro at_home = userAgent startswith "worker"

baseline homes {
  from cloudtrail
  where at_home and ip(sourceIPAddress) in ranges
  key k = userIdentity.accessKeyId
  collect addresses = set(sourceIPAddress)
  retain life
}
END
echo 192.0.2.0/24 >pack/data/ranges.txt
cat >pack/away.astray <<'END'
import "data/homes"

## Words for people.
rule away {
  meta {
    version = 3
    title = "Away"
    severity = high
  }
  from cloudtrail
  where eventName == "Get"
  join homes as h on h.k == userIdentity.accessKeyId
  require sourceIPAddress not in h.addresses
  exclude tool when userAgent in tools reason "harmless"
}
END
cat >pack/plain.astray <<'END'
rule plain {
  meta {
    id = "an \"odd\" id"
    version = 1
  }
  from cloudtrail
  where any r in resources: (r.type == "AWS::S3::Bucket") and eventName like "Get*"
}

rule counted {
  from cloudtrail
  where eventName matches /^Get/
  group by k = userIdentity.arn
  timespan 1h
  having count_distinct(eventName) > 3
  outcome {
    names = set(eventName)
  }
}
END

check "without a lock nothing is said" "$ASTRAY" check pack
check_empty "not a word" "$tmp/err"
check "the lock is written" "$ASTRAY" check pack --write-lock
# Other digests than these mean that the compiler writes other code: then
# AS_DIGEST_WAY is to be raised before the lock is blessed.
golden "it is as it was (else see program/digest.h)" pack/astray.lock lock
check "with it nothing is said" "$ASTRAY" check pack
check_empty "not a word" "$tmp/err"
cp -R pack was

# restore: the pack as it was locked.
restore()
{
    rm -rf pack
    cp -R was pack
}

# same NAME FILE SED, other NAME FILE SED: an edit that is no change of meaning,
# and one that is, of the rule away alone.
same()
{
    sed "$3" "was/$2" >"pack/$2"
    check_not "$1: is an edit" cmp -s "was/$2" "pack/$2"
    check "$1" "$ASTRAY" check pack
    check_empty "$1: is no change" "$tmp/err"
    restore
}
other()
{
    sed "$3" "was/$2" >"pack/$2"
    check_not "$1: is an edit" cmp -s "was/$2" "pack/$2"
    check "$1" "$ASTRAY" check pack
    check_said "$1: is a change" 'L0822.*`away` means something else'
    check "$1: of one rule" test "$(grep -c 'warning.*L0822' "$tmp/err")" -eq 1
    restore
}

same "a comment" away.astray 's/^## .*/## Other words./'
same "a title" away.astray 's/"Away"/"Away from home"/'
same "a reason" away.astray 's/"harmless"/"ours"/'
same "layout" away.astray 's/^  where/  where   (/; s/"Get"$/"Get" )/'
same "another file's place" pack.yaml 's/1.0.0/1.0.1/'
other "a condition" away.astray 's/"Get"/"Put"/'
other "a severity" away.astray 's/high/low/'
other "an exclusion's name" away.astray 's/exclude tool/exclude tools_of_ours/'
other "a baseline that it reads" data/homes.astray 's/set(source/set(vpcEndpointId ?? text(source/; s/Address)$/Address))/'
other "a macro that this one reads" data/homes.astray 's/"worker"/"work"/'
other "a parameter" data/homes.astray 's/12h/13h/'
other "a list" data/homes.astray 's/"b"/"c"/'
same "what is in a list's file" data/ranges.txt 's/24/25/'
cp pack/data/ranges.txt pack/data/others.txt
other "the file of a list" data/homes.astray 's/ranges.txt/others.txt/'
echo "params: {life: 2h}" >>pack/pack.yaml
check "a parameter in pack.yaml" "$ASTRAY" check pack
check_said "is a change" L0822
restore

# ---- new, gone, elsewhere

sed -i 's/"Get"/"Put"/; s/version = 3/version = 4/' pack/away.astray
check "a new version" "$ASTRAY" check pack
check_said "is not in the lock" 'L0824.*this version of `away`'
check "until it is written" "$ASTRAY" check pack --write-lock
check_empty "without a word" "$tmp/err"
check "then" "$ASTRAY" check pack
check_empty "nothing is said" "$tmp/err"
restore
sed -i '/^rule counted/,$d' pack/plain.astray
check "a rule less" "$ASTRAY" check pack
check_said "is gone" 'L0823'
check_said "its line is shown" 'pack/astray.lock:[0-9]'
restore
check "one file of the pack" "$ASTRAY" check pack/plain.astray
check_empty "has not lost the others" "$tmp/err"
cat >>pack/plain.astray <<'END'
rule fresh {
  from cloudtrail
  where eventName == "x"
}
END
check "a rule more" "$ASTRAY" check pack
check_said "is not in the lock" 'L0824.*`fresh`'
restore
cat pack/plain.astray >>pack/away.astray && rm pack/plain.astray
check "rules in another file and order" "$ASTRAY" check pack
check_empty "mean the same" "$tmp/err"
restore

# ---- levels

sed -i 's/"Get"/"Put"/' pack/away.astray
check "a change that is accepted" "$ASTRAY" check pack --write-lock
check_said "is said once more" L0822
check "then" "$ASTRAY" check pack
check_empty "it is not" "$tmp/err"
restore
sed -i 's/"Get"/"Put"/' pack/away.astray
sed 's/^lint: .*/lint: {L0704: ignore, L0717: ignore, L0822: error, L0824: error}/' \
    pack/pack.yaml >pack/new && mv pack/new pack/pack.yaml
check_status 2 "as an error" "$ASTRAY" check pack
check_status 2 "it cannot be accepted" "$ASTRAY" check pack --write-lock
check_same "the lock stays" pack/astray.lock was/astray.lock
check_status 2 "and not be built" "$ASTRAY" build pack -o pack.astrayc
sed -i 's/version = 3/version = 4/' pack/away.astray
check "a new version can" "$ASTRAY" check pack --write-lock
check "and be built" "$ASTRAY" build pack -o pack.astrayc
restore
sed 's/^lint: .*/lint: {L0704: ignore, L0717: ignore, L0822: ignore}/' \
    pack/pack.yaml >pack/new && mv pack/new pack/pack.yaml
sed -i 's/"Get"/"Put"/' pack/away.astray
check "unless it is not asked for" "$ASTRAY" check pack
check_empty "not a word" "$tmp/err"
restore
sed -i 's/"Get"/"Put"/' pack/away.astray
check "build warns" "$ASTRAY" build pack -o pack.astrayc
check_said "of it" L0822
cat >pack/away.test.yaml <<'END'
rule: away
cases: [{name: nothing, events: [], expect: {alerts: 0}}]
END
check "and test" "$ASTRAY" test pack
check_said "too" L0822
echo 'overlay site for pack "example" { set param life = 1h }' >site.astray
check "with an overlay" "$ASTRAY" check pack --overlay site.astray
check_empty "the rules are not what was locked" "$tmp/err"
check_status 3 "and are not to be" \
    "$ASTRAY" check pack --overlay site.astray --write-lock
restore

# ---- files that are no lock

for text in 'nonsense' '' '# astray.lock' '# astray.lock 1'; do
    printf '%s\n' "$text" >pack/astray.lock
    check "'$text' is no lock" "$ASTRAY" check pack
    check_said "and is said to be none" 'L082[15]'
done
sed 's/astray.lock 1/astray.lock 999/' was/astray.lock >pack/astray.lock
check "one of another version" "$ASTRAY" check pack
check_said "is not compared" L0825
check "nothing else is said" test "$(grep -c '^warning' "$tmp/err")" -eq 1
for line in 'away' 'away 3' 'away 3 5e1f "x"' '<<<<<<< HEAD' ''; do
    { cat was/astray.lock; echo "$line"; } >pack/astray.lock
    check "the line '$line'" "$ASTRAY" check pack
    check_said "is none of a lock" 'L0821'
done
check "it is written anew" "$ASTRAY" check pack --write-lock
check_same "as it was" pack/astray.lock was/astray.lock
check_status 3 "there is no lock without a pack" \
    "$ASTRAY" check pack/plain.astray --write-lock
done_testing
