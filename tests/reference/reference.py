#!/usr/bin/env python3
"""The reference evaluator: what rules mean, as plainly as it can be said.

    reference.py -r FILE.astray|FOLDER [--list NAME=FILE]
                 [--param NAME=VALUE] [--overlay FILE]
                 [--since TIME] [--until TIME] EVENTS.jsonl...

prints the alerts of doc/output.md as JSON Lines, with those members that
follow from the language.  From Python:

    rules = Rules({"a.astray": TEXT}, lists={"ranges": ["192.0.2.0/24"]})
    alerts = judge(rules, [RECORD, ...])

It is slow, keeps everything, and shares no code with the engine: it is there
to be compared with.  syntax.py says in which order to read it.
"""
import argparse
import os
import sys

import alerts
import rules as shapes
import values
from baselines import History
from events import read_events
from pack import Pack
from syntax import RuleError


class Rules:
    """The rules of a pack, ready to judge.  RuleError when they cannot be.

    sources: path below the pack's root -> text, the .astray files and those
    that lists are read from; lists: name -> texts, as a list's file has them
    line by line, or (path, text of the file), instead of the pack's; params:
    name -> text of the value; overlays: texts, in their order."""

    def __init__(self, sources, lists=None, params=None, dedupe="eventID",
                 overlays=()):
        try:
            self.pack = Pack(sources, lists, params, dedupe, overlays)
        except RecursionError:
            raise RuleError("macros that use each other in a circle")
        except (KeyError, AttributeError, IndexError, TypeError) as error:
            raise RuleError("cannot be taken: %r" % error)


def judge(rules, records, since=None, until=None):
    """The alerts that the rules give for the records, in output order.
    `since` and `until` are times in ms that bound the alerts."""
    events, _ = read_events(records, rules.pack.typer.fields,
                            rules.pack.is_shared)
    history = History(events, since)
    found = []
    for rule in rules.pack.rules:
        all_of_rule = alerts.merged(shapes.alerts_of(rule, history))
        found += shapes.suppressed(rule, all_of_rule)
    return [alert.members() for alert in sorted(found, key=alerts.Alert.order)
            if (since is None or since <= alert.time)
            and (until is None or alert.time < until)]


# ---- the command ----------------------------------------------------------

def read_text(path):
    with open(path, encoding="utf-8", newline="\n") as file:
        return file.read()


def read_sources(path):
    """The texts below a pack's folder, or beside a rule file, by their paths
    from there: names of imports and of lists' files begin at it."""
    root = path if os.path.isdir(path) else os.path.dirname(path) or "."
    sources = {}
    for folder, _, names in os.walk(root):
        for name in names:
            inner = os.path.relpath(os.path.join(folder, name), root)
            is_rule = os.path.isdir(path) or name == os.path.basename(path)
            if name.endswith((".json", ".csv", ".txt")) or (
                    name.endswith(".astray") and is_rule):
                sources[inner] = read_text(os.path.join(folder, name))
    return sources


def named_values(pairs):
    return dict(pair.split("=", 1) for pair in pairs)


def options_of(doc, first=(), arguments=None):
    """The command's options; `first` are arguments before the input."""
    options = argparse.ArgumentParser(
        description=doc, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("-r", "--rules", required=True)
    options.add_argument("--list", action="append", default=[])
    options.add_argument("--param", action="append", default=[])
    options.add_argument("--overlay", action="append", default=[])
    options.add_argument("--since", type=values.time_of)
    options.add_argument("--until", type=values.time_of)
    for name in first:
        options.add_argument(name)
    options.add_argument("input", nargs="+")
    return options.parse_args(arguments)


def rules_of(given):
    """The rules that the options name, with lists as their files have them."""
    lists = {name: (path, read_text(path))
             for name, path in named_values(given.list).items()}
    return Rules(read_sources(given.rules), lists, named_values(given.param),
                 overlays=[read_text(path) for path in given.overlay])


def main():
    given = options_of(__doc__)
    try:
        rules = rules_of(given)
    except RuleError as error:
        sys.exit("error: %s" % error)
    records = [line for path in given.input
               for line in read_text(path).split("\n") if line.strip()]
    for alert in judge(rules, records, given.since, given.until):
        print(alerts.json_line(alert))


if __name__ == "__main__":
    main()
