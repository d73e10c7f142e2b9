"""What a baseline's rows hold at a moment: section 5, Baselines.

There is no table that is kept up to date: whoever asks gets rows made anew
from all events.  Only answers that cannot change are remembered: which events
contribute to a baseline, and its rows at one moment.
"""
from evaluate import Around, alternatives, evaluate
import values


def is_taken(condition, around):
    """Section 3: `where`, `require`, `having` accept only what is true."""
    return condition is None or evaluate(condition, around) is True


def judged(clauses, event, history):
    """The event under the names of `each`, once for each element; without
    `each` once."""
    around = Around(history, event)
    if clauses.each is None:
        return [around]
    name, over = clauses.each
    return [around.with_item(name, element)
            for element in values.elements_of(evaluate(over, around))]


def key_of(keys, around):
    """The values of a key; None where one of them is missing or empty."""
    found = tuple(values.kept(evaluate(value, around)) for _, value in keys)
    for value in found:
        if value is None or value == "" or getattr(value, "text", 1) == "":
            return None
    return found


# ---- aggregates -----------------------------------------------------------

def gather(node, arounds):
    """The value of an aggregate over events (or combinations of rows), which
    stand in the order of (eventTime, eventID).  Missing values are ignored,
    and what its filter is not true of."""
    arounds = [one for one in arounds if is_taken(node.where, one)]
    if node.name == "count":
        return len(arounds)
    found = [values.kept(value) for one in arounds
             for value in alternatives(node.value, one) if value is not None]
    if node.name == "any":
        return True in found
    if node.name in ("set", "count_distinct"):
        members = frozenset().union(*[
            value if isinstance(value, frozenset) else {value}
            for value in found])
        return members if node.name == "set" else len(members)
    if not found:
        return None
    if node.name == "sum":
        return summed(found, node.kind)
    return {"min": min, "max": max, "first": lambda x: x[0],
            "last": lambda x: x[-1]}[node.name](found)


def summed(found, kind):
    """A sum that does not fit is missing.  Reals are added in the order of
    their events, each step rounded."""
    if kind != "real":
        return values.fitting(sum(found))
    total = 0.0
    for value in found:
        total += value
    return values.finite(total)


# ---- rows -----------------------------------------------------------------

class Contribution:
    """An event, or an element of one, that a baseline's `where` takes."""

    def __init__(self, key, around):
        self.key, self.around = key, around
        self.event, self.time = around.event, around.event.time


class Row:
    """What a key's visible contributions make: its columns by name."""

    def __init__(self, baseline, key, contributions):
        self.baseline, self.key = baseline, key
        self.events = [one.event for one in contributions]
        arounds = [one.around for one in contributions]
        self.values = dict(zip([name for name, _ in baseline.keys], key))
        for name, aggregate in baseline.collected:
            self.values[name] = gather(aggregate, arounds)


class History:
    """All events of the input, and the answers they give."""

    def __init__(self, events, since=None):
        self.events, self.since = events, since
        self.contributed = {}
        self.made = {}

    def contributions(self, baseline):
        """Every contribution to a baseline, by key, in the order of events.
        Its `where` reads other baselines as they stand at each event."""
        if baseline not in self.contributed:
            by_key = self.contributed[baseline] = {}
            for event in self.events:
                for around in judged(baseline, event, self):
                    if not is_taken(baseline.where, around):
                        continue
                    key = key_of(baseline.keys, around)
                    if key is not None:
                        by_key.setdefault(key, []).append(
                            Contribution(key, around))
        return self.contributed[baseline]

    def rows(self, baseline, time):
        """The live rows of a baseline for a reader at a time, by key."""
        if (baseline, time) not in self.made:
            rows = []
            for key, all_of_key in self.contributions(baseline).items():
                seen = visible(baseline, all_of_key, time)
                if seen:
                    rows.append(Row(baseline, key, seen))
            rows.sort(key=lambda row: [values.order_of(v) for v in row.key])
            self.made[baseline, time] = rows
        return self.made[baseline, time]


def visible(baseline, contributions, time):
    """The contributions that a row holds for a reader at `time`.

    whole: all.  as_of: t - retain < eventTime <= t, or the life that the row
    has at t; with `plus` also what comes up to t + plus."""
    if baseline.scope == "whole":
        return contributions
    before = [one for one in contributions if one.time <= time]
    if baseline.idle:
        before = life_at(before, baseline.retain, time)
    else:
        before = [one for one in before if time - baseline.retain < one.time]
    return before + [one for one in contributions
                     if time < one.time <= time + baseline.plus]


def life_at(before, retain, time):
    """`retain D idle`: all since the row began, that is since the last gap of
    more than D; nothing when there is such a gap now."""
    life = []
    for one in before:
        if life and one.time - life[-1].time > retain:
            life = []
        life.append(one)
    return life if life and time - life[-1].time <= retain else []
