#!/bin/sh
# doc.sh - `astray doc`: the catalogue says all of a pack, and nothing in the
# pack can be more than text on it.
. "$srcdir/tests/lib.sh"
. "$srcdir/tests/cli/golden.sh"

cat >"$tmp/x.astray" <<'END'
param key_life : duration = 13h "how long | `keys` stay *usable*"
list offices : cidr = [192.0.2.0/24]

## Homes, <b>bold</b> ones.
##
## And a second paragraph.
baseline homes {
  from cloudtrail
  where eventName == "A|B`C``D"
  key access_key = userIdentity.accessKeyId
  collect addresses = set(sourceIPAddress)
  retain key_life
}

## Finds </h3><script>alert(1)</script>.
rule joined {
  meta {
    id = "1"
    version = 2
    title = "A | title with [a link](javascript:alert(1)) and \u{202e}signs"
    severity = high
    attack = ["T1552.005", "T1078"]
    references = [
      "https://example.org/a?b=1&c=2",
      "javascript:alert(1)",
      "https://example.org/\"onmouseover=\"alert(1)",
      "A book, 2023"
    ]
    falsepositives = ["somebody"]
  }
  from cloudtrail
  where eventName matches /^<\d+>$/
  join homes as h on h.access_key == userIdentity.accessKeyId
  require sourceIPAddress not in h.addresses
  exclude office when ip(sourceIPAddress) in offices reason "the | office"
  outcome {
    denied = errorCode is present
  }
}

rule grouped {
  meta {
    id = "2"
    attack = ["T1078"]
  }
  from cloudtrail
  where eventName == "ListUsers"
  group by account = userIdentity.accountId
  timespan 1h
  having count() >= 2
}

rule first_place {
  meta {
    id = "3"
  }
  from cloudtrail
  where eventName == "ListUsers"
  new_terms by account = userIdentity.accountId, place = sourceIPAddress
    history 10d
}

rule stepwise {
  meta {
    id = "4"
    attack = ["T1078"]
  }
  from cloudtrail
  sequence by account = userIdentity.accountId
  maxspan 1h
    [where eventName == "ListUsers"]
    [not where eventName == "ListGroups"]
    [where eventName == "CreateUser"]
    until [where eventName == "DeleteUser"]
}
END
for format in markdown html navigator; do
    check "as $format" "$ASTRAY" doc --format $format "$tmp/x.astray"
    cp "$tmp/out" "$tmp/$format"
    golden "which is as it was" "$tmp/$format" "doc-$format"
done
check_not "no script" grep -qi '<script' "$tmp/html"
check_not "no attribute but ours" grep -q ' onmouseover="' "$tmp/html"
check_not "no link that leads anywhere else" \
    grep -q 'href="[^#hd]\|href="h[^t]\|href="j' "$tmp/html"
check_not "nor in Markdown" grep -q '[^\\]](javascript\|[^\\]]([^)]*"' \
    "$tmp/markdown"

"$ASTRAY" build "$tmp/x.astray" -o "$tmp/x.astrayc" || exit 99
check "a compiled pack says the same" \
    "$ASTRAY" doc --format html "$tmp/x.astrayc" -o "$tmp/again"
check_same "to the letter" "$tmp/again" "$tmp/html"
check "the pack that ships" \
    "$ASTRAY" doc "$srcdir/rules/aws-workload-credentials" -o "$tmp/shipped"
for rule in "$srcdir"/rules/aws-workload-credentials/*.test.yaml; do
    name=$(basename "$rule" .test.yaml)
    check "has $name" grep -q "(#rule-$name)" "$tmp/shipped"
done
if command -v python3 >/dev/null 2>&1; then
    cat >"$tmp/look.py" <<'END'
"""Every tag is closed in its place, every link leads to an id, and the layer
has what Navigator's format 4.5 demands."""
import html.parser
import json
import sys


class Page(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.ids, self.links, self.wrong = [], set(), [], []

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag not in ("meta", "link"):
            self.open.append(tag)
        if "id" in attributes:
            if attributes["id"] in self.ids:
                self.wrong.append("twice: " + attributes["id"])
            self.ids.add(attributes["id"])
        if tag == "a":
            self.links.append(attributes["href"])

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append("closed: " + tag)


page = Page()
page.feed(open(sys.argv[1], encoding="utf-8").read())
wrong = page.wrong + page.open
wrong += [to for to in page.links
          if to.startswith("#") and to[1:] not in page.ids]
layer = json.load(open(sys.argv[2], encoding="utf-8"))
wrong += [name for name in ("name", "versions", "domain", "techniques")
          if name not in layer]
scores = {one["techniqueID"]: one["score"] for one in layer["techniques"]}
if scores != {"T1552.005": 1, "T1078": 3}:
    wrong.append(str(scores))
print("\n".join(wrong))
sys.exit(1 if wrong else 0)
END
    check "tags, links and the layer are sound" \
        python3 "$tmp/look.py" "$tmp/html" "$tmp/navigator"
else
    skip "tags, links and the layer are sound" "no python3"
fi

check_status 3 "no path" "$ASTRAY" doc
echo 'rule x { from cloudtrail where nope }' >"$tmp/bad.astray"
check_status 2 "rules that do not compile" "$ASTRAY" doc "$tmp/bad.astray"
done_testing
