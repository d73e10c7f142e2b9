"""shrink.py - from a difference to the smallest case that still shows it.

Whatever can go is tried to go: declarations, clauses, parts of lists, and
events first, then expressions for one of their own parts or a constant, then
members of records.  What still differs in the same way is kept, until nothing
can go any more or the time is over.  The result is written as a golden case
is: NAME.astray, NAME.events.jsonl, NAME.alerts.jsonl.
"""

import collections
import copy
import json
import os
import time

import eventset
from tree import Node

CONSTANTS = {
    "bool": ["true", "false"], "int": ["0", "1"], "text": ['""', '"a"'],
    "real": ["1.0"], "duration": ["1s"], "time": ["2026-05-01"],
    "ip": ["192.0.2.1"], "source": ["sourceIPAddress"],
}


class Shrinker:
    """Holds the case that still fails, and tries smaller ones."""

    def __init__(self, judge, case, problem):
        self.judge, self.seed = judge, case.seed
        self.kind = getattr(problem, "kind", "crash")
        self.number = getattr(problem, "number", None)
        self.pack = copy.copy(case.pack)
        self.sets = case.sets if self.number is None \
            else [case.sets[self.number]]
        self.problem = problem
        self.until = time.monotonic() + judge.options.shrink_seconds

    def is_over(self):
        """Is the time over?"""
        return time.monotonic() > self.until

    def fails(self, nodes, sets):
        """Is the difference still there?"""
        pack = copy.copy(self.pack)
        pack.nodes = nodes
        names = {node.name for node in nodes}
        pack.set_params = {name: value for name, value in
                           pack.set_params.items() if name in names}
        pack.set_lists = {name: value for name, value in
                          pack.set_lists.items() if name in names}
        try:
            self.judge.check(pack, pack.text(), sets, self.seed,
                             (self.kind, self.number))
        except Exception as problem:  # of any evaluator: it is the news
            if getattr(problem, "kind", "crash") != self.kind:
                return False
            self.problem = problem
        else:
            return False
        self.pack, self.sets = pack, sets
        return True

    def run(self):
        """Shrink; the case is in self.pack and self.sets then."""
        counts, self.judge.counts = (self.judge.counts,
                                     collections.Counter())
        self.shrink()
        self.judge.counts = counts

    def shrink(self):
        """Try all moves until none does anything."""
        self.fails(self.pack.nodes, self.sets)
        if len(self.sets) > 1:
            any(self.fails(self.pack.nodes, [one]) for one in
                list(self.sets))
        moves = [self.drop_declarations, self.drop_events, self.drop_parts,
                 self.replace_expressions, self.drop_members,
                 self.simplify_values]
        progress = True
        while progress and not self.is_over():
            progress = any([move() for move in moves])

    # ---- moves: each returns whether something went

    def drop_declarations(self):
        """Rules, baselines, params, lists, macros."""
        before = len(self.pack.nodes)
        for node in sorted(self.pack.nodes, key=lambda one:
                           not one.name.startswith("r")):
            self.fails([one for one in self.pack.nodes if one is not node],
                       self.sets)
        return len(self.pack.nodes) < before

    def drop_events(self):
        """Halves of the events, quarters, and so on to single ones."""
        before = len(self.sets[0])
        size = max(1, before // 2)
        while size and not self.is_over():
            at = 0
            while at < len(self.sets[0]):
                records = self.sets[0][:at] + self.sets[0][at + size:]
                if not self.fails(self.pack.nodes,
                                  [records] + self.sets[1:]):
                    at += size
            size //= 2
        return len(self.sets[0]) < before

    def try_tree(self, at, old, new):
        """Does it fail with `old` of declaration `at` replaced?"""
        nodes = list(self.pack.nodes)
        nodes[at] = nodes[at].replaced(old, new)
        return nodes[at] is not None and self.fails(nodes, self.sets)

    def walk(self, move):
        """Ask the move about every node, until none goes."""
        progress = False
        for at in range(len(self.pack.nodes)):
            again = True
            while again and not self.is_over():
                again = any(move(at, node) for node in
                            list(self.pack.nodes[at].nodes())[1:]
                            if not self.is_over())
                progress = progress or again
        return progress

    def drop_parts(self):
        """Clauses, and parts of lists and chains."""
        return self.walk(lambda at, node: node.drop and
                         self.try_tree(at, node, None))

    def replace_expressions(self):
        """An expression for a part of it, or for a constant."""
        return self.walk(self.replace)

    def replace(self, at, node):
        """Try the node's parts, and constants, in its place."""
        text = node.text()
        if node.type is None or text in CONSTANTS.get(node.type, []):
            return False
        inner = [one for one in node.nodes()
                 if one.type == node.type and one.text() != text]
        for one in sorted(inner, key=lambda one: len(one.text())):
            made = Node(one, type=one.type, level=one.level, drop=node.drop)
            if self.try_tree(at, node, made):
                return True
        return any(self.try_tree(at, node, Node(word, type=node.type,
                                                drop=node.drop))
                   for word in CONSTANTS.get(node.type, [])
                   if len(word) < len(text))

    def changes(self, record, change):
        """The record with one place changed, in all ways; `change` gives
        the values that take the place of one, none for leaving it out."""
        for name, value in record.items():
            for new in change(name, value):
                made = dict(record)
                if new is None:
                    del made[name]
                else:
                    made[name] = new
                yield made
            if isinstance(value, dict):
                for inner in self.changes(value, change):
                    yield {**record, name: inner}

    def change_records(self, change):
        """Take every change of a record after which it still fails."""
        progress = False
        for at in range(len(self.sets[0])):
            again = True
            while again and not self.is_over():
                again = any(
                    self.fails(self.pack.nodes, [
                        self.sets[0][:at] + [made] + self.sets[0][at + 1:]]
                        + self.sets[1:])
                    for made in self.changes(self.sets[0][at], change)
                    if not self.is_over())
                progress = progress or again
        return progress

    def drop_members(self):
        """Members of records."""
        return self.change_records(
            lambda name, value: [] if name == "eventTime" else [None])

    def simplify_values(self):
        """Long texts for short ones, arrays for parts of them."""
        def change(name, value):
            if isinstance(value, list) and value:
                return [value[:at] + value[at + 1:]
                        for at in range(len(value))]
            if type(value) is str and len(value) > 3 and \
                    name not in ("eventTime", "creationDate"):
                return ["a"]
            return []
        return self.change_records(change)


# ---- what is written -------------------------------------------------------

def marked(want, got):
    """The alerts of which one side has more, with - and +."""
    if isinstance(want, str) or isinstance(got, str):
        return ["- %s" % want, "+ %s" % got]
    sides = [collections.Counter(json.dumps(alert, sort_keys=True)
                                 for alert in side) for side in (want, got)]
    return ["- " + text for text in (sides[0] - sides[1]).elements()] + \
        ["+ " + text for text in (sides[1] - sides[0]).elements()]


def write_case(shrinker, name):
    """The golden case; its folder."""
    folder = os.path.join(shrinker.judge.options.keep)
    os.makedirs(folder, exist_ok=True)
    base = os.path.join(folder, name)
    with open(base + ".astray", "w", encoding="utf-8") as file:
        file.write(shrinker.pack.text())
    with open(base + ".events.jsonl", "wb") as file:
        file.write("\n".join(eventset.lines(shrinker.sets[0])).encode())
        file.write(b"\n")
    want = getattr(shrinker.problem, "want", None)
    if isinstance(want, list):
        with open(base + ".alerts.jsonl", "w", encoding="utf-8") as file:
            for alert in want:
                file.write(json.dumps(alert, ensure_ascii=False,
                                      separators=(",", ":")) + "\n")
    args = ["--param\n%s=%s\n" % pair for pair in
            shrinker.pack.set_params.items()]
    if shrinker.pack.since:
        args.append("--since\n%s\n" % shrinker.pack.since)
    if args:
        with open(base + ".args", "w", encoding="utf-8") as file:
            file.write("".join(args))
    return base


def again(judge, seed):
    """The command that runs the case again."""
    options = judge.options
    return "tests/conform/conform.py --driver %s%s --seed %d --only %d" % (
        options.driver, " --native" if options.native else "", seed >> 32,
        seed & 0xffffffff)


def report(judge, case, problem):
    """Shrink a failing case, write it down, and say what there is to say."""
    shrinker = Shrinker(judge, case, problem)
    shrinker.run()
    number = case.seed & 0xffffffff
    name = "conform_%d_%d" % (case.seed >> 32, number)
    base = write_case(shrinker, name)
    problem = shrinker.problem
    lines = ["pack %d differs: %s" % (number, shrinker.kind)]
    if hasattr(problem, "want"):
        lines += marked(problem.want, problem.got)
    else:
        lines.append(repr(problem))
    lines += shrinker.pack.text().splitlines()
    for name, (mode, items) in shrinker.pack.set_lists.items():
        lines.append("list %s %sd with %s" % (name, mode, items))
    for name, value in shrinker.pack.set_params.items():
        lines.append("param %s set to %s" % (name, value))
    if shrinker.pack.since:
        lines.append("since %s" % shrinker.pack.since)
    lines += [line for records in shrinker.sets
              for line in eventset.lines(records)]
    lines += ["kept as %s.*; again:" % base, again(judge, case.seed)]
    return "\n".join(lines)
