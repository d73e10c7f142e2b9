"""generate.py - packs of rules out of choices, and sets of events for them.

`Pack(choices)` makes declarations of every kind: params, lists, macros,
baselines that may read earlier ones, and rules of all shapes.  Nearly all of
it compiles.  As a program it prints what it makes, or with --tally how often
each thing was made; see doc/testing.md.
"""

import argparse
import collections

from choices import Choices
from expressions import (AND, COALESCE, COMPARE, Column, Expressions, Place,
                         Row, conjunction, literal, quoted)
from tree import Node, listed, optional
import eventset
import vocabulary as words

IRRELEVANT = "irrelevant.example"

# What a key may be: weight, type, expression, values.
KEY_TABLE = [
    (10, "text", "userIdentity.accessKeyId", words.KEYS),
    (4, "text", "userIdentity.arn", words.ARNS),
    (3, "text", "userIdentity.accountId", words.ACCOUNTS),
    (4, "source", "sourceIPAddress", words.PLACES),
    (2, "text", "session_name(userIdentity.arn)", ["i-1", "i-2"]),
    (1, "text", "requestParameters.name", words.WORDS),
    (2, "text", "eventName", words.NAMES),
    (1, "ip", "ip(sourceIPAddress)", words.ADDRESSES),
    (1, "bool", "readOnly", [True, False]),
    (1, "text", "awsRegion ?? \"(none)\"", words.REGIONS + ["(none)"]),
    (1, "text", "lower(userIdentity.accessKeyId)", ["asia1", "asia2"]),
    (1, "int", "len(userAgent)", [0, 11, 20]),
]
# What a baseline or a group gathers: weight, aggregate, type of the result.
GATHER_TABLE = [
    (6, "set", "set<source>"), (4, "set", "set<text>"), (1, "set", "set<ip>"),
    (1, "set", "set<bool>"), (1, "set", "set<int>"),
    (4, "min", "time"), (2, "max", "time"), (1, "min", "text"),
    (1, "max", "text"), (1, "min", "ip"), (1, "max", "int"),
    (2, "first", "source"), (2, "first", "text"), (2, "last", "text"),
    (1, "last", "source"), (1, "first", "time"), (1, "last", "bool"),
    (4, "count", "int"), (3, "count_distinct", "int"), (2, "sum", "int"),
    (1, "sum", "real"), (2, "any", "bool"), (1, "sum", "duration"),
]


class Baseline:
    """What rules know of a baseline."""

    def __init__(self, name, columns):
        self.name, self.columns = name, columns


class Pack:
    """A generated pack: `nodes` are its declarations."""

    def __init__(self, choices, rules=8):
        self.choices = choices
        self.counts = collections.Counter()
        self.absolute = False   # a time stands in it: it can't be shifted
        self.params, self.lists, self.macros = [], [], []
        self.baselines = []
        self.set_params, self.set_lists = {}, {}
        self.since = None       # a time before which nothing alerts
        self.list_texts = {}    # what they are declared with
        self.spans = set()
        self.made = Expressions(choices, self)
        self.gated = choices.chance(25)
        self.shared = choices.chance(4)  # dedupe: sharedEventID
        self.nodes = []
        for number in range(choices.below(3)):
            self.param(number + 1)
        for number in range(choices.below(4)):
            self.list(number + 1)
        for number in range(choices.below(3)):
            self.macro(number + 1)
        for number in range(1 + choices.below(4)):
            self.baseline(number + 1)
        for number in range(rules):
            self.rule(number + 1)
        if choices.chance(20):
            self.nodes = choices.shuffled(self.nodes)
            self.count("declarations in any order")
        if choices.chance(10):
            self.set_since()

    def count(self, word):
        """One more of something."""
        self.counts[word] += 1

    def text(self):
        """The pack's source."""
        return "\n".join(node.text() for node in self.nodes)

    def set_since(self):
        """--since, on an edge of a span from where events begin."""
        draw = self.choices
        spans = [span for span in self.spans if span <= 3600] or [60]
        offset = draw.pick([0, 1]) * draw.pick(sorted(spans)) + draw.pick(
            [0, 1, -1])
        self.since = eventset.write_time(eventset.START + offset)
        self.count("since")

    # ---- params, lists, macros

    def param(self, number):
        """param NAME : type = value, and perhaps another value for a run."""
        draw = self.choices
        type = draw.pick(["text", "duration", "int", "bool", "real", "time",
                          "source", "ip"])
        name = "p%d" % number
        value = self.made.constant(type)
        self.nodes.append(Node("param %s : %s = " % (name, type), value,
                               "\n", drop=True, name=name))
        self.params.append(Node(name, type=type, hint=value.hint * 2))
        if type == "duration":
            self.spans.add(words.SPANS[value.hint[0]])
        if draw.chance(30):
            self.count("a param is set")
            other = self.made.constant(type).hint[0]
            if type == "duration":
                self.spans.add(words.SPANS[other])
            self.set_params[name] = str(other).lower() if type == "bool" \
                else str(other)
        self.count("param " + type)

    def list(self, number):
        """list NAME : type = [values], and perhaps others for a run."""
        draw = self.choices
        kind = draw.weighted([(5, "text"), (5, "cidr"), (2, "source"),
                              (2, "ip"), (1, "int"), (1, "duration"),
                              (3, "regex"), (1, "real"), (1, "time"),
                              (1, "bool")])
        name = "l%d" % number
        items = [self.list_value(kind) for _ in range(draw.below(4))]
        self.nodes.append(Node(
            "list %s : %s = [" % (name, kind),
            listed([Node(item, drop=True) for item in items]), "]\n",
            drop=True, name=name))
        self.lists.append((name, kind))
        self.list_texts[name] = [str(item.hint[0]) if item.hint
                                 else item.text() for item in items]
        self.count("list<%s>" % kind)
        if kind in ("text", "cidr", "source", "ip", "int") and \
                draw.chance(25):
            self.count("a list is set")
            self.set_lists[name] = self.list_file(kind)

    def list_value(self, kind):
        """One value of a list."""
        draw = self.choices
        if kind == "cidr":
            return Node(draw.pick(words.BLOCKS))
        if kind == "regex":
            pattern = self.made.regex(draw.pick(words.AGENTS))
            return Node(quoted(pattern[1:pattern.rindex("/")]))
        if kind == "source":
            return self.made.constant(kind)
        return self.made.constant(
            kind, draw.pick(words.TEXTS)[1] if kind == "text" else None)

    def list_file(self, kind):
        """(mode, values) that a run gives a list."""
        draw = self.choices
        pools = {"cidr": words.BLOCKS, "ip": words.ADDRESSES,
                 "int": [str(one) for one in words.INTS],
                 "source": words.ADDRESSES + ["AWS Internal"],
                 "text": words.NAMES + words.KEYS[:3]}
        values = draw.some([one for one in pools[kind] if one], 0, 4)
        return draw.pick(["replace", "extend"]), values

    def macro(self, number):
        """macro NAME = condition, or with parameters."""
        draw = self.choices
        name = "m%d" % number
        place = Place(macros=False)
        formals = None
        if draw.chance(50):
            formals = [draw.pick(["text", "source", "int", "bool"])
                       for _ in range(1 + draw.below(2))]
            place.formals = [Node("x%d" % (at + 1), type=type, hint=pool)
                             for at, type in enumerate(formals)
                             for pool in [words.NAMES if type == "text" else
                                          words.PLACES if type == "source"
                                          else words.INTS]]
            self.count("macro with parameters")
        head = "macro " + name
        if formals:
            head += "(%s)" % ", ".join(
                "x%d: %s" % (at + 1, type)
                for at, type in enumerate(formals))
        body = self.made.condition(place, 1 + draw.below(2))
        self.nodes.append(Node(head, " = ", body, "\n", drop=True,
                               name=name))
        self.macros.append((name, formals))

    # ---- clauses that baselines and rules share

    def source(self, place):
        """from cloudtrail [each i in PATH]."""
        draw = self.choices
        if not draw.chance(8):
            return Node("  from cloudtrail\n")
        path, members = draw.pick(words.ARRAYS[:4])
        place.items = [("i", members, path == "resources")]
        self.count("from cloudtrail each")
        return Node("  from cloudtrail each i in %s\n" % path)

    def where(self, place, depth, percent, more=40):
        """where CONDITION, or nothing."""
        draw = self.choices
        parts = []
        if self.gated:
            parts.append(Node('eventSource != "%s"' % IRRELEVANT,
                              type="bool", level=COMPARE))
        if draw.chance(percent):
            name = Node(draw.pick(["eventName", "userIdentity.type"]),
                        type="text", hint=words.NAMES[:3])
            if name.parts[0] != "eventName":
                name.hint = words.IDENTITIES[:2]
            parts.append(Node(name, " in [", listed(
                [literal("text", one) for one in draw.some(
                    name.hint, 1, len(name.hint))]),
                "]", type="bool", level=COMPARE))
        if draw.chance(more):
            parts.append(self.made.condition(place, depth))
        if not parts:
            return Node("")
        self.count("where")
        if not self.gated:
            return optional("  where ", conjunction(parts), "\n")
        rest = [Node(" and "), Node(conjunction(parts[1:]))] \
            if len(parts) > 1 else []
        if rest and len(parts) == 2 and parts[1].level < AND:
            rest = [Node(" and (", parts[1], ")")]
        return optional("  where ", parts[0], *rest, "\n")

    def where_baseline(self, place):
        """where something of another baseline."""
        made = self.made.quantified(place, 1) if self.choices.chance(50) \
            else self.made.member(place, 0)
        self.count("where")
        if not self.gated:
            return optional("  where ", made, "\n")
        return Node('  where eventSource != "%s" and (' % IRRELEVANT, made,
                    ")\n")

    def lets(self, place):
        """let NAME = expression, which later clauses may use."""
        draw = self.choices
        out = []
        for _ in range(draw.weighted([(6, 0), (2, 1), (1, 2)])):
            type = draw.weighted([(4, "bool"), (3, "text"), (1, "int"),
                                  (1, "source"), (1, "time"),
                                  (1, "duration"), (1, "ip")])
            name = "v%d" % (len(place.lets) + 1)
            value = self.made.condition(place, 1) if type == "bool" \
                else self.made.value(type, place, 2)
            if type == "source" and value.type == "text":
                continue
            place.lets = place.lets + [Node(name, type=value.type,
                                            hint=value.hint and
                                            value.hint * 2)]
            out.append(optional("  let ", name, " = ", value, "\n"))
            self.count("let")
        return out

    def keys(self, place, prefix, most):
        """(nodes, columns) of `key` or `by`."""
        draw = self.choices
        rows = [(weight, (type, text, pool))
                for weight, type, text, pool in KEY_TABLE]
        for name, members, typed in place.items:
            for member, kinds in members.items():
                if "text" in kinds:
                    rows.append((8, ("text", name + ("." + member
                                                     if member else ""),
                                     kinds["text"])))
        nodes, columns = [], []
        for number in range(1 + draw.weighted([(10, 0), (5, 1), (1, 2)])):
            if number >= most:
                break
            type, text, pool = draw.weighted(rows)
            name = "%s%d" % (prefix, number + 1)
            level = COALESCE if "??" in text else COMPARE + 1
            node = Node(text, type=type, hint=pool)
            if "??" in text:
                node.level = COALESCE
            event = None if text.split(".")[0] == "i" else node
            if text.startswith("requestP") and event is not None:
                event = Node(text, type="json", hint=pool)
            del level
            columns.append(Column(name, type, pool, True, event))
            nodes.append(Node(name, " = ", node, drop=True))
        return nodes, columns

    def span(self, limit=None):
        """A length of time, or a param that is one."""
        draw = self.choices
        lengths = [node for node in self.params if node.type == "duration"]
        if lengths and draw.chance(20):
            self.count("a param as a length of time")
            return draw.pick(lengths).parts[0]
        span = draw.pick(list(words.SPANS)[:limit])
        self.spans.add(words.SPANS[span])
        return span

    # ---- baselines

    def baseline(self, number):
        """A baseline, which may read those before it."""
        draw = self.choices
        name = "b%d" % number
        place = Place(baselines=list(self.baselines)
                      if draw.chance(60) else [])
        clauses = [self.source(place)]
        clauses += self.lets(place)
        if place.baselines and draw.chance(30):
            clauses.append(self.where_baseline(place))
        else:
            clauses.append(self.where(place, 1, 30, 12))
        nodes, columns = self.keys(place, "k", 3)
        clauses.append(Node("  key ", listed(nodes), "\n"))
        collect = self.collect(place, columns)
        if collect:
            clauses.append(optional("  collect ", listed(collect), "\n"))
        clauses += self.memory()
        if place.baselines and any(
                one.name + "." in text or " in %s:" % one.name in text
                for text in ["".join(node.text() for node in clauses)]
                for one in place.baselines):
            self.count("a baseline over a baseline")
        self.nodes.append(Node("baseline %s {\n" % name, *clauses, "}\n",
                               drop=True, name=name))
        self.baselines.append(Baseline(name, columns))
        self.count("baseline")

    def collect(self, place, columns):
        """What it collects; its columns go to `columns`."""
        draw = self.choices
        nodes = []
        table = [(weight, (word, type)) for weight, word, type in
                 GATHER_TABLE]
        for number in range(draw.below(4)):
            word, type = draw.weighted(table)
            call = self.made.aggregate_call(word, type, place.but(), 1)
            if type == "set<source>" and "sourceIPAddress" not in call.text():
                call = Node("set(sourceIPAddress)", type=type,
                            hint=words.PLACES)
            if type not in ("set<source>", "bool") and \
                    type.endswith("source") and \
                    "sourceIPAddress" not in call.text():
                continue
            name = "c%d" % (number + 1)
            columns.append(Column(name, type, call.hint))
            nodes.append(Node(name, " = ", call, drop=True))
        return nodes

    def memory(self):
        """scope and retain."""
        draw = self.choices
        scope = draw.weighted([(5, ""), (3, "as_of"), (4, "plus"),
                               (3, "whole")])
        out = []
        if scope == "as_of":
            out.append(optional("  scope as_of\n"))
        elif scope == "plus":
            out.append(optional("  scope as_of plus %s\n" % self.span(6)))
        elif scope == "whole":
            self.count("scope whole")
            return [Node("  scope whole\n")]
        self.count("scope " + (scope or "left out"))
        kind = draw.weighted([(5, "slides"), (3, "idle"), (2, "forever")])
        self.count("retain " + kind)
        if kind == "forever":
            out.append(Node("  retain forever\n"))
        else:
            long = draw.chance(65)
            out.append(Node("  retain ", "1d" if long else self.span(),
                            optional(" idle") if kind == "idle" else "",
                            "\n"))
        return out

    # ---- rules

    def rule(self, number):
        """A rule of one of the shapes."""
        draw = self.choices
        name = "r%d" % number
        place = Place(baselines=list(self.baselines))
        meta = []
        if draw.chance(10):
            self.count("meta")
            meta.append(optional(
                '  meta { severity = %s version = %d title = "rule %d" }\n'
                % (draw.pick(["low", "critical"]), 1 + draw.below(3),
                   number)))
        shape = draw.weighted([(4, self.plain), (5, self.join),
                               (5, self.group), (4, self.new_terms),
                               (4, self.sequence)])
        whole = Node("  from cloudtrail\n")  # no `each` in a sequence
        clauses = meta + [whole if shape == self.sequence
                          else self.source(place)]
        clauses += self.lets(place)
        clauses += shape(place)
        self.nodes.append(Node("rule %s {\n" % name, *clauses, "}\n",
                               drop=True, name=name))

    def plain(self, place):
        """A plain rule's clauses."""
        self.count("plain")
        place.macros = True
        return [self.where(place, 2, 50)] + self.after(place, place)

    def join(self, place):
        """A join's clauses."""
        draw = self.choices
        self.count("join")
        clauses = [self.where(place, 1, 25, 15)]
        rows = []
        for number in range(draw.weighted([(14, 1), (4, 2), (1, 3)])):
            clauses.append(self.one_join(place, rows, number + 1))
        judged = place.but(rows=rows, many=True)
        for _ in range(draw.weighted([(3, 0), (6, 1), (1, 2)])):
            clauses.append(optional("  require ", self.require(judged, rows),
                                    "\n"))
            self.count("require")
        after = place.but(rows=rows, gathers="rows", inside=judged)
        return clauses + self.after(after, after)

    def require(self, place, rows):
        """What must hold of a combination: something of a row, mostly."""
        draw = self.choices
        sets = [(row, column) for row in rows for column in
                row.baseline.columns if column.type == "set<source>"]
        if sets and draw.chance(50):
            row, column = draw.pick(sets)
            own = Node("sourceIPAddress", draw.pick([" not in ", " in "]),
                       "%s.%s" % (row.name, column.name), type="bool",
                       level=COMPARE)
            if draw.chance(60):
                return own
            return Node((own, AND), draw.pick([" and ", " or "]),
                        "(", self.made.condition(place, 1), ")",
                        type="bool", level=0)
        return self.made.condition(place, 1 + draw.below(2))

    def one_join(self, place, rows, number):
        """join B as a on ... [within D after T]."""
        draw = self.choices
        baseline = draw.pick(self.baselines)
        name = "a%d" % number
        keys = [column for column in baseline.columns if column.is_key]
        given = keys if draw.chance(50) else draw.some(keys, 1, len(keys) - 1)
        given = given or keys
        seen = place.but(rows=list(rows), many=True)
        parts = []
        for column in given:
            where = seen if rows and draw.chance(30) else place
            parts.append(self.made.key_equation(name, column, where, 0))
        row = Row(name, baseline,
                  len(given) == len(keys) and
                  not any(other.name + "." in part.text()
                          for other in rows for part in parts))
        self.count("join by the whole key" if row.single
                   else "join by part of the key")
        inner = place.but(rows=rows + [row], many=True)
        if draw.chance(15):
            self.count("more in on")
            parts.append(self.made.condition(inner, 1))
        within = ""
        if draw.chance(25):
            within = self.within(name, baseline)
        rows.append(row)
        return Node("  join %s as %s\n    on " % (baseline.name, name),
                    conjunction(parts), within, "\n", drop=True)

    def within(self, name, baseline):
        """within D after T."""
        draw = self.choices
        times = [name + "." + column.name for column in baseline.columns
                 if column.type == "time"]
        if not times or draw.chance(10):
            times = [words.CREATED]
        self.count("within")
        return optional("\n    within ", self.span(), " after ",
                        draw.pick(times))

    def group(self, place):
        """A group's clauses."""
        draw = self.choices
        clauses = [self.where(place, 1, 20, 20)]
        nodes, keys = self.keys(place, "g", 2)
        window = draw.weighted([(5, ""), (2, " sliding"), (4, " tumbling"),
                                (3, " session"), (2, "whole")])
        self.count("group" + (window or " sliding")
                   if window != "whole" else "group whole")
        if window == "whole":
            written = ["whole"]
        elif window == " session":
            written = self.session()
        else:
            written = [self.span(), optional(window) if window == " sliding"
                       else window]
        clauses.append(Node("  group by ", listed(nodes), " timespan ",
                            *written, "\n"))
        judged = Place(event=False, gathers="events", keys=keys,
                       inside=place.but(keys=keys),
                       baselines=place.baselines)
        clauses.append(Node("  having ", self.having(judged), "\n"))
        return clauses + self.after(place, judged)

    def session(self):
        """[span, " session ", gap]: the gap is not the longer one."""
        draw = self.choices
        spans = draw.some(list(words.SPANS)[:6] + ["1h"], 2, 2)
        spans.sort(key=words.SPANS.get)
        self.spans.update(words.SPANS[span] for span in spans)
        return [spans[1], " session " + spans[0]]

    def having(self, place):
        """A condition with an aggregate in it."""
        draw = self.choices
        type = draw.weighted([(12, "int"), (2, "bool"), (1, "time"),
                              (1, "text"), (1, "duration")])
        if type == "bool":
            first = self.made.aggregate("bool", place, 1)
            if first.text().startswith(("first", "last")):
                first = Node(first, " is true", type="bool", level=COMPARE)
        elif type == "int":
            word = draw.pick(["count", "count_distinct", "count", "count"])
            first = Node(
                self.made.aggregate_call(word, "int", place.inside, 1),
                draw.pick([" >= ", " > ", " == ", " <= ", " >= ", " != "]),
                str(draw.pick([1, 2, 1, 3])), type="bool", level=COMPARE)
        else:
            left = self.made.aggregate(type, place, 1)
            first = Node((left, COALESCE), draw.pick([" > ", " <= "]),
                         (self.made.value(type, place, 1), COALESCE),
                         type="bool", level=COMPARE)
        if draw.chance(65):
            return first
        return Node((first, AND), draw.pick([" or ", " and "]), "(",
                    self.made.condition(place, 1), ")", type="bool", level=0)

    def new_terms(self, place):
        """The clauses of a rule of new terms."""
        self.count("new_terms")
        clauses = [self.where(place, 1, 20, 20)]
        nodes, _ = self.keys(place, "n", 3)
        if len(nodes) > 1:
            self.count("new_terms by several")
        clauses.append(Node("  new_terms by ", listed(nodes), "\n    history ",
                            self.span(), "\n"))
        clauses += self.after(place, place)
        for clause in ("exclude", "suppress"):
            if any("  %s " % clause in node.text() for node in clauses):
                self.count("new_terms with " + clause)
        return clauses

    def sequence(self, place):
        """A sequence's clauses."""
        draw = self.choices
        clauses = [self.where(place, 1, 10, 15)]
        nodes, keys = self.keys(place, "g", 2)
        count = draw.weighted([(3, 1), (7, 2), (5, 3)])
        self.count("sequence")
        if count != 2:
            self.count("sequence of %s" % (
                "one step" if count == 1 else "three steps"))
        clauses.append(Node("  sequence by ", listed(nodes), " maxspan ",
                            self.span(), "\n"))
        for number in range(count):
            clauses.append(optional("    [where ", self.step(place), "]\n")
                           if number > 0 else
                           Node("    [where ", self.step(place), "]\n"))
            clauses += self.absences(place, number + 1 == count)
        if draw.chance(25):
            self.count("until")
            clauses.append(optional("    until [where ", self.step(place),
                                    "]\n"))
        result = place
        if draw.chance(50):
            self.count("a key as the event's")
            result = place.but(keys=keys)
        return clauses + self.after(place, result)

    def absences(self, place, is_last):
        """Some [not where ...] behind a step."""
        draw = self.choices
        count = draw.weighted([(7, 0), (4, 1), (1, 2)])
        if count > 0:
            self.count("not at the end" if is_last
                       else "not between two steps")
        if count > 1:
            self.count("several nots in a row")
        return [optional("    [not where ", self.step(place), "]\n")
                for _ in range(count)]

    def step(self, place):
        """What a step asks: mostly for names, of which there are few."""
        draw = self.choices
        if draw.chance(25):
            return self.made.condition(place, 1)
        return Node("eventName in [", listed(
            [literal("text", one)
             for one in draw.some(words.NAMES[:4], 1, 2)]), "]",
            type="bool", level=COMPARE)

    # ---- exclude, outcome, suppress

    def after(self, event, result):
        """exclude, outcome and suppress."""
        draw = self.choices
        out = []
        for number in range(draw.weighted([(6, 0), (3, 1), (1, 2)])):
            out.append(self.exclude(event, number + 1))
        values = [self.outcome(result, number + 1)
                  for number in range(draw.weighted([(4, 0), (4, 1), (3, 2),
                                                     (1, 3)]))]
        if draw.chance(10):
            self.count("severity")
            values.append(Node(
                "severity = if ", self.made.condition(result, 1),
                ' then "high" else "low"', drop=True))
        if values:
            self.count("outcome")
            out.append(optional("  outcome { ", listed(values, " "), " }\n"))
        if draw.chance(15):
            out.append(self.suppress(result))
        return out

    def exclude(self, place, number):
        """exclude NAME when CONDITION ..."""
        draw = self.choices
        self.count("exclude")
        audit = ""
        if draw.chance(25):
            self.count("expires")
            self.absolute = True
            audit = optional(" expires " + draw.pick(
                ["2026-05-02", "2026-05-01", "2026-06-01"]))
        return optional("  exclude x%d when " % number,
                        self.made.condition(place, 1 + draw.below(2)),
                        ' reason "known"', audit, "\n")

    def outcome(self, place, number):
        """name = expression."""
        draw = self.choices
        type = draw.weighted([(4, "text"), (2, "int"), (2, "time"),
                              (2, "source"), (2, "bool"), (1, "real"),
                              (1, "duration"), (1, "ip"), (3, "set")])
        if type == "set":
            kind = draw.pick(["source", "text", "int", "time"])
            sets = self.made.known("set<%s>" % kind, place)
            if place.gathers:
                value = self.made.aggregate("set<%s>" % kind, place, 1)
            elif sets:
                value = draw.pick(sets)
            else:
                value = self.made.condition(place, 1)
        elif type == "bool":
            value = self.made.condition(place, 1)
        else:
            value = self.made.value(type, place, 2)
        return Node("o%d = " % number, value, drop=True)

    def suppress(self, place):
        """suppress by EXPRESSION for SPAN."""
        draw = self.choices
        self.count("suppress")
        if place.keys:
            # All keys: which of two groups with one last event stands first
            # is for the alerts' ids to say, which the reference has not.
            by = [Node(key.name) for key in place.keys]
        elif place.event:
            by = [Node(draw.pick(["userIdentity.accessKeyId", "eventName",
                                  "sourceIPAddress", "userIdentity.arn",
                                  "requestParameters.name"]))
                  for _ in range(1 + draw.below(2))]
        else:
            by = [self.made.value("text", place, 0)]
        return optional("  suppress by ", listed(by), " for ", self.span(),
                        "\n")


def main():
    """Print a pack and its events."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rules", type=int, default=8)
    options = parser.parse_args()
    choices = Choices(options.seed)
    pack = Pack(choices, options.rules)
    print(pack.text())
    for line in eventset.lines(eventset.generate(choices, pack)):
        print(line)


if __name__ == "__main__":
    main()
