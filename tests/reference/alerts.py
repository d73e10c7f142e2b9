"""What an alert shows: doc/output.md, An alert.

The members that follow from the language, in the order in which astray
writes them; `schema`, ids, the rule's other texts and `source` are left out.
"""
import json
import unicodedata

import values
from evaluate import evaluate
from events import SHOWN

SEVERITIES = ("informational", "low", "medium", "high", "critical")

class Alert:
    """What was found: a rule, and the event or window it is about."""

    def __init__(self, rule, around, excluded=None, combinations=None,
                 window=None, novelty=None, chain=None, time=None):
        self.rule, self.around, self.window = rule, around, window
        self.chain = chain
        self.time = around.time if time is None else time
        self.excluded = excluded or {}
        self.combinations = combinations
        self.novelty = novelty  # of new terms: the key, when it was seen last
        self.suppressed = 0
        self.outcome = {name: shown(evaluate(value, around), value.kind)
                        for name, value in rule.outcome}
        if window:
            self.event_id = window.arounds[-1].event.id
            self.identity = (rule.name, tuple(around.keys.values()),
                             self.time)
        else:
            self.event_id = around.event.id
            self.identity = (rule.name, self.event_id)

    def order(self):
        """Alerts stand in (eventTime, eventID, rule) order."""
        return (self.time, self.event_id, self.rule.name)

    def members(self):
        """The alert as one JSON object."""
        meta = self.rule.meta
        severity = self.outcome.get("severity")
        if severity not in SEVERITIES:
            severity = meta.get("severity", "medium")
        found = {"rule": {"name": self.rule.name,
                          "version": meta.get("version", 1),
                          "severity": severity},
                 "time": values.time_text(self.time)}
        if self.window:
            found["group"] = self.group()
        else:
            event = self.around.event
            found["event"] = {name: shown_as_read(event.value(way))
                              for name, way in SHOWN.items()}
        if self.novelty:
            found["new_terms"] = self.new_terms()
        if self.chain:
            found["sequence"] = self.sequence()
        if self.combinations is not None:
            found["baselines"] = self.rows()
            found["combinations"] = len(self.combinations)
        found["excludes"] = {name: "unknown" if verdict is None else "false"
                             for name, verdict in self.excluded.items()}
        found["outcome"] = self.outcome
        if self.suppressed:
            found["suppressed"] = self.suppressed
        return found

    def sequence(self):
        key, chain = self.chain
        return {"key": {name: shown(one, value.kind) for one, (name, value)
                        in zip(key, self.rule.keys)},
                "start": values.time_text(chain.start),
                "end": values.time_text(chain.end),
                "events": [one.event.id for one in chain.arounds]}

    def rows(self):
        """Every row of every combination that satisfied the rule, once."""
        found = []
        for join in self.rule.joins:
            seen = []
            for around in self.combinations:
                row = around.rows[join.alias]
                if row not in seen:
                    seen.append(row)
            found += [self.row(join, row) for row in seen]
        return found

    def row(self, join, row):
        baseline = join.baseline
        columns = {name: shown(row.values[name], column.kind)
                   for name, column in baseline.columns.items()}
        return {"name": baseline.name, "alias": join.alias,
                "key": {name: columns[name] for name, _ in baseline.keys},
                "row": columns, "event_count": len(row.events),
                "events": capped(row.events)}

    def new_terms(self):
        key, last_seen = self.novelty
        return {"key": {name: shown(one, value.kind) for one, (name, value)
                        in zip(key, self.rule.keys)},
                "history": shown(self.rule.history, "duration"),
                "last_seen": shown(last_seen, "time")}

    def group(self):
        window = self.window
        events = [one.event for one in window.arounds]
        return {"key": {name: shown(self.around.keys[name], value.kind)
                        for name, value in self.rule.keys},
                "window": {"start": values.time_text(window.start),
                           "end": values.time_text(window.end)},
                "aggregates": {node.text: shown(
                    self.around.aggregates[node.text], node.kind)
                               for node in self.rule.aggregates},
                "turned_by": self.event_id, "event_count": len(events),
                "events": capped(events)}


def capped(events):
    """All ids of up to twenty events; of more the first and last ten."""
    ids = [event.id for event in events]
    return ids if len(ids) <= 20 else ids[:10] + ids[-10:]


def shown(value, kind):
    """A value in an alert: sets as arrays in order, times as texts, what is
    missing as null."""
    if value is None:
        return None
    if isinstance(kind, tuple):
        return [shown(one, kind[1])
                for one in sorted(value, key=values.order_of)]
    if kind == "source":
        return value.text if value.address is None \
            else values.address_text(value.address)
    if kind == "json":
        return plain_json(value)
    if kind == "real":
        return float(values.real_text(value))
    if kind in ("bool", "int"):
        return value
    return values.text_of(value, kind)


def plain_json(value):
    """A JSON value of the event, its numbers as Python's."""
    if isinstance(value, dict):
        return {name: plain_json(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [plain_json(inner) for inner in value]
    return json.loads(value.text) if isinstance(value, values.Number) \
        else value


def shown_as_read(value):
    """A field of the event as it stood in the record."""
    return getattr(value, "text", value)


def json_line(members):
    """An object in one line as astray writes it: control, bidirectional and
    invisible characters as escapes, others as they are."""
    text = json.dumps(members, ensure_ascii=False, separators=(",", ":"))
    return "".join(json.dumps(c)[1:-1] if unicodedata.category(c) in (
        "Cc", "Cf", "Zl", "Zp") else c for c in text)


def merged(alerts):
    """Of alerts with one id the one whose JSON is smaller, byte for byte; in
    output order."""
    found = {}
    for alert in alerts:
        other = found.get(alert.identity)
        if other is None or smaller(alert) < smaller(other):
            found[alert.identity] = alert
    return sorted(found.values(), key=Alert.order)


def smaller(alert):
    return json_line(alert.members()).encode()
