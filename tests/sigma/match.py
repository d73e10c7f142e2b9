#!/usr/bin/env python3
"""match.py ASTRAY COUNT SEED - imported rules against a matcher of Sigma.

Makes COUNT Sigma rules of one event each, imports them, and lets them judge
made-up events.  What Sigma's specification says of the same rules and events
is worked out here, in the plainest way.  Prints every pair that differs and
ends with 1 when there is one.
"""
import ipaddress
import json
import os
import random
import re
import subprocess
import sys
import tempfile

NAMES = ["eventName", "userAgent", "userIdentity.userName", "errorCode",
         "requestParameters.name", "requestParameters.items.key",
         "responseElements.a.b", "resources.ARN"]
WORDS = ["get", "GetObject", "putobject", "", "a*b", "a?b", "a\\b", "x y",
         "École", "école", "get\nobject", "10", "null"]
PATTERNS = ["get*", "*object", "G?t*", "*", "a\\*b", "a\\?b", "a\\\\b", "a\\b",
            "*a\\\\*", "ÉCOLE", "éc*", "", "x y", "10", "?", "*e*t*", "**get"]
REGEXES = ["^get", "Get.*t$", "o.j", "(?:a|x).[by ]", "get.object", "[0-9]+$"]
BLOCKS = ["10.0.0.0/8", "192.0.2.0/25", "2001:db8::/32"]
ADDRESSES = ["10.1.2.3", "192.0.2.200", "2001:db8::7", "AWS Internal",
             "ec2.amazonaws.com"]


# ---- rules ---------------------------------------------------------------

def make_key_and_values(rng):
    """One item of a map: its key, and its value or values."""
    field = rng.choice(NAMES)
    kind = rng.randrange(10)
    if kind == 0:
        return field + "|exists", rng.random() < 0.5
    if kind == 1:
        flags = rng.sample(["i", "m", "s"], rng.randrange(3))
        return "|".join([field, "re"] + flags), rng.choice(REGEXES)
    if kind == 2:
        return "sourceIPAddress|cidr", rng.sample(BLOCKS, rng.randint(1, 2))
    if kind == 3:
        order = rng.choice(["lt", "lte", "gt", "gte"])
        return "requestParameters.count|" + order, rng.choice([5, 10, 10.5])
    if kind == 4:
        other = rng.choice(NAMES)
        return field + rng.choice(["|fieldref", "|fieldref|cased"]), other
    if kind == 5:
        return field, rng.choice([None, [None, "get*"], ""])
    if kind == 6:
        return rng.choice([("requestParameters.count", rng.choice([5, 10])),
                           ("readOnly", rng.random() < 0.5),
                           ("sourceIPAddress", rng.choice(ADDRESSES).upper()),
                           (field + "|neq", rng.choice(PATTERNS[:3]))])
    parts = [field] + rng.choice([[], ["contains"], ["startswith"],
                                  ["endswith"]])
    parts += rng.choice([[], [], ["all"], ["cased"]])
    return "|".join(parts), rng.sample(PATTERNS, rng.randint(1, 3))


def make_search(rng):
    """What stands under a search identifier: a map, or a list of maps."""
    maps = [dict(make_key_and_values(rng) for _ in range(rng.randint(1, 2)))
            for _ in range(rng.choice([1, 1, 2]))]
    return maps[0] if len(maps) == 1 else maps


def make_condition(rng, depth=0):
    """A condition over sel_a, sel_b and filter, as text."""
    kind = rng.randrange(7 if depth < 3 else 2)
    if kind <= 1:
        return rng.choice(["sel_a", "sel_b", "filter", "1 of sel_*",
                           "all of sel_*", "1 of them", "all of them"])
    if kind == 2:
        return "not " + make_condition(rng, 3)
    if kind == 3:
        return "(" + make_condition(rng, depth + 1) + ")"
    word = rng.choice([" and ", " or "])
    return make_condition(rng, depth + 1) + word + make_condition(rng,
                                                                  depth + 1)


def make_rule(rng, number):
    """A Sigma rule as a tree; JSON of it is YAML, too."""
    return {
        "title": "Made rule number %d" % number,
        "logsource": {"product": "aws", "service": "cloudtrail"},
        "detection": {"sel_a": make_search(rng), "sel_b": make_search(rng),
                      "filter": make_search(rng),
                      "condition": make_condition(rng)},
    }


# ---- events --------------------------------------------------------------

def some(rng, make):
    """A value, or several in an array."""
    kind = rng.randrange(8)
    if kind == 0:
        return [make() for _ in range(rng.randrange(3))]
    if kind == 1:
        return None
    return make()


def make_event(rng, number):
    """A record with some of the fields that the rules ask for."""
    def word():
        return rng.choice(WORDS)
    event = {"eventID": "e%d" % number, "eventName": word(),
             "eventTime": "2026-01-01T%02d:%02d:00Z" % divmod(number, 60)}
    if rng.random() < 0.7:
        event["userAgent"] = word()
    if rng.random() < 0.5:
        event["errorCode"] = rng.choice(WORDS + [None])
    if rng.random() < 0.6:
        event["userIdentity"] = {"userName": word()}
    if rng.random() < 0.6:
        event["readOnly"] = rng.random() < 0.5
    if rng.random() < 0.8:
        event["sourceIPAddress"] = rng.choice(ADDRESSES)
    if rng.random() < 0.8:
        event["requestParameters"] = {
            "name": some(rng, word),
            "items": some(rng, lambda: {"key": some(rng, word)}),
            "count": some(rng, lambda: rng.choice([4, 5, 10, 11, "10"]))}
    if rng.random() < 0.4:
        event["responseElements"] = {"a": some(rng, lambda: {"b": word()})}
    if rng.random() < 0.4:
        event["resources"] = [{"ARN": word()} for _ in range(2)]
    return event


# ---- what Sigma means ----------------------------------------------------

def reach(value, steps):
    """What lies at the end of a dotted name: any element of an array."""
    if isinstance(value, list):
        return [found for part in value for found in reach(part, steps)]
    if not steps:
        return [] if value is None else [value]
    if isinstance(value, dict) and steps[0] in value:
        return reach(value[steps[0]], steps[1:])
    return []


def is_there(value, steps):
    """Does a dotted name lead to anything but null?"""
    if not steps:
        return value is not None
    if isinstance(value, list):
        return any(is_there(part, steps) for part in value)
    return (isinstance(value, dict) and steps[0] in value and
            is_there(value[steps[0]], steps[1:]))


def text_of(value):
    """A scalar as text; None for an object."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if isinstance(value, dict) else str(value)


def wild(text, front, back, cased):
    """A value with wildcards as a regular expression."""
    out = ".*" if front else ""
    at = 0
    while at < len(text):
        if text[at] == "\\" and text[at + 1:at + 2] in ("*", "?", "\\"):
            out += re.escape(text[at + 1])
            at += 1
        else:
            out += {"*": ".*", "?": "."}.get(text[at], re.escape(text[at]))
        at += 1
    flags = re.DOTALL if cased else re.DOTALL | re.IGNORECASE
    return re.compile(out + (".*" if back else ""), flags)


def number_of(value):
    """A number, or a text that is one; else None."""
    try:
        return None if isinstance(value, bool) else float(value)
    except (TypeError, ValueError):
        return None


def in_block(value, block):
    """Is it an address in the block?"""
    try:
        return ipaddress.ip_address(value) in ipaddress.ip_network(block)
    except ValueError:
        return False


def fits_regex(found, value, mods):
    """|re and what may stand behind it."""
    flags = sum({"i": re.I, "m": re.M, "s": re.S}[mod] for mod in mods
                if mod in "ims")
    return any(re.search(value.replace("$", r"\Z") if "m" not in mods
                         else value, text_of(one) or "", flags)
               for one in found if text_of(one) is not None)


def fits(event, field, mods, value):
    """Does the field fit one value?"""
    found = reach(event, field.split("."))
    texts = [text_of(one) for one in found if text_of(one) is not None]
    if "exists" in mods:
        return is_there(event, field.split(".")) == value
    if value is None:
        return not is_there(event, field.split("."))
    if "re" in mods:
        return fits_regex(found, value, mods)
    if "cidr" in mods:
        return any(in_block(text, value) for text in texts)
    if "fieldref" in mods:
        others = [text_of(one) for one in reach(event, value.split("."))]
        fold = str if "cased" in mods else ascii_lower
        return any(fold(a) == fold(b) for a in texts for b in others
                   if b is not None)
    for name, holds in (("lte", float.__le__), ("lt", float.__lt__),
                        ("gte", float.__ge__), ("gt", float.__gt__)):
        if name in mods:
            return any(holds(number, float(value)) for number in
                       map(number_of, found) if number is not None)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return any(number_of(one) == value for one in found)
    pattern = wild(text_of(value), "contains" in mods or "endswith" in mods,
                   "contains" in mods or "startswith" in mods, "cased" in mods)
    if pattern.pattern.replace(".*", "") == "" and pattern.pattern:
        return bool(found)
    return any(pattern.fullmatch(text) for text in texts)


def ascii_lower(text):
    """Only A to Z: as lower() does where two fields are compared."""
    return "".join(chr(ord(c) + 32) if "A" <= c <= "Z" else c for c in text)


def fits_item(event, key, values):
    """FIELD|MODIFIER: VALUES."""
    field, *mods = key.split("|")
    values = values if isinstance(values, list) else [values]
    verdicts = [fits(event, field, mods, value) for value in values]
    verdict = all(verdicts) if "all" in mods else any(verdicts)
    return not verdict if "neq" in mods else verdict


def fits_search(event, search):
    """A map, or any of a list of maps."""
    maps = search if isinstance(search, list) else [search]
    return any(all(fits_item(event, key, values)
                   for key, values in one.items()) for one in maps)


def fits_rule(event, rule):
    """The condition, put into Python's words."""
    names = [name for name in rule["detection"] if name != "condition"]
    verdicts = {name: fits_search(event, rule["detection"][name])
                for name in names}
    sels = [name for name in names if name.startswith("sel_")]
    text = rule["detection"]["condition"]
    for phrase, chosen, word in (("1 of sel_*", sels, " or "),
                                 ("all of sel_*", sels, " and "),
                                 ("1 of them", names, " or "),
                                 ("all of them", names, " and ")):
        text = text.replace(phrase, "(" + word.join(chosen) + ")")
    return eval(text, {}, verdicts)  # made above, of nothing but these words


# ---- comparing -----------------------------------------------------------

def run(command, **more):
    """Run a command; its output."""
    return subprocess.run(command, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, universal_newlines=True,
                          check=False, encoding="utf-8", **more)


def find(astray, rules, events, folder):
    """(rule's title, event's id) of every alert, and the refused titles."""
    source = os.path.join(folder, "made.yml")
    taken = os.path.join(folder, "made.astray")
    report = os.path.join(folder, "report.json")
    with open(source, "w", encoding="utf-8") as out:
        out.write("\n---\n".join(json.dumps(rule) for rule in rules))
    run([astray, "import", "sigma", source, "-o", taken, "--report", report])
    with open(report, encoding="utf-8") as lines:
        states = {rule["title"]: rule["state"]
                  for rule in json.load(lines)["rules"]}
    text = "".join(json.dumps(event) + "\n" for event in events)
    alerts = run([astray, "scan", "-r", taken, "--format", "jsonl", "-"],
                 input=text)
    found = {(alert["rule"]["title"], alert["event"]["eventID"])
             for alert in map(json.loads, alerts.stdout.splitlines())}
    return found, {title for title in states if states[title] == "refused"}


def main():
    """Make, import, judge, compare."""
    rng = random.Random(int(sys.argv[3]))
    rules = [make_rule(rng, n) for n in range(int(sys.argv[2]))]
    events = [make_event(rng, n) for n in range(60)]
    with tempfile.TemporaryDirectory() as folder:
        found, refused = find(sys.argv[1], rules, events, folder)
    wanted = {(rule["title"], event["eventID"]) for rule in rules
              for event in events if fits_rule(event, rule)}
    by_title = {rule["title"]: rule for rule in rules}
    by_id = {event["eventID"]: event for event in events}
    for title, event in sorted(wanted ^ found)[:5]:
        print("Sigma" if (title, event) in wanted else "astray", "alone finds",
              json.dumps(by_id[event]), "by", json.dumps(by_title[title]))
    for title in sorted(refused)[:5]:
        print("refused:", json.dumps(by_title[title]))
    print("# %d rules, %d events, %d pairs found" %
          (len(rules), len(events), len(found)))
    return 1 if wanted != found or refused or not found else 0


sys.exit(main())
