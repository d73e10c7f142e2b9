"""Which events alert: section 5, Rules and Meaning.

Every shape gives alerts; what they show is put together in alerts.py.
"""
from alerts import Alert
from baselines import gather, is_taken, judged, key_of
from evaluate import Around, evaluate
import values


def alerts_of(rule, history):
    """All alerts of a rule, before `suppress`."""
    return {"plain": plain, "join": join, "group": group,
            "new_terms": new_terms,
            "sequence": sequence}[rule.shape](rule, history)


# ---- what shapes share ----------------------------------------------------

def taken_events(rule, history):
    """The events, or elements with `each`, that the rule's `where` takes."""
    for event in history.events:
        for around in judged(rule, event, history):
            if is_taken(rule.where, around):
                yield around


def verdicts(rule, around, time):
    """What each exclusion comes to; one that has expired is false.  `expires
    DATE` excludes only events before that date."""
    found = {}
    for exclude in rule.excludes:
        is_over = exclude.expires is not None and time >= exclude.expires
        found[exclude.name] = False if is_over \
            else evaluate(exclude.when, around)
    return found


def with_aggregates(rule, around, arounds):
    """The values of the rule's aggregates over events or combinations."""
    around.aggregates = {node.text: gather(node, arounds)
                         for node in rule.aggregates}
    return around


# ---- plain ----------------------------------------------------------------

def plain(rule, history):
    """The events for which `where` is true and no `exclude` is true."""
    for around in taken_events(rule, history):
        excluded = verdicts(rule, around, around.time)
        if True not in excluded.values():
            yield Alert(rule, around, excluded=excluded)


# ---- join -----------------------------------------------------------------

def join(rule, history):
    """The event with every matching row of each baseline: it alerts when some
    combination satisfies `require`."""
    for around in taken_events(rule, history):
        found = [one for one in combinations(rule.joins, around)
                 if all(is_taken(require, one) for require in rule.requires)]
        if not found:
            continue
        one = with_aggregates(rule, found[0].copy(), found)
        excluded = verdicts(rule, one, one.time)
        if True not in excluded.values():
            yield Alert(rule, one, excluded=excluded, combinations=found)


def combinations(joins, around):
    """Every combination of rows for which each `on` is true and the event
    lies within the time after the row's."""
    if not joins:
        return [around]
    found = []
    for row in around.history.rows(joins[0].baseline, around.time):
        inner = around.with_row(joins[0].alias, row)
        if is_taken(joins[0].on, inner) and is_within(joins[0], inner):
            found += combinations(joins[1:], inner)
    return found


def is_within(join, around):
    """`within D after T`: T <= eventTime <= T + D."""
    if join.within is None:
        return True
    span, after = join.within
    since = evaluate(after, around)
    return since is not None and since <= around.event.time <= since + span


# ---- group ----------------------------------------------------------------

def group(rule, history):
    """Events by key; each exclusion is asked of each event before it is
    counted."""
    for key, arounds in by_key(rule, history).items():
        yield from WINDOWS[rule.window](rule, history, key, arounds)


def by_key(rule, history):
    """The events of each key that no exclusion takes away."""
    members = {}
    for around in taken_events(rule, history):
        if True in verdicts(rule, around, around.time).values():
            continue
        key = key_of(rule.keys, around)
        if key is not None:
            members.setdefault(key, []).append(around)
    return members


def is_true_of(rule, history, key, window):
    """What stands around the window, with its aggregates, when `having` is
    true of it; else None."""
    names = dict(zip([name for name, _ in rule.keys], key))
    around = Around(history, time=window.time, keys=names)
    with_aggregates(rule, around, window.arounds)
    return around if is_taken(rule.having, around) else None


class Window:
    """Events of one key that are judged together, and the alert's time."""

    def __init__(self, arounds, start, end, time):
        self.arounds, self.start, self.end = arounds, start, end
        self.time = time


def sliding(rule, history, key, arounds):
    """At each time t at which the key has events: those in (t - span, t].
    Alerts when `having` turns true; a window that emptied was not true.
    (One whose last event leaves as the next comes was never empty.)"""
    was_true, before = False, None
    for time in sorted({one.time for one in arounds}):
        if before is not None and before < time - rule.span:
            was_true = False
        inside = [one for one in arounds
                  if time - rule.span < one.time <= time]
        window = Window(inside, time - rule.span, time, time)
        around = is_true_of(rule, history, key, window)
        if around and not was_true:
            yield Alert(rule, around, window=window)
        was_true, before = around is not None, time


def tumbling(rule, history, key, arounds):
    """Each whole bucket [n * span, (n + 1) * span) of UTC once."""
    buckets = {}
    for one in arounds:
        buckets.setdefault(one.time // rule.span, []).append(one)
    for number, inside in buckets.items():
        end = (number + 1) * rule.span
        yield from judged_once(rule, history, key,
                               Window(inside, end - rule.span, end, end))


def session(rule, history, key, arounds):
    """A group closes after a gap longer than g, or at the span: an event
    exactly g later still belongs to it, one a span after the first does
    not."""
    sessions = []
    for one in arounds:
        if (not sessions or one.time - sessions[-1][-1].time > rule.gap
                or one.time - sessions[-1][0].time >= rule.span):
            sessions.append([])
        sessions[-1].append(one)
    for inside in sessions:
        yield from whole(rule, history, key, inside)


def whole(rule, history, key, arounds):
    """All events of the key at the end of the input."""
    first, last = arounds[0].time, arounds[-1].time
    return judged_once(rule, history, key,
                       Window(arounds, first, last, last))


def judged_once(rule, history, key, window):
    around = is_true_of(rule, history, key, window)
    return [Alert(rule, around, window=window)] if around else []


WINDOWS = {"sliding": sliding, "tumbling": tumbling, "session": session,
           "whole": whole}


# ---- new terms ------------------------------------------------------------

def new_terms(rule, history):
    """An event whose tuple occurs in no earlier event, in (eventTime, eventID)
    order, of time >= t - history that passed `where`: of two records of one
    time and id, or two elements of one event, neither is earlier.  The first
    `history` of an input teaches, counted from its first event, whatever
    `where` says of that; or what lies before `--since` where that is given.
    """
    if not history.events:
        return
    taught_until = history.events[0].time + rule.history
    if history.since is not None:
        taught_until = history.since
    seen = {}
    for around in taken_events(rule, history):
        key = key_of(rule.keys, around)
        if key is None:
            continue
        event = around.event
        earlier = [other for other in seen.setdefault(key, [])
                   if (other.time, other.id) < (event.time, event.id)]
        seen[key].append(event)
        is_known = any(other.time >= event.time - rule.history
                       for other in earlier)
        excluded = verdicts(rule, around, around.time)
        if not is_known and event.time >= taught_until \
                and True not in excluded.values():
            last_seen = max((other.time for other in earlier), default=None)
            yield Alert(rule, around, excluded=excluded,
                        novelty=(key, last_seen))


# ---- sequence -------------------------------------------------------------

class Chain:
    """Events that match the steps of a rule, one for each, in their order."""

    def __init__(self, arounds):
        self.arounds = arounds
        self.start, self.end = arounds[0].time, arounds[-1].time

    def order(self):
        """Of several chains that end alike the greatest is reported."""
        return [(one.time, one.event.id) for one in self.arounds]


def sequence(rule, history):
    """One alert for each event that completes a chain.  With an absence at
    the end it has the time up to which nothing may follow."""
    for key, arounds in by_key(rule, history).items():
        best = {}
        for chain in chains(rule, arounds):
            last = chain.arounds[-1]
            if last not in best or best[last].order() < chain.order():
                best[last] = chain
        for last, chain in best.items():
            yield Alert(rule, last, chain=(key, chain),
                        time=chain.start + rule.span if rule.trailing
                        else chain.end)


def chains(rule, arounds):
    """Every chain that the events of one key make."""
    return [chain for chain in map(Chain, begun(rule.steps, arounds))
            if chain.end - chain.start <= rule.span
            and not is_broken(rule, arounds, chain)]


def begun(steps, arounds):
    """Every way to match the steps: different events, each not before the one
    before it, with none between that an absence there is true of."""
    if not steps:
        return [[]]
    absent, condition = steps[-1]
    matching = [one for one in arounds if is_taken(condition, one)]
    return [found + [one] for found in begun(steps[:-1], arounds)
            for one in matching if one not in found and (
                not found or found[-1].time <= one.time and not is_any(
                    absent, arounds,
                    lambda time: found[-1].time < time < one.time))]


def is_any(conditions, arounds, is_inside):
    """Is one of the conditions true of an event whose time is inside?"""
    return any(is_inside(one.time) and is_taken(condition, one)
               for condition in conditions for one in arounds)


def is_broken(rule, arounds, chain):
    """By `until`, or by what follows although it must not."""
    until = [rule.until] if rule.until else []
    over = chain.start + rule.span
    if not rule.trailing:
        return is_any(until, arounds,
                      lambda time: chain.start < time < chain.end)
    return is_any(until, arounds, lambda time: chain.start < time <= over) \
        or is_any(rule.trailing, arounds,
                  lambda time: chain.end < time <= over)


# ---- suppress -------------------------------------------------------------

def suppressed(rule, alerts):
    """Drops an alert, in output order, when a kept one of its rule with equal
    `by` values lies less than D before it; a missing value never does."""
    if rule.suppress is None:
        return alerts
    kept = []
    for alert in alerts:
        by = [evaluate(value, alert.around) for value in rule.suppress[0]]
        for other in kept:
            if None not in by and other.by == by and \
                    alert.time - other.time < rule.suppress[1]:
                other.suppressed += 1
                break
        else:
            alert.by = by
            kept.append(alert)
    return kept
