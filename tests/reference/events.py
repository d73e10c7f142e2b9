"""Records to events: doc/reading.md, and the first lines of Meaning in
section 5 of doc/language.md.

A record is taken or, where it would have to be guessed at, set aside.  Of an
event the fields are read that a rule of the pack reads or an alert shows.
"""
import hashlib

import values
from kinds import FIELDS

# What every alert shows (doc/output.md): the name it has there -> the field.
SHOWN = {path.split(".")[-1]: tuple(path.split(".")) for path in (
    "eventID", "eventName", "eventSource", "awsRegion", "sourceIPAddress",
    "userAgent", "userIdentity.accessKeyId", "userIdentity.arn",
    "userIdentity.accountId", "recipientAccountId", "errorCode",
    "vpcEndpointId", "userIdentity.invokedBy")}

# What is read of every event, whatever the rules say.
TIME, ID, SHARED_ID = ("eventTime",), ("eventID",), ("sharedEventID",)
ALWAYS = {way: FIELDS[".".join(way)]
          for way in (TIME, ID, SHARED_ID, *SHOWN.values())}


class SetAside(Exception):
    """A record that is not judged, and why."""


class Event:
    """A record's time, its id, and the values of its fields."""

    def __init__(self, text, fields):
        try:
            record = values.parse_json(text)
        except ValueError as error:
            raise SetAside("json: %s" % error)
        if not isinstance(record, dict):
            raise SetAside("shape: no object")
        self.fields = {way: read(record, way, kind)
                       for way, kind in fields.items()}
        self.time = self.fields[TIME]
        if self.time is None:
            raise SetAside("time: no readable eventTime")
        self.id = self.fields[ID] or digest_of(text)

    def value(self, way):
        return self.fields[way]

    def content(self):
        """What tells two records of one time and id apart, in a form that has
        an order: what an alert shows and what rules read."""
        return [rank(value) for value in self.fields.values()]


def rank(value):
    """A field's value among others: missing first, then by its text."""
    if value is None:
        return (0, "")
    if isinstance(value, (bool, values.Number)):
        return (1 + isinstance(value, values.Number), values.json_text(value))
    if isinstance(value, (dict, list)):
        return (4, repr(spelt(value)))
    return (3, getattr(value, "text", str(value)))


def spelt(value):
    """A JSON value with its numbers as they are spelt."""
    if isinstance(value, dict):
        return [(name, spelt(inner)) for name, inner in value.items()]
    if isinstance(value, list):
        return [spelt(inner) for inner in value]
    return (value.text,) if isinstance(value, values.Number) else value


def digest_of(text):
    """Without eventID a record is known by its JSON without white space."""
    compact, is_text, i = [], False, 0
    while i < len(text):
        c = text[i]
        if is_text and c == "\\":
            compact.append(text[i:i + 2])
            i += 2
            continue
        if c == '"':
            is_text = not is_text
        if is_text or c not in " \t\r\n":
            compact.append(c)
        i += 1
    return hashlib.sha256("".join(compact).encode()).hexdigest()[:32]


def read(record, way, kind):
    """The value of a field; a way through something that has no such part
    leads to nothing."""
    value = record
    for part in way:
        if isinstance(part, str):
            value = value.get(part) if isinstance(value, dict) else None
        else:
            is_there = isinstance(value, list) and part < len(value)
            value = value[part] if is_there else None
    return as_kind(value, kind)


def as_kind(value, kind):
    """A record's value as the type that its field has; another kind of value
    is set aside, because a rule would compare something else than it says."""
    if value is None or kind in ("json", "object", "objects"):
        return value
    if kind == "bool":
        if value in ("true", "false"):
            return value == "true"
        return value if isinstance(value, bool) else shape(kind)
    if not isinstance(value, str):
        shape(kind)
    if kind == "source":
        return values.Source(value)
    return values.time_of(value) if kind == "time" else value


def shape(kind):
    raise SetAside("shape: no %s" % kind)


def read_events(records, fields, is_shared=False):
    """The events of an input in (eventTime, eventID) order, and what was set
    aside.  A second record with the same id and content changes nothing;
    with `dedupe: sharedEventID` only the first of one sharedEventID counts."""
    fields = {**ALWAYS, **fields}
    aside, by_id = [], {}
    for text in records:
        try:
            text = text.decode() if isinstance(text, bytes) else text
            event = Event(text, fields)
        except (SetAside, UnicodeDecodeError) as error:
            aside.append(str(error))
            continue
        same_id = by_id.setdefault(event.id, [])
        if not same_id or event.content() not in [
                other.content() for other in same_id]:
            same_id.append(event)
    events = [event for same_id in by_id.values()
              for event in sorted(same_id, key=Event.content)]
    events.sort(key=lambda event: (event.time, event.id))
    return first_shared(events) if is_shared else events, aside


def first_shared(events):
    found, seen = [], set()
    for event in events:
        shared = event.value(SHARED_ID)
        if not shared or shared not in seen:
            found.append(event)
            seen.add(shared)
    return found
