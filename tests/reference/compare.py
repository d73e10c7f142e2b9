#!/usr/bin/env python3
"""compare.py: astray's alerts against the reference's, of the same input.

    compare.py -r FILE|FOLDER [--list NAME=FILE] [--param NAME=VALUE]
               [--since TIME] [--until TIME] ALERTS INPUT...
    compare.py --cases FILE

ALERTS is what `astray scan --format jsonl` said of INPUT with the same
options.  Prints the first difference and exits with 1 when there is one.

With --cases each line of FILE is such a command line, a name before
it, all parted by tabs.  Of each a line is printed, `same NAME` or `differs
NAME`, and lines that begin with a blank say how.
"""
import gzip
import itertools
import json
import os
import sys

import alerts
from reference import RuleError, judge, options_of, rules_of

RULE_MEMBERS = ("name", "version", "severity")
MEMBERS = ("time", "event", "group", "sequence", "baselines", "combinations",
           "excludes", "outcome", "suppressed")


def slim(alert):
    """The members of an alert that follow from the language."""
    found = {name: alert[name] for name in MEMBERS if name in alert}
    found["rule"] = {name: alert["rule"][name] for name in RULE_MEMBERS}
    return found


def comparable(found):
    """Alerts in a form in which equal answers are equal: slim, and groups of
    one rule that the same event turned, whose order no page says, by their
    JSON."""
    found = [json.loads(json.dumps(slim(alert))) for alert in found]
    runs = itertools.groupby(found, lambda alert: (
        alert["time"], alert["rule"]["name"],
        alert.get("group", {}).get("turned_by")))
    return [alert for (_, _, turned_by), run in runs
            for alert in (sorted(run, key=json.dumps) if turned_by else run)]


def files_of(path):
    """The file, or all files below the folder."""
    if not os.path.isdir(path):
        return [path]
    return [os.path.join(folder, name) for folder, _, names in os.walk(path)
            for name in names]


def records_of(path):
    """The records of a file: JSON Lines, or a file of CloudTrail's."""
    with open(path, "rb") as file:
        data = file.read()
    text = (gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data).decode()
    if '"Records"' not in text:
        return [line for line in text.split("\n") if line.strip()]
    return [json.dumps(record) for record in json.loads(text)["Records"]]


def difference(given):
    """The first difference in words, or None."""
    with open(given.alerts, encoding="utf-8") as file:
        want = comparable(map(json.loads, file))
    records = [record for path in given.input for name in files_of(path)
               for record in records_of(name)]
    got = comparable(judge(rules_of(given), records, given.since,
                           given.until))
    for number, (one, other) in enumerate(zip(got, want)):
        if one != other:
            return " alert %d\n reference %s\n astray    %s" % (
                number + 1, alerts.json_line(one), alerts.json_line(other))
    if len(got) != len(want):
        more = (got[len(want):] or want[len(got):])[0]
        return " reference %d alerts, astray %d; the first more is %s" % (
            len(got), len(want), alerts.json_line(more))
    return None


def one_case(arguments):
    """A command line without the command; an error is a difference."""
    try:
        return difference(options_of(__doc__, ["alerts"], arguments))
    except (RuleError, OSError) as error:
        return " %s" % error


def main():
    if sys.argv[1:2] != ["--cases"]:
        said = one_case(sys.argv[1:])
        print(said or "", end="\n" if said else "")
        return 1 if said else 0
    with open(sys.argv[2], encoding="utf-8") as cases:
        for line in cases:
            name, *arguments = line.rstrip("\n").split("\t")
            said = one_case(arguments)
            print("differs %s\n%s" % (name, said) if said else "same " + name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
