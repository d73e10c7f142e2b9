#!/usr/bin/env python3
"""conform.py - generated rules and events through every evaluator.

    conform.py --driver DRIVER [--count N] [--seed N] [--jobs N] [--native]

A pair is a rule and a set of events.  For each the reference, the bytecode
and (with --native) the C target must give the same alerts, and so must the
engine for the same events in other ways: see VARIANTS.  Prints TAP; a
difference is shrunk and written down as a golden case (shrink.py).
doc/testing.md says more.
"""

import argparse
import collections
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

from choices import Choices
from engine import Engine, Job, alerts
import eventset
from generate import Pack
import native
import vocabulary as words

HERE = os.path.dirname(os.path.abspath(__file__))
RULES, SETS = 8, 5  # of one pack: 40 pairs


class Difference(Exception):
    """Two evaluators disagree.  `kind` names them; `want`, `got` are alerts,
    or texts."""

    def __init__(self, kind, number, want, got):
        super().__init__(kind)
        self.kind, self.number = kind, number  # of the set of events
        self.want, self.got = want, got


class Case:
    """A pack and its sets of events, as a seed makes them."""

    def __init__(self, seed):
        choices = Choices(seed)
        self.seed = seed
        self.pack = Pack(choices, RULES)
        self.sets = [eventset.generate(choices, self.pack)
                     for _ in range(SETS)]


# ---- what is compared ------------------------------------------------------

def without(alert, names):
    """An alert without some of its members."""
    return {name: value for name, value in alert.items()
            if name not in names}


def canonical(found):
    """Alerts as texts in an order of their own: a multiset."""
    return sorted(json.dumps(alert, sort_keys=True) for alert in found)


def like(found, model):
    """The engine's alerts with the members that the reference gives."""
    out = []
    names = {name for alert in model for name in alert}
    inner = {name for alert in model for name in alert.get("rule", {})}
    if not model:
        return found
    names |= {"baselines", "combinations", "group", "event",
              "new_terms", "sequence", "suppressed"}
    for alert in found:
        alert = {name: value for name, value in alert.items()
                 if name in names}
        alert["rule"] = {name: value for name, value in
                         alert["rule"].items() if name in inner}
        out.append(alert)
    return out


def drop_twins(want, found):
    """Aggregates that come to the same expression (of a let, a macro) are one
    to the engine, under the name that stands first: take away the others."""
    names = {}
    for alert in found:
        if "group" in alert:
            names.setdefault(alert["rule"]["name"], set()).update(
                alert["group"]["aggregates"])
    for alert in want:
        if "group" in alert and alert["rule"]["name"] in names:
            known = names[alert["rule"]["name"]]
            group = alert["group"] = dict(alert["group"])
            group["aggregates"] = {
                name: value for name, value in group["aggregates"].items()
                if name in known}


def number_of(text):
    """A number of JSON; 2.0 and 2 are the same."""
    value = float(text)
    return int(value) if value == int(value) else value


def text_of(records, gap=""):
    """Records as a file."""
    return "\n".join(eventset.lines(records, gap)).encode() + b"\n"


# ---- the same events in other ways -----------------------------------------

def permuted(choices, records):
    """In another order, some twice (with other white space), in files."""
    twice = choices.some(records, 0, 4)
    mixed = choices.shuffled([(record, "") for record in records] +
                             [(record, " ") for record in twice])
    files = [[] for _ in range(1 + choices.below(3))]
    for record, gap in mixed:
        choices.pick(files).append(eventset.dump(record, gap))
    return [("part%d" % number, ("\n".join(lines)).encode())
            for number, lines in enumerate(files)]


def carried(choices, records):
    """As CloudTrail delivers them: {"Records": [...]}, twice."""
    mixed = choices.shuffled(records)
    half = choices.below(len(mixed) + 1)
    return [("a", eventset.dump({"Records": mixed[half:]}).encode()),
            ("b", eventset.dump({"Records": mixed}, " ").encode())]


def beside_others(choices, records):
    """Among events that the rules pass over."""
    others = eventset.irrelevant(choices, 1 + choices.below(20), records)
    return [("all", text_of(choices.shuffled(records + others)))]


def later(choices, records):
    """Four weeks later, or many times that."""
    del choices
    return [("all", text_of([eventset.shifted(record, words.SHIFT)
                             for record in records]))]


def unshifted(alert):
    """An alert of later() as it was before; the id stays out of it."""
    def back(match):
        return '"' + eventset.shift_time(match.group(1), -words.SHIFT) + '"'

    text = json.dumps(without(alert, ["id"]))
    return json.loads(re.sub(
        r'"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z)"', back, text))


def applies_always(pack):
    """Whether a variant applies to a pack."""
    del pack
    return True


# name: (files of the records, settings, whether it applies, alerts as before)
VARIANTS = {
    "permuted, some twice, in parts": (
        permuted, (), applies_always, None),
    "permuted, with next to no memory": (
        permuted, (("memory", 1),), applies_always, None),
    "in CloudTrail's files, with next to no memory": (
        carried, (("memory", 1),), applies_always, None),
    "among irrelevant events": (
        beside_others, (), lambda pack: pack.gated, None),
    "moved by four weeks": (
        later, (), lambda pack: not pack.absolute and not pack.since,
        unshifted),
}
NAMED = ["moved by four weeks"]  # for records with ids that are their own


# ---- judging ---------------------------------------------------------------

class Judge:
    """Asks all evaluators about cases."""

    def __init__(self, options):
        self.options = options
        self.engine = Engine(options.driver)
        self.folder = tempfile.mkdtemp(prefix="conform-")
        self.counts = collections.Counter()
        self.native = native.Native(options, self.folder) \
            if options.native else None
        self.reference = None
        if not options.no_reference:
            sys.path.insert(0, options.reference)
            import reference
            import values
            from syntax import RuleError
            self.reference, self.rule_error = reference, RuleError
            self.values = values

    def close(self):
        """End the driver, remove the files."""
        self.engine.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def source(self, pack, text):
        """What is compiled: a text, or a folder where there is a
        pack.yaml."""
        if not pack.shared:
            return text
        folder = Folder(os.path.join(self.folder, "pack"))
        folder.write("pack.yaml",
                     "name: rules\nversion: 1.0.0\nlicense: MIT\n"
                     "language: 1\ndedupe: sharedEventID\n")
        folder.write("pack.astray", text)
        return folder

    def refused_by_reference(self, pack, text):
        """The reference's rules, or why it refuses them."""
        lists = {}
        for name, (mode, items) in pack.set_lists.items():
            if mode == "extend":
                items = pack.list_texts[name] + items
            lists[name] = items
        dedupe = "sharedEventID" if pack.shared else "eventID"
        try:
            return self.reference.Rules({"pack.astray": text}, lists,
                                        pack.set_params, dedupe), None
        except self.rule_error as error:
            return None, str(error)

    def job(self, pack, text, sets, seed, focus):
        """The whole case for the driver: [(kind, set)] of its scans.
        `focus`: the kind and number of the one scan that is wanted."""
        job, scans = Job(), []
        job.build(self.source(pack, text), bool(self.native))
        if self.options.tally:
            job.put("code")
        for number, records in enumerate(sets):
            job.scan([("all", text_of(records))], pack)
            scans.append(("bytecode", number))
            for name in self.variants_of(pack, records, seed,
                                         number, focus):
                make, settings, _, _ = VARIANTS[name]
                choices = Choices((seed << 8) + (focus[1] if focus
                                                 else number))
                job.scan(make(choices, records), pack, settings)
                scans.append((name, number))
            if self.threaded(seed, number, focus):
                job.scan(self.on_disk(records), pack, (("threads", 3),))
                scans.append(("by three threads", number))
        return job, scans

    def variants_of(self, pack, records, seed, number, focus):
        """The variants that a set is scanned in: two that apply."""
        named = all(record.get("eventID") for record in records)
        if focus and focus[0] != "crash":
            return [focus[0]] if focus[0] in VARIANTS and (
                focus[0] not in NAMED or named) else []
        names = [name for name, row in VARIANTS.items()
                 if row[2](pack) and (named or name not in NAMED)]
        first = (seed + number) % len(names)
        return dict.fromkeys([names[first],
                              names[(first + 1) % len(names)]])

    def threaded(self, seed, number, focus):
        """Is the set read by threads too?  Files cost time."""
        if focus and focus[0] != "crash":
            return focus[0] == "by three threads"
        return number == 0 and seed % 16 == 0

    def on_disk(self, records):
        """The records in files, a third each."""
        paths = []
        for part in range(3):
            path = os.path.join(self.folder, "part%d.jsonl" % part)
            with open(path, "wb") as file:
                file.write(text_of(records[part::3]))
            paths.append(path)
        return paths

    def check(self, pack, text, sets, seed, focus=None):
        """Judge a pack on sets of events; raises Difference."""
        job, scans = self.job(pack, text, sets, seed, focus)
        got = self.engine.ask(job)
        word, payload = got.pop(0)
        rules, refusal = None, None
        if self.reference:
            rules, refusal = self.refused_by_reference(pack, text)
        if word == "refused":
            self.counts["refused by both" if refusal else
                        "refused by the engine alone"] += 1
            if not refusal and self.options.verbose:
                print("# seed %d: %s" % (seed, payload.decode()))
            return False
        if refusal:
            raise Difference("the reference refuses", 0, refusal, word)
        source = got.pop(0)[1] if self.native else b""
        if self.options.tally:
            self.tally(got.pop(0)[1].decode())
        base, alerted = {}, set()
        for (kind, number), (word, payload) in zip(scans, got):
            if word != "alerts":
                raise Difference(kind, number, "alerts", payload.decode())
            if kind == "bytecode":
                base[number] = alerts(payload, number_of)
                self.count_interesting(base[number], sets[number], pack,
                                       alerted)
                self.check_reference(rules, number, pack, sets[number],
                                     base[number])
            else:
                self.check_variant(kind, number, base[number],
                                   alerts(payload, number_of))
        self.counts["rules that do so in one of their sets"] += len(alerted)
        if self.native and (not focus or focus[0] in ("native", "crash")):
            self.check_native(pack, source, sets, scans, got)
        return True

    def check_reference(self, rules, number, pack, records, found):
        """The bytecode's alerts against the reference's."""
        if not self.reference:
            return
        start = time.process_time()
        since = pack.since and self.values.time_of(pack.since)
        want = self.reference.judge(rules, eventset.lines(records), since)
        want = json.loads(json.dumps(want), parse_float=number_of)
        self.counts["reference ms"] += int(
            1e3 * (time.process_time() - start))
        found = like(found, want)
        drop_twins(want, found)
        if canonical(found) != canonical(want):
            raise Difference("reference", number, want, found)

    def check_variant(self, kind, number, base, found):
        """Alerts of the same events in another way."""
        back = VARIANTS[kind][3] if kind in VARIANTS else None
        hidden = ["source", "id"] if back else ["source"]
        if back:
            found = [back(alert) for alert in found]
        want = [without(alert, hidden) for alert in base]
        got = [without(alert, hidden) for alert in found]
        if canonical(want) != canonical(got):
            raise Difference(kind, number, want, got)

    def check_native(self, pack, source, sets, scans, got):
        """The C target's alerts against the bytecode's, to the byte."""
        path = self.native.compile(source)
        job = Job()
        for records in sets:
            job.scan([("all", text_of(records))], pack, (("native", path),))
        want = [answer for (kind, _), answer in zip(scans, got)
                if kind == "bytecode"]
        for number, pair in enumerate(zip(want, self.engine.ask(job))):
            if pair[0] != pair[1]:
                raise Difference("native", number, *(
                    alerts(payload) if word == "alerts" else payload.decode()
                    for word, payload in pair))

    def count_interesting(self, found, records, pack, alerted):
        """How many pairs alert on some events, and how many on all; the
        rules of the former go to `alerted`."""
        by_rule = collections.Counter(alert["rule"]["name"]
                                      for alert in found)
        rules = [node.name for node in pack.nodes
                 if node.name.startswith("r")]
        self.counts["pairs"] += len(rules)
        for name in rules:
            count = by_rule.get(name, 0)
            if 0 < count < len(records):
                alerted.add(name)
            self.counts["pairs without an alert" if count == 0 else
                        "pairs that alert on all events"
                        if count >= len(records) else
                        "pairs that alert on some events"] += 1

    def tally(self, code):
        """Count the instructions of a described pack."""
        for name in OPCODE.findall(code):
            self.counts["op " + name] += 1


OPCODE = re.compile(r"^ +(?:code +)?\d+  ([A-Z][A-Z_0-9]+)",
                    re.MULTILINE)


class Folder:
    """A folder of sources."""

    def __init__(self, path):
        self.path = path
        os.makedirs(path, exist_ok=True)

    def write(self, name, text):
        """Put a file there."""
        with open(os.path.join(self.path, name), "w",
                  encoding="utf-8") as file:
            file.write(text)


# ---- the run ---------------------------------------------------------------

def work(options, numbers):
    """Judge the packs of these numbers; (counts, failures)."""
    import shrink
    judge = Judge(options)
    failures = []
    for number in numbers:
        seed = (options.seed << 32) + number
        case = Case(seed)
        judge.counts.update({"made " + word: count for word, count in
                             case.pack.counts.items()})
        judge.counts["packs"] += 1
        try:
            judge.check(case.pack, case.pack.text(), case.sets, seed)
        except Exception as problem:  # a crash is a difference, too
            failures.append(shrink.report(judge, case, problem))
            if options.first or len(failures) >= options.most:
                break
    judge.close()
    return dict(judge.counts), failures


def spread(options):
    """The same by several processes, each a share of the packs."""
    packs = options.only or range(-(-options.count // (RULES * SETS)))
    packs = list(packs)
    if options.jobs == 1 or len(packs) == 1:
        return work(options, packs)
    counts, failures, children = collections.Counter(), [], []
    for share in range(options.jobs):
        read, write = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(read)
            done = work(options, packs[share::options.jobs])
            with os.fdopen(write, "w") as pipe:
                json.dump(done, pipe)
            os._exit(0)
        os.close(write)
        children.append((child, read))
    for child, read in children:
        with os.fdopen(read) as pipe:
            text = pipe.read()
        os.waitpid(child, 0)
        if not text:
            failures.append("a process of the run died")
            continue
        part, failed = json.loads(text)
        counts.update(part)
        failures += failed
    return dict(counts), failures


def case_line(number, good, name):
    """A line of TAP."""
    print("%sok %d - %s" % ("" if good else "not ", number, name))


def summary(options, counts, failures, seconds):
    """TAP, with what there was as comments."""
    pairs = counts.get("pairs", 0)
    case_line(1, not failures, "%d pairs of rule and events, 0 differences"
              % pairs)
    for failure in failures:
        print("\n".join("# " + line for line in failure.splitlines()))
    packs = max(1, counts.get("packs", 0))
    refused = sum(counts.get(word, 0) for word in
                  ("refused by both", "refused by the engine alone"))
    case_line(2, refused <= packs * 0.05,
              "%.1f%% of %d packs compile" % (100 - 100 * refused / packs,
                                              packs))
    some = counts.get("pairs that alert on some events", 0)
    rules = counts.get("rules that do so in one of their sets", 0)
    case_line(3, some >= pairs * 0.3, "%.0f%% of the pairs alert on some "
              "events and not on all; %.0f%% of the rules do" % (
                  100 * some / max(1, pairs),
                  100 * rules / max(1, RULES * packs)))
    print("# seed %d, %.0f s, of the reference %.0f s" % (
        options.seed, seconds, counts.get("reference ms", 0) / 1e3))
    for word in sorted(counts):
        if not word.startswith(("made ", "op ")) or options.tally:
            print("# %8d %s" % (counts[word], word))
    good = 3
    if options.tally:
        missing = uncounted(counts)
        good += 1
        case_line(4, not missing, "every instruction and clause was made: %s"
                  % (" ".join(missing) or "all"))
    print("1..%d" % good)


def uncounted(counts):
    """The opcodes, aggregates and functions that no pack had."""
    program = os.path.join(HERE, "..", "..", "program")
    with open(os.path.join(program, "opcodes.def"), encoding="utf-8") as file:
        names = re.findall(r"^AS_OP\((\w+)", file.read(), re.MULTILINE)
    missing = [name for name in names if name not in UNUSED and
               not counts.get("op " + name)]
    with open(os.path.join(program, "aggregates.def"),
              encoding="utf-8") as file:
        aggregates = re.findall(r"^AS_AGG\(\w+, \"(\w+)\"", file.read(),
                                re.MULTILINE)
    missing += [name for name in aggregates if name != "key" and
                not counts.get("made aggregate " + name)]
    return missing + [word for word in WANTED
                      if not counts.get("made " + word)]


# Instructions that the compiler has no use for.
UNUSED = ["MISSING"]

# What else must have been made in a run of some size.
WANTED = """plain|join|group sliding|group tumbling|group session|group whole|
new_terms|new_terms by several|new_terms with exclude|
new_terms with suppress|since|
sequence|sequence of one step|sequence of three steps|not between two steps|
not at the end|several nots in a row|until|a key as the event's|
scope whole|scope as_of|scope plus|scope left out|retain slides|retain idle|
retain forever|from cloudtrail each|a baseline over a baseline|within|
join by part of the key|join by the whole key|more in on|require|exclude|
expires|severity|suppress|outcome|meta|let|macro|macro with parameters|
a param is set|a list is set|a param as a length of time|list<cidr>|
list<text>|list<regex>|list<ip>|list<source>|list<int>|any over rows|
all over rows|none over rows|any over elements|all over elements|
none over elements|each in a path|aggregate over []|aggregate of a set|
aggregate with a filter|in baseline.column|set contains|in computed values|
regex|regex/i|??|if|is true|is false|is not true|is not false|
declarations in any order""".replace("\n", "").split("|")


def options_of(arguments):
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--driver", required=True)
    parser.add_argument("--count", type=int, default=10000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--only", type=int, nargs="*",
                        help="judge these packs of the seed alone")
    parser.add_argument("--native", action="store_true",
                        help="compile to C, too")
    parser.add_argument("--reference",
                        default=os.path.join(HERE, "..", "reference"))
    parser.add_argument("--no-reference", action="store_true")
    parser.add_argument("--tally", action="store_true")
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("--first", action="store_true",
                        help="end at the first difference")
    parser.add_argument("--most", type=int, default=3,
                        help="differences to shrink, of each process")
    parser.add_argument("--shrink-seconds", type=float, default=30)
    parser.add_argument("--keep", default="conform-failures",
                        help="the folder for cases that fail")
    return parser.parse_args(arguments)


def main():
    """Run, and say what came out."""
    options = options_of(None)
    start = time.monotonic()
    counts, failures = spread(options)
    summary(options, counts, failures, time.monotonic() - start)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
