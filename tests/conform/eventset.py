"""eventset.py - sets of events that are skewed to trouble.

A set is a list of records; a record is a dict, whose numbers are Raw texts so
that they are written as they were drawn.  Times lie on a grid made of the
pack's own spans, so that they fall on the edges of its windows.
"""

import datetime
import json

import vocabulary as words

START = 1777629600  # 2026-05-01T10:00:00Z
BEGINNING = "first"  # the id of an event before all others


class Raw(str):
    """A piece of JSON that is written as it stands."""


def dump(value, gap=""):
    """JSON, with `gap` behind each sign."""
    if isinstance(value, Raw):
        return value
    if isinstance(value, dict):
        return "{" + gap + ("," + gap).join(
            json.dumps(key) + ":" + gap + dump(one, gap)
            for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + gap + ("," + gap).join(
            dump(one, gap) for one in value) + gap + "]"
    return json.dumps(value, ensure_ascii=False)


def lines(records, gap=""):
    """The records as JSON lines."""
    return [dump(record, gap) for record in records]


# ---- times ---------------------------------------------------------------

def write_time(seconds, millis=0):
    """Seconds since 1970 as CloudTrail writes them."""
    stamp = datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)
    text = stamp.strftime("%Y-%m-%dT%H:%M:%S")
    return text + (".%03dZ" % millis if millis else "Z")


def shift_time(text, by):
    """A time as write_time has it, `by` seconds later; else None."""
    try:
        stamp = datetime.datetime.strptime(text[:19], "%Y-%m-%dT%H:%M:%S")
    except ValueError:
        return None
    stamp += datetime.timedelta(seconds=by)
    return stamp.strftime("%Y-%m-%dT%H:%M:%S") + text[19:]


def shifted(record, by):
    """The record, `by` seconds later."""
    copy = dict(record)
    copy["eventTime"] = shift_time(record["eventTime"], by)
    identity = record.get("userIdentity")
    try:
        created = identity["sessionContext"]["attributes"]["creationDate"]
    except (TypeError, KeyError):
        return copy
    if isinstance(created, str):
        identity = json.loads(json.dumps(identity))
        identity["sessionContext"]["attributes"]["creationDate"] = \
            shift_time(created, by)
        copy["userIdentity"] = identity
    return copy


# ---- values --------------------------------------------------------------

class Maker:
    """Makes the records of one set."""

    def __init__(self, choices, pack):
        self.choices = choices
        spans = sorted(pack.spans) or [60]
        if choices.chance(75):
            spans = [span for span in spans if span <= 3600] or spans
        self.spans = choices.some(spans, 1, 3)
        self.start = START
        if choices.chance(30):
            span = choices.pick(spans)
            self.start = START - START % span
        self.times = [self.start]
        self.keys = choices.some(words.KEYS[:3], 1, 2)
        self.keys.append(self.keys[0])
        self.places = choices.some(words.PLACES, 2, 4)
        self.arns = choices.some(words.ARNS, 1, 3)
        self.names = choices.some(words.NAMES[:4], 2, 3)
        self.agents = choices.some(words.AGENTS, 1, 3)
        self.accounts = choices.some(words.ACCOUNTS, 1, 2)
        self.trouble = choices.pick([3, 8, 20])

    def time(self):
        """A time near another one: the same, an edge away, a second off."""
        draw = self.choices
        base = draw.pick(self.times)
        step = draw.weighted([
            (4, 0), (6, draw.pick(self.spans)), (2, -draw.pick(self.spans)),
            (2, 1), (1, -1), (2, draw.pick(self.spans) // 2)])
        time = base + step
        if draw.chance(15):
            time += draw.pick([1, -1])
        self.times.append(time)
        return time

    def maybe(self, record, name, value, missing=10):
        """Set a member, or leave it out, null or empty."""
        draw = self.choices
        if draw.chance(missing):
            if draw.chance(40):
                record[name] = None
            elif draw.chance(30):
                record[name] = ""
        else:
            record[name] = value

    def number(self):
        """A number as JSON has it, or what passes for one."""
        draw = self.choices
        if draw.chance(70):
            return Raw(draw.pick(words.NUMBERS[:5]))
        if draw.chance(25):
            return draw.pick(["1", "true", "2.0", "x", ""])
        if draw.chance(20):
            return Raw(draw.pick(["1e308", "-1e308", "9223372036854775807"]))
        return Raw(draw.pick(words.NUMBERS))

    def scalar(self):
        """Any scalar, sometimes something else."""
        draw = self.choices
        return draw.weighted([
            (8, draw.pick(words.WORDS)), (2, self.number()), (1, True),
            (1, None), (1, {}), (1, [])])

    def several(self, make, least=0):
        """An array; or, of one element, that element; or a wrong thing."""
        draw = self.choices
        items = [make() for _ in range(least + draw.below(3))]
        if len(items) == 1 and draw.chance(50):
            return items[0]
        if draw.chance(self.trouble):
            return draw.pick([None, "text", Raw("1"), {}, [[]], [None]])
        return items

    def item(self):
        """An element of requestParameters.items."""
        draw = self.choices
        item = {}
        self.maybe(item, "name", draw.pick(words.WORDS), 15)
        self.maybe(item, "n", self.number(), 20)
        self.maybe(item, "address", draw.pick(words.ADDRESSES), 30)
        return item

    def request(self):
        """requestParameters."""
        draw = self.choices
        if draw.chance(self.trouble):
            return draw.pick([None, "text", [], {}, Raw("12"), [{"n": 1}]])
        out = {}
        self.maybe(out, "name", self.scalar(), 15)
        self.maybe(out, "n", self.number(), 20)
        if draw.chance(40):
            out["flag"] = draw.pick([True, False, "true", "false", Raw("1")])
        if draw.chance(40):
            out["address"] = draw.pick(words.PLACES)
        if draw.chance(25):
            out["when"] = draw.pick(words.TIME_TEXTS)
        if draw.chance(30):
            out["x-amz-acl"] = self.scalar()
        if draw.chance(60):
            out["items"] = self.several(self.item)
        if draw.chance(50):
            out["tags"] = self.several(self.scalar)
        if draw.chance(40):
            out["document"] = self.document()
        return out

    def document(self):
        """A text that holds JSON, or nearly."""
        draw = self.choices
        if draw.chance(self.trouble + 5):
            return draw.pick(["{", "", "[]", "null", "{\"n\":1} x", "1",
                              {"name": "prod"}, "{\"name\":\"a\"}\n"])
        statement = {"Effect": draw.pick(["Allow", "Deny"]),
                     "Principal": draw.pick(["*", "x", None])}
        return dump({"name": draw.pick(words.WORDS), "n": self.number(),
                     "Statement": draw.pick([statement, [statement],
                                             [statement, {}], []])})

    def response(self):
        """responseElements."""
        draw = self.choices

        def instance():
            out = {"instanceId": draw.pick(["i-1", "i-2"])}
            self.maybe(out, "privateIpAddress", draw.pick(words.ADDRESSES))
            return out

        if draw.chance(self.trouble):
            return draw.pick([None, {}, [], {"instancesSet": "x"}])
        return {"instancesSet": {"items": self.several(instance, 1)}}

    def resource(self):
        """An element of resources."""
        draw = self.choices
        out = {}
        self.maybe(out, "ARN", draw.pick(words.RESOURCES))
        self.maybe(out, "type", draw.pick(words.KINDS))
        self.maybe(out, "accountId", draw.pick(self.accounts))
        return out

    def identity(self, time):
        """userIdentity."""
        draw = self.choices
        if draw.chance(self.trouble // 3):
            return draw.pick([None, {}, {}])
        out = {}
        self.maybe(out, "type", draw.pick(words.IDENTITIES[:2]), 5)
        self.maybe(out, "accessKeyId", draw.pick(self.keys), 8)
        self.maybe(out, "arn", draw.pick(self.arns), 8)
        self.maybe(out, "accountId", draw.pick(self.accounts))
        if draw.chance(20):
            out["invokedBy"] = draw.pick(words.SERVICES)
        if draw.chance(40):
            out["sessionContext"] = self.session(time)
        return out

    def session(self, time):
        """userIdentity.sessionContext."""
        draw = self.choices
        if draw.chance(self.trouble):
            return draw.pick([None, {}, {"attributes": None}])
        out = {"attributes": {"creationDate": write_time(
            draw.pick([time, time - draw.pick(self.spans),
                       draw.pick(self.times), self.start]))}}
        if draw.chance(50):
            out["sessionIssuer"] = {"userName": draw.pick(words.ROLES)}
        return out

    def record(self, number):
        """One record."""
        draw = self.choices
        time = self.time()
        record = {
            "eventTime": write_time(time, draw.weighted([(30, 0), (1, 500)])),
            "eventID": "e%d" % number,
        }
        self.maybe(record, "eventName", draw.pick(self.names), 3)
        self.maybe(record, "sourceIPAddress", draw.pick(self.places), 6)
        self.maybe(record, "userAgent", draw.pick(self.agents), 12)
        self.maybe(record, "eventSource", draw.pick(words.SOURCES[:2]), 5)
        self.maybe(record, "awsRegion", draw.pick(words.REGIONS[:2]), 5)
        record["userIdentity"] = self.identity(time)
        if draw.chance(40):
            record["errorCode"] = draw.pick(words.ERRORS)
        if draw.chance(55):
            record["requestParameters"] = self.request()
        if draw.chance(25):
            record["responseElements"] = self.response()
        if draw.chance(25):
            record["resources"] = self.several(self.resource)
        if draw.chance(20):
            record["additionalEventData"] = {"n": self.number()}
        if draw.chance(35):
            record["readOnly"] = draw.pick([True, False, None])
        if draw.chance(10):
            record["managementEvent"] = draw.pick([True, False])
        if draw.chance(15):
            record["recipientAccountId"] = draw.pick(words.ACCOUNTS)
        if draw.chance(15):
            record["vpcEndpointId"] = draw.pick(words.ENDPOINTS)
        if draw.chance(8):
            record["sharedEventID"] = draw.pick(["s1", "s2"])
        if draw.chance(self.trouble // 4):
            del record["eventID"]
        return record

    def beginning(self):
        """An event with which the set begins, whatever becomes of the others:
        what is seen for the first time long after it is new."""
        draw = self.choices
        time = min(self.times) - draw.pick([1, 0, draw.pick(self.spans)])
        return {"eventTime": write_time(time), "eventID": BEGINNING,
                "eventName": draw.pick(self.names),
                "eventSource": draw.pick(words.SOURCES[:2]),
                "sourceIPAddress": draw.pick(self.places),
                "userIdentity": {"accessKeyId": draw.pick(self.keys)}}

    def alike(self, record, number):
        """Another event that holds the same, at another time: what was judged
        of the one may be remembered for the other."""
        copy = dict(record)
        copy["eventID"] = "e%d" % number
        copy["eventTime"] = write_time(self.time())
        return copy

    def again(self, record):
        """A record of the same id, which is the same or differs in what
        every pack reads."""
        draw = self.choices
        copy = dict(record)
        if draw.chance(30):
            return copy
        name, pool = draw.pick([
            ("sourceIPAddress", words.PLACES[:4]), ("eventName", self.names),
            ("userAgent", words.AGENTS), ("errorCode", words.ERRORS),
            ("awsRegion", words.REGIONS), ("eventTime", None)])
        if name == "eventTime":
            copy[name] = write_time(self.time())
        else:
            copy[name] = draw.pick(pool)
        return copy


def generate(choices, pack):
    """A set of events for the pack."""
    maker = Maker(choices, pack)
    records = []
    for number in range(8 + choices.below(14)):
        if records and choices.chance(maker.trouble // 2):
            records.append(maker.again(choices.pick(records)))
        elif records and choices.chance(25):
            records.append(maker.alike(choices.pick(records), number))
        else:
            records.append(maker.record(number))
    if choices.chance(70):
        records.append(maker.beginning())
    return records


# ---- the same events in other ways ----------------------------------------

def irrelevant(choices, count, records):
    """Records that a gated pack passes over.  None of them comes before the
    first of the others that is judged, since the input's history begins with
    it; where that is not known, none before the last."""
    from generate import IRRELEVANT
    times = [record["eventTime"] for record in records]
    begin = min(times) if any(record.get("eventID") == BEGINNING
                              for record in records) else max(times)
    return [{"eventTime": shift_time(begin, 1 + choices.below(7200)),
             "eventID": "none %d" % number, "eventSource": IRRELEVANT,
             "eventName": choices.pick(words.NAMES),
             "sourceIPAddress": choices.pick(words.PLACES),
             "userIdentity": {"type": "AssumedRole",
                              "accessKeyId": choices.pick(words.KEYS),
                              "arn": choices.pick(words.ARNS)}}
            for number in range(count)]
