#!/usr/bin/env python3
"""judge.py ASTRAY RULES EVENTS - do imported rules find what they should?

EVENTS has one record a line.  Those that the Sigma rule finds, as its
specification says, have an eventID that begins with "yes"; of a correlation
that is the event with which it comes true.  Prints what differs, a line each.
"""
import json
import subprocess
import sys


def read_events(path):
    """The records; one without a time is a minute after the one before."""
    events = []
    with open(path, encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            event = json.loads(line)
            event.setdefault("eventTime", "2026-01-01T00:%02d:00Z" % number)
            events.append(event)
    return events


def find(astray, rules, events):
    """The ids of the events that the rules alert on."""
    text = "".join(json.dumps(event) + "\n" for event in events)
    run = subprocess.run([astray, "scan", "-r", rules, "--format", "jsonl",
                          "-"], input=text, stdout=subprocess.PIPE,
                         stderr=subprocess.PIPE, universal_newlines=True,
                         check=False)
    if run.returncode != 0:
        return {"scan: " + run.stderr}
    found = set()
    for line in run.stdout.splitlines():
        alert = json.loads(line)
        if "event" in alert:
            found.add(alert["event"]["eventID"])
        else:
            found.add(alert["group"]["turned_by"])
    return found


def main():
    """Compare what is found with what should be."""
    astray, rules, path = sys.argv[1:]
    events = read_events(path)
    found = find(astray, rules, events)
    wanted = {event["eventID"] for event in events
              if event["eventID"].startswith("yes")}
    for name in sorted(wanted - found):
        print("not found: " + name)
    for name in sorted(found - wanted):
        print("found, but should not be: " + name)


main()
