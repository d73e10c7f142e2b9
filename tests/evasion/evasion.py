#!/usr/bin/env python3
"""The evasion cases: are the verdicts what NN-name/case.txt says?

    evasion.py check ASTRAY PACK TMP   scans every case, prints verdicts
    evasion.py page                    prints doc/evasion.md

A case.txt has members `name: text`, which go on in indented lines:

    title:   what the case is called
    move:    what the thief does
    stolen:  the numbers of his calls, by the end of their event ids
    options: for `astray scan`, where the case is about them
    advice:  what an operator can do about what is missed
    RULE:    the verdict: `caught N...`, `false alarm N...`, `known miss`,
             `not its business`, `quiet` where nobody steals, or several
             with `;` between them; the indented lines are the reason

Every rule of the pack has a verdict in every case; why a case is not a
rule's business, rules.txt says for all of them.  The numbers are those of
the events that alert, or that turned a group's alert.  An alert is caught
when the thief's calls are in it and false when none is, so a case.txt cannot
call the one the other.
"""
import glob
import gzip
import json
import os
import random
import re
import shlex
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
PACK = os.path.join(HERE, "..", "..", "rules", "aws-workload-credentials")
KINDS = ("caught", "false alarm", "known miss", "not its business",
         "quiet")


class Mistake(Exception):
    """What is wrong with a case."""


def rules_of(pack):
    """The rules' names and status, in the order of rules.txt."""
    rules = []
    for path in sorted(glob.glob(os.path.join(pack, "*.astray"))):
        with open(path, encoding="utf-8") as source:
            text = source.read()
        for name in re.findall(r"^rule (\w+) \{", text, re.M):
            status = re.search(r"status = (\w+)", text).group(1)
            rules.append((name, status))
    order = list(read_members(os.path.join(HERE, "rules.txt")))
    if sorted(order) != sorted(name for name, _ in rules):
        raise Mistake("rules.txt does not name the rules of the pack")
    return sorted(rules, key=lambda rule: order.index(rule[0]))


def read_members(path):
    """The members of a case.txt, each as (first line, the other lines)."""
    members, name = {}, None
    with open(path, encoding="utf-8") as source:
        for line in source:
            line = line.rstrip("\n")
            if not line.strip():
                continue
            if line[0] == " " and name:
                members[name][1].append(line.strip())
                continue
            name, colon, rest = line.partition(":")
            if not colon or name in members:
                raise Mistake(f"{path}: {line}")
            members[name] = (rest.strip(), [])
    return members


def whole(member):
    return " ".join([member[0]] + member[1]).strip()


class Verdict:
    """What a rule says of a case."""

    def __init__(self, words, reason):
        self.words, self.reason = words, reason
        self.numbers = {kind: [] for kind in KINDS}
        self.kinds = []
        for part in words.split(";"):
            kind = next((k for k in KINDS if part.strip().startswith(k)),
                        None)
            if kind is None:
                raise Mistake(f"no verdict: {words}")
            numbers = part.strip()[len(kind):].split()
            if (kind in KINDS[:2]) != bool(numbers):
                raise Mistake(f"with or without numbers? {words}")
            self.kinds.append(kind)
            self.numbers[kind] = [int(number) for number in numbers]

    def alerts(self):
        return sorted(self.numbers["caught"] + self.numbers["false alarm"])


class EvasionCase:
    """A case's texts, events and verdicts."""

    def __init__(self, folder, rules):
        self.name = os.path.basename(folder)
        members = read_members(os.path.join(folder, "case.txt"))

        def take(name):
            return whole(members.pop(name, ("", [])))
        self.title, self.move = take("title"), take("move")
        self.stolen = [int(number) for number in take("stolen").split()]
        self.options = shlex.split(take("options"))
        self.advice = take("advice")
        with open(os.path.join(folder, "events.jsonl"),
                  encoding="utf-8") as source:
            self.records = [json.loads(line) for line in source]
        self.verdicts = {}
        for name, _ in rules:
            if name not in members:
                raise Mistake(f"{self.name}: no verdict of {name}")
            words, reason = members.pop(name)
            self.verdicts[name] = Verdict(words, " ".join(reason))
        if members or not self.title or not self.move:
            raise Mistake(f"{self.name}: {', '.join(members) or 'texts'}")
        self.check_numbers(rules)

    def check_numbers(self, rules):
        """What can be seen to be wrong without a scan."""
        known = {number_of(record["eventID"]) for record in self.records}
        for name, _ in rules:
            verdict = self.verdicts[name]
            if not known.issuperset(verdict.alerts() + self.stolen):
                raise Mistake(f"{self.name}: {name} names no event")
            kinds = set(verdict.kinds)
            if kinds & {"known miss", "false alarm"} and not verdict.reason:
                raise Mistake(f"{self.name}: {name} gives no reason")


def number_of(event_id):
    """The number at the end of an event's id."""
    return int(event_id[-12:], 10)


def cases_of(rules):
    folders = sorted(glob.glob(os.path.join(HERE, "[0-9][0-9]-*")))
    return [EvasionCase(folder, rules) for folder in folders]


# ---- check ----

def lay_out(case, variant, folder):
    """Write the case's records as this variant has them; the inputs."""
    chance = random.Random(case.name)
    lines = [json.dumps(record, separators=(",", ":"))
             for record in case.records]
    os.makedirs(folder, exist_ok=True)
    if variant == "as it is":
        return [os.path.join(HERE, case.name, "events.jsonl")]
    if variant == "permuted and twice":
        path = os.path.join(folder, "events.jsonl")
        lines = chance.sample(lines + lines, 2 * len(lines))
        with open(path, "w", encoding="utf-8") as out:
            out.write("\n".join(lines) + "\n")
        return [path]
    paths = []
    lines = chance.sample(lines, len(lines))
    for half in (lines[0::2], lines[1::2]):
        paths.append(os.path.join(folder, f"{len(paths)}.json.gz"))
        with gzip.open(paths[-1], "wt", encoding="utf-8") as out:
            out.write('{"Records":[' + ",".join(half) + "]}")
    return paths


VARIANTS = ("as it is", "permuted and twice", "two gzip files")


def scan(astray, pack, case, inputs):
    """The alerts, as (rule, number, the numbers of what is in it)."""
    command = [astray, "scan", "-r", pack, "--format", "jsonl", "-q"]
    done = subprocess.run(
        command + case.options + inputs, check=False,
        cwd=os.path.join(HERE, case.name), stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, universal_newlines=True)
    if done.returncode not in (0, 1):
        raise Mistake(f"{case.name}: exit status {done.returncode}: "
                      f"{done.stderr}")
    alerts = []
    for line in done.stdout.splitlines():
        alert = json.loads(line)
        if "group" in alert:
            event = alert["group"]["turned_by"]
            inside = [number_of(e) for e in alert["group"]["events"]]
        else:
            event = alert["event"]["eventID"]
            inside = [number_of(event)]
        alerts.append((alert["rule"]["name"], number_of(event), inside))
    return alerts


def judge(case, name, alerts):
    """The verdict's words as the alerts of a rule have them."""
    found = {"caught": [], "false alarm": []}
    for rule, number, inside in alerts:
        if rule == name:
            theft = set(inside) & set(case.stolen)
            found["caught" if theft else "false alarm"].append(number)
    return "; ".join(" ".join([kind] + [str(n) for n in sorted(numbers)])
                     for kind, numbers in found.items() if numbers)


def wanted(verdict):
    return "; ".join(" ".join([kind] + [str(n) for n in
                                        sorted(verdict.numbers[kind])])
                     for kind in KINDS[:2] if verdict.numbers[kind])


def check(astray, pack, folder):
    """One line for each case, variant and rule, as TAP has it; before one
    that is not ok, what was wanted and what came."""
    rules = rules_of(PACK)
    for case in cases_of(rules):
        for variant in VARIANTS:
            inputs = lay_out(case, variant, os.path.join(
                folder, case.name, variant.replace(" ", "-")))
            alerts = scan(astray, pack, case, inputs)
            for name, _ in rules:
                got = judge(case, name, alerts)
                want = wanted(case.verdicts[name])
                if got != want:
                    print(f"# want: {want or 'nothing'}")
                    print(f"# got:  {got or 'nothing'}")
                print("ok" if got == want else "not ok",
                      f"- {case.name}, {variant}: {name}")


# ---- page ----

HEAD = """# Evasion

<!-- Made by `make docs` from tests/evasion; edit the case.txt there. -->

A thief who holds the key of a Lambda function or of an ECS task, and has read
our rules: what he can try, and what each shipped rule says of it. Every case
is a folder of `tests/evasion` with its events, honest traffic included, and
the verdicts below; `make check` scans them all, as they are, permuted and
doubled, and split over two gzip files, and fails when a verdict changes in
either direction.

The verdicts:

- **caught**: all his calls alert; *caught 1/4*: of four calls one does. A
  rule that judges a window alerts once for all that is in it.
- **missed**: a known miss, with the reason below.
- **false**: honest calls alert, so many of them, with the reason below.
- a dash: not the rule's business.
- **quiet**: nobody steals, and nothing alerts.

The function of most stories is written in Python and calls within the hour of
the theft. That is the best that can happen to the rules that go by the
runtime's mark; 16, 48 and 59 show what happens otherwise.

"""


def cell(case, rule_counts_calls, verdict):
    """What the table shows of a verdict."""
    caught, false = (len(verdict.numbers[kind]) for kind in KINDS[:2])
    parts = []
    if caught and rule_counts_calls and caught < len(case.stolen):
        parts.append(f"caught {caught}/{len(case.stolen)}")
    elif caught:
        parts.append("caught")
    if "known miss" in verdict.kinds:
        parts.append("**missed**")
    if false:
        parts.append(f"*{false} false*")
    return ", ".join(parts) or ("quiet" if "quiet" in verdict.kinds else "-")


def counts_calls(pack):
    """The rules that alert once an event, and not once a window."""
    rules = set()
    for path in glob.glob(os.path.join(pack, "*.astray")):
        with open(path, encoding="utf-8") as source:
            text = source.read()
        if not re.search(r"^  group by", text, re.M):
            rules.update(re.findall(r"^rule (\w+) \{", text, re.M))
    return rules


def print_table(cases, rules, by_call):
    letters = dict(zip((name for name, _ in rules), "ABCDEFGHIJKLMN"))
    business = read_members(os.path.join(HERE, "rules.txt"))
    print("| | rule | judges |\n|---|---|---|")
    for name, _ in rules:
        print(f"| {letters[name]} | `{name}` | {whole(business[name])} |")
    print("\n| case | " + " | ".join(letters.values()) + " |")
    print("|---" * (len(rules) + 1) + "|")
    for case in cases:
        cells = [cell(case, name in by_call, case.verdicts[name])
                 for name, _ in rules]
        title = f"[{case.name[:2]}](#{case.name}) {case.title}"
        print(f"| {title} | " + " | ".join(cells) + " |")


def print_tally(cases, rules):
    """How many cases each reference catches, and the others together."""
    judged = [case for case in cases if case.stolen]
    groups = [(f"`{name}`", [name]) for name, status in rules
              if status == "reference"]
    groups.append(("the other rules together",
                   [name for name, status in rules
                    if status != "reference"]))
    print(f"\nOf {len(judged)} cases of theft that leave a record\n")
    for title, names in groups:
        caught = sum(any(case.verdicts[name].numbers["caught"]
                         for name in names) for case in judged)
        false = sum(len(case.verdicts[name].numbers["false alarm"])
                    for case in cases for name in names)
        print(f"- {title}: {caught} caught, in whole or in part; {false} "
              f"false alarms in all {len(cases)} cases")
    print()


def describe(verdict, case, by_call):
    """A verdict in words: its kinds, and the reason."""
    words = []
    for kind in verdict.kinds:
        numbers = verdict.numbers[kind]
        if kind == "caught" and by_call and len(numbers) < len(case.stolen):
            words.append(f"caught {len(numbers)} of {len(case.stolen)} calls")
        elif kind == "false alarm":
            count = len(numbers)
            words.append(f"{count} false alarm{'s' if count > 1 else ''}")
        else:
            words.append(kind)
    return ", ".join(words) + ("." if not verdict.reason
                               else f". {verdict.reason}")


def print_case(case, rules, by_call):
    print(f"### {case.name}\n\n**{case.title}.** {case.move}\n")
    for name, _ in rules:
        verdict = case.verdicts[name]
        if verdict.reason or verdict.kinds[0] not in KINDS[3:]:
            print(f"- `{name}`: {describe(verdict, case, name in by_call)}")
    if case.advice:
        print(f"\nWhat helps: {case.advice}")
    print()


def page():
    """doc/evasion.md."""
    rules = rules_of(PACK)
    cases, by_call = cases_of(rules), counts_calls(PACK)
    sys.stdout.write(HEAD)
    print_table(cases, rules, by_call)
    print_tally(cases, rules)
    print("## The cases\n")
    for case in cases:
        print_case(case, rules, by_call)


def main():
    if sys.argv[1:2] == ["check"] and len(sys.argv) == 5:
        check(*sys.argv[2:])
    elif sys.argv[1:] == ["page"]:
        page()
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    try:
        main()
    except Mistake as mistake:
        sys.exit(f"evasion.py: {mistake}")
