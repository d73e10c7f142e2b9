"""expressions.py - type-directed expressions.

Each function makes an expression of the type that is asked for, out of what
may be read where it stands (struct Place).  Types are respected, so nearly
everything compiles; values come with hints, texts and numbers that events may
well hold, so that comparisons are now true and now false.
"""

from choices import Choices
from tree import (AND, COALESCE, COMPARE, IF, NOT, OR, PRIMARY, SUM, Node,
                  listed)
import vocabulary as words

ORDERED = ["text", "int", "time", "real", "duration", "ip"]
EQUAL = ["text", "source", "int", "bool", "real", "ip", "time", "duration"]
SCALARS = EQUAL
LISTED = ["text", "cidr", "ip", "source", "int", "real", "time", "duration"]


class Column:
    """A key or an aggregate: of a baseline's row, or of a group."""

    def __init__(self, name, type, hint=None, is_key=False, node=None):
        self.name, self.type = name, type
        self.hint, self.is_key = hint, is_key
        self.node = node  # of a key: what it is of an event, if that is known


class Row:
    """A row of a baseline under a name."""

    def __init__(self, name, baseline, single):
        self.name, self.baseline, self.single = name, baseline, single


class Place:
    """What an expression may read where it stands."""

    def __init__(self, **members):
        self.event = True       # it judges one event
        self.items = []         # [(name, members of ARRAYS, typed)]
        self.rows = []          # of Row
        self.many = False       # rows of which there are several, too
        self.keys = []          # of Column: a group's, by name
        self.gathers = None     # "events" or "rows": aggregates may stand
        self.inside = None      # the place inside of such an aggregate
        self.lets = []          # nodes with names
        self.formals = []       # a macro's parameters: nodes
        self.baselines = []     # that may be read
        self.macros = True
        self.each = False       # paths over [] may stand here
        self.depth = 0          # of quantifiers
        self.__dict__.update(members)

    def but(self, **members):
        """The same place, but for some members."""
        made = Place(**self.__dict__)
        made.__dict__.update(members)
        return made


def quoted(text, choices=None):
    """A text as a literal of the language."""
    plain = "'" not in text and "\n" not in text
    if plain and choices and choices.chance(15) and text.isprintable():
        return "'" + text + "'"
    out = ['"']
    for char in text:
        if char in '"\\':
            out.append("\\" + char)
        elif char == "\n":
            out.append("\\n")
        elif char == "\t":
            out.append("\\t")
        elif ord(char) < 32 or ord(char) > 126:
            out.append("\\u{%x}" % ord(char))
        else:
            out.append(char)
    return "".join(out) + '"'


def literal(type, value, choices=None):
    """A value as a literal."""
    if type in ("text", "source"):
        written = quoted(value, choices)
    elif type == "bool":
        written = "true" if value else "false"
    elif type == "real":
        written = repr(float(value))
    else:
        written = str(value)
    return Node(written, type="text" if type == "source" else type,
                hint=[value])


class Expressions:
    """Makes expressions; `pack` collects what it must know of them."""

    def __init__(self, choices, pack):
        self.choices = choices
        self.pack = pack  # has: count(word), lists, params, macros, absolute

    # ---- values that are known

    def constant(self, type, hint=None):
        """A literal of the type, one that the hint names if there is one."""
        draw = self.choices
        pools = {"text": words.NAMES + words.WORDS, "int": words.INTS,
                 "real": words.REALS, "bool": [True, False],
                 "time": words.TIMES, "duration": list(words.SPANS),
                 "ip": words.ADDRESSES, "source": words.PLACES}
        pool = hint if hint and not draw.chance(8) else pools[type]
        if type == "ip":
            pool = [one for one in pool if one in words.ADDRESSES] or \
                words.ADDRESSES
        if type == "time":
            self.pack.absolute = True
        return literal(type, draw.pick(pool), draw)

    def near(self, text):
        """A piece of a text, or a little more than it."""
        draw = self.choices
        start, end = sorted((draw.below(len(text) + 1),
                             draw.below(len(text) + 1)))
        return draw.weighted([(4, text[:end]), (4, text[start:]),
                              (2, text[start:end]), (1, text + "x"),
                              (1, text.swapcase()), (1, text)])

    # ---- leaves

    def field(self, type, place):
        """A field of the event, of exactly this type; or None."""
        draw = self.choices
        if not place.event:
            return None
        if type == "text":
            path, pool = draw.pick(words.TEXTS[:5] if draw.chance(55)
                                   else words.TEXTS)
            return Node(path, type=type, hint=pool)
        if type == "source":
            return Node("sourceIPAddress", type=type, hint=words.PLACES)
        if type == "bool":
            return Node(draw.pick(words.BOOLS), type=type,
                        hint=[True, False])
        if type == "time":
            return Node("eventTime" if draw.chance(70) else words.CREATED,
                        type=type, hint=words.TIMES)
        if type == "int":
            return Node("len(%s)" % draw.pick(words.TEXTS)[0], type=type,
                        hint=[0, 3, 5, 11, 13, 21])
        if type == "duration":
            return Node("eventTime - " + words.CREATED, type=type, level=SUM,
                        hint=list(words.SPANS))
        if type == "ip":
            return Node("ip(sourceIPAddress)", type=type,
                        hint=words.ADDRESSES)
        return None

    def json(self, type, place):
        """JSON that can be used as the type; or None."""
        draw = self.choices
        found = []
        for name, members, typed in place.items:
            if typed:
                continue
            for member, kinds in members.items():
                if type in kinds:
                    found.append((name + ("." + member if member else ""),
                                  kinds))
        if place.event and (not found or draw.chance(50)):
            table = words.JSON
            if place.each and draw.chance(40):
                table = [row for row in words.EACH
                         if not row[0].startswith("resources")]
            found = [row for row in table if type in row[1]]
        if not found:
            return None
        path, kinds = draw.pick(found)
        if "[]" in path:
            self.pack.count("each in a path")
        return Node(path, type="json", hint=kinds[type])

    def known(self, type, place):
        """All named values of the type: lets, params, columns, keys."""
        found = [node for node in place.lets + place.formals
                 if node.type == type]
        if not type.startswith("set<"):
            found += [node for node in self.pack.params if node.type == type]
        for key in place.keys:
            if key.type == type:
                found.append(Node(key.name, type=type, hint=key.hint))
        for row in place.rows:
            if not (place.many or row.single):
                continue
            for column in row.baseline.columns:
                if column.type == type:
                    found.append(Node(row.name + "." + column.name,
                                      type=type, hint=column.hint))
        for name, members, typed in place.items:
            if not typed:
                continue
            for member, kinds in members.items():
                if type in kinds:
                    found.append(Node(name + "." + member, type=type,
                                      hint=kinds[type]))
        if place.event and place.each and type == "text":
            found += [Node(path, type=type, hint=kinds[type])
                      for path, kinds in words.EACH
                      if path.startswith("resources") and type in kinds]
        return found

    # ---- values of a type

    def value(self, type, place, depth):
        """An expression of exactly the type."""
        draw = self.choices
        makers = []
        known = self.known(type, place)
        if known and (place.rows or place.keys or draw.chance(60)):
            makers.append((8 if place.rows else 4, lambda: draw.pick(known)))
        if place.event:
            makers.append((6, lambda: self.field(type, place)))
        if place.gathers:
            makers.append((8, lambda: self.aggregate(type, place, depth)))
        if depth > 0:
            makers.append((3, lambda: self.computed(type, place, depth)))
            makers.append((1, lambda: self.chosen(type, place, depth)))
        made = draw.weighted(makers)() if makers else None
        if made is None and depth > 0:
            made = self.computed(type, place, depth)
        if made is None and known:
            made = draw.pick(known)
        if made is None and place.gathers:
            made = self.aggregate(type, place, depth)
        return made or self.constant(type)

    def operand(self, type, place, depth):
        """An expression that passes for the type beside one of it."""
        draw = self.choices
        if draw.chance(25):
            made = self.json(type, place)
            if made:
                return made
        if type == "source" and draw.chance(15):
            return self.value("ip", place, depth)
        if type == "real" and draw.chance(30):
            return self.value("int", place, depth)
        return self.value(type, place, depth)

    def chosen(self, type, place, depth):
        """if, ?? of the type."""
        draw = self.choices
        first = self.operand(type, place, depth - 1)
        second = self.value(type, place, depth - 1) if draw.chance(40) else \
            self.constant(type, first.hint)
        first, second = same_address(first, second), \
            same_address(second, first)
        if type == "source" and second.type == "text":
            return None
        if draw.chance(60):
            self.pack.count("??")
            return Node((first, COALESCE), " ?? ", (second, SUM), type=type,
                        level=COALESCE, hint=first.hint)
        self.pack.count("if")
        place = place.but(each=False)
        return Node("if ", self.condition(place, depth - 1), " then ", first,
                    " else ", second, type=type, level=IF, hint=first.hint)

    def computed(self, type, place, depth):
        """An operation or function of the type; or None."""
        maker = getattr(self, "computed_" + type, None)
        return maker(place, depth - 1) if maker else None

    def computed_text(self, place, depth):
        """text(x), lower(x), the parts of ARNs, joined texts."""
        draw = self.choices
        word = draw.weighted([
            (7, "lower"), (4, "session_name"), (3, "arn_account"),
            (3, "arn_resource"), (5, "text"), (3, "+")])
        if word == "+":
            self.pack.count("text + text")
            left = self.value("text", place, depth)
            right = self.constant("text", ["/", "x", "-1"]) \
                if draw.chance(50) else self.operand("text", place, depth)
            hint = [one + "x" for one in left.hint or []]
            return Node((left, SUM), " + ", (right, PRIMARY), type="text",
                        level=SUM, hint=hint)
        if word == "text":
            kind = draw.pick(["source", "int", "bool", "ip", "text", "real",
                              "duration", "time"])
            inner = self.operand(kind, place, depth)
            if kind == "time" or inner.type == "time":
                self.pack.absolute = True
            hint = [str(one) for one in inner.hint or []]
            if kind == "bool":
                hint = ["true", "false"]
        elif word == "lower":
            inner = self.operand("text", place, depth)
            hint = [str(one).lower() for one in inner.hint or []]
        else:
            inner = Node("userIdentity.arn", type="text", hint=words.ARNS) \
                if place.event and draw.chance(80) \
                else self.operand("text", place, depth)
            hint = {"session_name": ["i-1", "i-2", "x"],
                    "arn_account": words.ACCOUNTS,
                    "arn_resource": ["assumed-role/app/i-1", "user/ann",
                                     "prod-logs"]}[word]
        return Node(word, "(", inner, ")", type="text", hint=hint)

    def computed_int(self, place, depth):
        """len(x), sums."""
        draw = self.choices
        if draw.chance(60):
            sets = [node for kind in SCALARS
                    for node in self.known("set<%s>" % kind, place)]
            lists = [name for name, kind in self.pack.lists]
            if lists and draw.chance(35):
                inner = Node(draw.pick(lists))
                self.pack.count("len of a list")
            elif sets and draw.chance(60):
                inner = draw.pick(sets)
                self.pack.count("len of a set")
            else:
                inner = self.operand("text", place, depth)
            return Node("len(", inner, ")", type="int",
                        hint=[0, 1, 2, 3, 5, 11, 13])
        left = self.value("int", place, depth)
        if draw.chance(40):
            left = self.json("int", place) or left
        far = [9223372036854775807] if "requestP" in left.text() else []
        right = self.constant("int", [1, 2] + far)
        if not is_constant(left) and draw.chance(30):
            right = self.operand("int", place, depth)
        if left.type == "json" and right.type == "json":
            right = self.constant("int", [1, 9223372036854775807])
        if is_constant(left) and is_constant(right):
            return left
        return Node((left, SUM), draw.pick([" + ", " - "]), (right, PRIMARY),
                    type="int", level=SUM, hint=words.INTS)

    def computed_real(self, place, depth):
        """Sums."""
        draw = self.choices
        left = self.operand("real", place, depth)
        right = self.constant("real")
        made = Node((left, SUM), draw.pick([" + ", " - "]), (right, PRIMARY),
                    type="real", level=SUM, hint=words.REALS)
        more = self.json("real", place) if draw.chance(40) else None
        if more:  # two large numbers may be more than any real
            made = Node((made, SUM), draw.pick([" + ", " - "]),
                        (more, PRIMARY), type="real", level=SUM,
                        hint=words.REALS)
        return made

    def computed_time(self, place, depth):
        """A time and a length of time."""
        draw = self.choices
        left = self.value("time", place, depth)
        right = self.value("duration", place, 0)
        if draw.chance(25):
            return Node((right, SUM), " + ", (left, PRIMARY), type="time",
                        level=SUM, hint=words.TIMES)
        return Node((left, SUM), draw.pick([" + ", " - "]), (right, PRIMARY),
                    type="time", level=SUM, hint=words.TIMES)

    def computed_duration(self, place, depth):
        """The time between two, and lengths together."""
        draw = self.choices
        if draw.chance(75):
            left = self.value("time", place, depth)
            right = self.value("time", place, depth)
            if draw.chance(20):
                right = self.json("time", place) or right
                if right.type == "json":
                    self.pack.absolute = True
            if is_constant(left) and is_constant(right):
                return None
            return Node((left, SUM), " - ", (right, PRIMARY),
                        type="duration", level=SUM, hint=list(words.SPANS))
        left = self.value("duration", place, depth)
        right = self.constant("duration")
        return Node((left, SUM), draw.pick([" + ", " - "]), (right, PRIMARY),
                    type="duration", level=SUM, hint=list(words.SPANS))

    def computed_ip(self, place, depth):
        """ip(x)."""
        draw = self.choices
        kind = "source" if draw.chance(80) else "text"
        inner = self.operand(kind, place, depth)
        return Node("ip(", inner, ")", type="ip", hint=words.ADDRESSES)

    # ---- aggregates

    def aggregate(self, type, place, depth):
        """One that gives the type, in `having` and `outcome`; or None."""
        draw = self.choices
        rows = place.gathers == "rows"
        fits = aggregates_of(type, rows)
        if not fits:
            return None
        return self.aggregate_call(draw.pick(fits), type, place.inside, depth)

    def aggregate_call(self, word, type, place, depth):
        """`word`(...) over events or rows, which gives the type."""
        draw = self.choices
        hint = None
        self.pack.count("aggregate " + word)
        if word == "count":
            parts = []
        elif word == "any":
            parts = [self.condition(place, max(0, depth - 1))]
        else:
            kind = type[4:-1] if type.startswith("set<") else type
            if word == "count_distinct":
                kind = draw.pick(SCALARS)
            argument = self.argument(word, kind, place, depth)
            parts, hint = [argument], argument.hint
            if kind == "text" and "[]" in argument.text():
                self.pack.count("aggregate over []")
        if draw.chance(30):
            self.pack.count("aggregate with a filter")
            condition = self.condition(place, max(0, depth - 1))
            parts += [Node(" where " if parts else "where ", condition,
                           drop=True)]
        if type == "int" and word != "min" and word != "max":
            hint = [1, 2, 3, 0]
        return Node(word, "(", *parts, ")", type=type, hint=hint)

    def argument(self, word, kind, place, depth):
        """What is gathered: of the kind, or JSON that is text or a number."""
        draw = self.choices
        if kind in ("text", "real") and draw.chance(25) and \
                (kind == "text" or word == "sum"):
            made = self.json(kind, place.but(each=True))
            if made:
                return made
        sets = self.known("set<%s>" % kind, place)
        if sets and word in ("set", "count_distinct") and draw.chance(60):
            self.pack.count("aggregate of a set")
            return draw.pick(sets)
        made = self.value(kind, place.but(each=kind == "text"),
                          min(depth, 1))
        if made.text().count("[]") > 1:
            made = self.value(kind, place, 0)
        if kind == "source" and made.type == "text":
            made = self.field("source", place)
        return made

    # ---- conditions

    def condition(self, place, depth):
        """An expression that is true, false or unknown."""
        draw = self.choices
        place = place.but(each=False)
        if depth <= 0:
            return self.comparison(place, 0)
        return draw.weighted([
            (10, lambda: self.comparison(place, depth)),
            (5, lambda: self.junction(place, depth)),
            (2, lambda: self.negation(place, depth)),
            (2, lambda: self.truth(place, depth)),
            (3, lambda: self.quantified(place, depth)),
            (2, lambda: self.macro(place, depth)),
            (2, lambda: self.value("bool", place, depth - 1)),
        ])()

    def junction(self, place, depth):
        """and, or."""
        draw = self.choices
        word, level = ("and", AND) if draw.chance(60) else ("or", OR)
        self.pack.count(word)
        parts = []
        for _ in range(2 + draw.below(2)):
            parts += [" %s " % word] if parts else []
            parts.append((self.condition(place, depth - 1),
                          level + 1 if parts else level))
        return Node(*parts, type="bool", level=level)

    def negation(self, place, depth):
        """not."""
        self.pack.count("not")
        return Node("not ", (self.condition(place, depth - 1), NOT),
                    type="bool", level=NOT)

    def truth(self, place, depth):
        """is true, is not false ..."""
        word = self.choices.pick(["is true", "is false", "is not true",
                                  "is not false"])
        self.pack.count(word)
        return Node((self.condition(place, depth - 1), COALESCE), " ", word,
                    type="bool", level=COMPARE)

    def macro(self, place, depth):
        """A macro's name, or its call."""
        draw = self.choices
        if not (place.event and place.macros and self.pack.macros):
            return self.comparison(place, depth)
        name, formals = draw.pick(self.pack.macros)
        self.pack.count("macro")
        if formals is None:
            return Node(name, type="bool")
        return Node(name, "(", listed([self.operand(kind, place, depth - 1)
                                       for kind in formals]), ")",
                    type="bool")

    def comparison(self, place, depth):
        """One comparison or test."""
        draw = self.choices
        inner = place.but(each=place.event and draw.chance(30))
        return draw.weighted([
            (10, lambda: self.equal(inner, depth)),
            (4, lambda: self.ordered(inner, depth)),
            (6, lambda: self.matched(inner, depth)),
            (6, lambda: self.member(inner, depth)),
            (3, lambda: self.source_test(inner, depth)),
            (2, lambda: self.presence(inner, depth)),
        ])()

    def other_side(self, type, left, place, depth):
        """What `left` is compared with."""
        draw = self.choices
        if is_constant(left) or draw.chance(25):
            right = self.operand(type, place, depth)
            if right.type == "json" and left.type == "json":
                right = self.constant(type, left.hint)
            return right
        return self.constant(type, left.hint)

    def equal(self, place, depth):
        """==, !=."""
        draw = self.choices
        type = draw.weighted([(8, "text"), (4, "source"), (3, "int"),
                              (2, "bool"), (1, "real"), (2, "ip"),
                              (1, "time"), (1, "duration")])
        left = self.operand(type, place, depth)
        if is_constant(left) and not place.items and not place.gathers:
            return self.presence(place, depth)
        right = self.other_side(type, left, place, depth)
        word = "==" if draw.chance(55) else "!="
        left, right = same_address(left, right), same_address(right, left)
        self.note_time(type, left, right)
        return Node((left, COALESCE), " %s " % word, (right, COALESCE),
                    type="bool", level=COMPARE)

    def ordered(self, place, depth):
        """< <= > >=."""
        draw = self.choices
        type = draw.weighted([(5, "int"), (3, "time"), (3, "text"),
                              (3, "duration"), (4, "real"), (1, "ip")])
        left = self.operand(type, place, depth)
        if is_constant(left) and not place.items and not place.gathers:
            return self.presence(place, depth)
        right = self.other_side(type, left, place, depth)
        self.note_time(type, left, right)
        return Node((left, COALESCE), " %s " % draw.pick(
            [">=", ">", "<", "<="]), (right, COALESCE), type="bool",
            level=COMPARE)

    def note_time(self, type, *nodes):
        """A time out of JSON does not move with the events."""
        if type == "time" and any(node.type == "json" for node in nodes):
            self.pack.absolute = True

    def source_test(self, place, depth):
        """is private and its kin."""
        draw = self.choices
        kind = draw.weighted([(6, "source"), (2, "ip"), (1, "text")])
        left = self.operand(kind, place, depth)
        word = draw.pick(["ip", "private", "service", "aws_internal", "ipv4",
                          "ipv6"])
        return Node((left, COALESCE), " is not " if draw.chance(30)
                    else " is ", word, type="bool", level=COMPARE)

    def presence(self, place, depth):
        """is missing, is present."""
        draw = self.choices
        if place.event and draw.chance(20):
            left = Node(draw.pick(words.OBJECTS))
        else:
            left = self.operand(draw.pick(SCALARS), place, depth)
        return Node((left, COALESCE), draw.pick(
            [" is present", " is missing", " is not missing",
             " is not present"]), type="bool", level=COMPARE)

    # ---- membership

    def member(self, place, depth):
        """in, not in."""
        draw = self.choices
        maker = draw.weighted([
            (5, self.in_literals), (4, self.in_list), (3, self.in_block),
            (4, self.in_set), (4, self.in_column)])
        made = maker(place, depth)
        if made is None:
            made = self.in_literals(place, depth)
        left, right = made
        if isinstance(right, Node) and draw.chance(20) and \
                right.type and right.type.startswith("set<"):
            self.pack.count("set contains")
            return Node((right, COALESCE), draw.pick(
                [" contains ", " not contains "]), (left, COALESCE),
                type="bool", level=COMPARE)
        return Node((left, COALESCE), " not in " if draw.chance(35)
                    else " in ", (right, COALESCE), type="bool",
                    level=COMPARE)

    def in_literals(self, place, depth):
        """x in [a, b]."""
        draw = self.choices
        type = draw.weighted([(6, "text"), (3, "source"), (2, "int"),
                              (1, "real"), (1, "duration"), (1, "bool"),
                              (2, "ip")])
        left = self.operand(type, place, depth)
        if type == "source" and left.type == "ip":
            type = "ip"
        items = [self.constant(type, left.hint)
                 for _ in range(1 + draw.below(3))]
        if type == "ip":
            items.append(Node(draw.pick(words.BLOCKS)))
        if type in ("text", "source", "int") and left.type != "json" and \
                draw.chance(20):
            self.pack.count("in computed values")
            items.append(self.value(type, place, depth))
        return left, Node("[", listed(
            [Node(item, drop=True) for item in items]), "]")

    def in_list(self, place, depth):
        """x in a declared list."""
        draw = self.choices
        lists = [one for one in self.pack.lists if one[1] != "regex"]
        if not lists:
            return None
        name, kind = draw.pick(lists)
        type = "ip" if kind == "cidr" else kind
        if kind in ("cidr", "ip") and draw.chance(30):
            type = "source"
        if kind == "text" and draw.chance(20):
            type = "source"
        self.pack.count("in list<%s>" % kind)
        left = self.operand(type, place, depth)
        if left.type == "ip" and kind in ("text", "source"):
            left = Node("text(", left, ")", type="text", hint=left.hint)
        if left.type == "text" and type in ("ip", "source") and \
                kind in ("ip", "cidr"):
            left = self.field("source", place) or Node(
                "ip(", left, ")", type="ip", hint=words.ADDRESSES)
        return left, Node(name)

    def in_block(self, place, depth):
        """x in 10.0.0.0/8."""
        draw = self.choices
        left = self.operand("ip" if draw.chance(60) else "source", place,
                            depth)
        if left.type == "text":
            left = Node("ip(", left, ")", type="ip")
        return left, Node(draw.pick(words.BLOCKS))

    def in_set(self, place, depth):
        """x in a set that a row holds, or an aggregate gives."""
        draw = self.choices
        kinds = [kind for kind in SCALARS
                 if self.known("set<%s>" % kind, place)]
        if place.gathers and (not kinds or draw.chance(40)):
            kind = draw.pick(["text", "source", "int"])
            right = self.aggregate("set<%s>" % kind, place, depth)
        elif kinds:
            kind = draw.pick(kinds)
            right = draw.pick(self.known("set<%s>" % kind, place))
        else:
            return None
        return self.beside(kind, right.hint, place, depth), right

    def beside(self, kind, hint, place, depth):
        """What is looked for among values of the kind."""
        draw = self.choices
        if kind == "ip" and draw.chance(30):
            kind = "source"
        left = self.operand(kind, place, depth)
        if left.type == "text" and kind in ("ip", "source") and \
                is_constant(left):
            left = self.field("source", place) or left
        if left.type == "text" and kind == "ip":
            left = Node("ip(", left, ")", type="ip")
        return left

    def in_column(self, place, depth):
        """x in baseline.column."""
        draw = self.choices
        found = [(baseline, column) for baseline in place.baselines
                 for column in baseline.columns]
        if not found:
            return None
        baseline, column = draw.pick(found)
        kind = column.type[4:-1] if column.type.startswith("set<") \
            else column.type
        self.pack.count("in baseline.column")
        return (self.beside(kind, column.hint, place, depth),
                Node(baseline.name + "." + column.name))

    # ---- texts that match

    def matched(self, place, depth):
        """contains and its kin, with one text or several."""
        draw = self.choices
        left = self.operand("source" if draw.chance(15) else "text", place,
                            depth)
        if left.type in ("ip", "real", "int"):
            left = Node("text(", left, ")", type="text", hint=left.hint)
        word = draw.pick(["startswith", "contains", "endswith", "like",
                          "matches"])
        hint = [one for one in left.hint or words.AGENTS
                if isinstance(one, str)] or words.AGENTS
        kind = "regex" if word == "matches" else "text"
        lists = [name for name, type in self.pack.lists if type == kind]
        if lists and draw.chance(15):
            self.pack.count(word + " list")
            right = Node(draw.pick(lists))
        elif draw.chance(25):
            self.pack.count(word + " [...]")
            items = [self.needle(word, hint) for _ in range(
                1 + draw.below(3))]
            right = Node("[", listed([Node(item, drop=True)
                                      for item in items]), "]")
        elif word != "matches" and draw.chance(12):
            right = self.operand("text", place, depth)
        else:
            right = self.needle(word, hint)
        negated = "not " if draw.chance(25) else ""
        return Node((left, COALESCE), " ", negated, word, " ",
                    (right, COALESCE), type="bool", level=COMPARE)

    def needle(self, word, hint):
        """What one of them looks for."""
        draw = self.choices
        text = draw.pick(hint)
        if word == "matches":
            return Node(self.regex(text), type="regex")
        if word == "like":
            return literal("text", self.glob(text), draw)
        return literal("text", self.near(text), draw)

    def glob(self, text):
        """A glob that the text matches, or nearly."""
        draw = self.choices
        at = draw.below(len(text) + 1)
        to = min(len(text), at + draw.below(4))
        return draw.weighted([
            (3, text[:at] + "*"), (3, "*" + text[at:]),
            (3, text[:at] + "*" + text[to:]),
            (2, text[:at] + "?" + text[at + 1:]),
            (2, "*" + text[at:to] + "*"), (1, text),
            (1, text[:at] + "?*" + text[to:]), (1, "*"),
            (1, text[:at] + "?" + text[at:])])

    def regex(self, text):
        """A regular expression that the text matches, or nearly."""
        draw = self.choices
        at = draw.below(len(text) + 1)
        to = min(len(text), at + 1 + draw.below(4))
        head, body, tail = (escaped(part) for part in
                            (text[:at], text[at:to], text[to:]))
        middle = draw.weighted([
            (3, ".*"), (2, "[a-z]+"), (2, "[A-Z0-9_]*"), (1, r"\d+"),
            (2, "(%s|x)" % body), (1, "(?:%s)?" % body), (1, ".{0,3}"),
            (1, r"\w+"), (1, "[^/]*"), (1, body), (1, "."),
            (1, "(a|b)*"), (1, r"\s?")])
        pattern = head + middle + tail
        if draw.chance(30):
            pattern = "^" + pattern
        if draw.chance(30):
            pattern += "$"
        if not pattern:
            pattern = ".*"
        folded = "i" if draw.chance(25) else ""
        self.pack.count("regex" + "/i" * bool(folded))
        return "/%s/%s" % (pattern.replace("/", r"\/")
                           .replace(r"[^\/]", "[^/]"), folded)

    # ---- quantifiers

    def quantified(self, place, depth):
        """any, all, none: over elements or rows."""
        draw = self.choices
        word = draw.pick(["any", "all", "none"])
        over_rows = place.baselines and draw.chance(60)
        if over_rows:
            self.pack.count(word + " over rows")
            return self.over_rows(word, place, depth)
        if not place.event or place.depth > 1:
            return self.comparison(place, depth)
        self.pack.count(word + " over elements")
        path, members = draw.pick(words.ARRAYS)
        name = "e%d" % (len(place.items) + 1)
        inner = place.but(items=place.items +
                          [(name, members, path == "resources")],
                          depth=place.depth + 1)
        body = self.of_element(name, members, path == "resources", inner,
                               depth - 1)
        return Node(word, " ", name, " in ", path, ": (", body, ")",
                    type="bool", level=COMPARE)

    def of_element(self, name, members, typed, place, depth):
        """A condition that speaks of the element, and perhaps of more."""
        draw = self.choices
        member = draw.pick(list(members))
        kinds = members[member]
        type = draw.pick(list(kinds))
        left = Node(name + ("." + member if member else ""),
                    type=type if typed else "json", hint=kinds[type])
        right = self.other_side(type, left, place.but(each=False), depth)
        own = Node((left, COALESCE), draw.pick([" == ", " != "]),
                   (right, COALESCE), type="bool", level=COMPARE)
        if draw.chance(50):
            return own
        return Node((own, AND), draw.pick([" and "]),
                    (self.condition(place, depth), NOT), type="bool",
                    level=AND)

    def over_rows(self, word, place, depth):
        """`any h in baseline: (h.key == ... and ...)`."""
        draw = self.choices
        baseline = draw.pick(place.baselines)
        name = "h%d" % (len(place.rows) + 1)
        keys = [column for column in baseline.columns if column.is_key]
        given = draw.some(keys, 1, len(keys))
        row = Row(name, baseline, False)
        inner = place.but(rows=place.rows + [row], many=True, each=False,
                          depth=place.depth + 1)
        parts = [self.key_equation(name, column, place.but(each=False), 0)
                 for column in given]
        if depth > 0 and draw.chance(60):
            parts.append(self.condition(inner, depth - 1))
        return Node(word, " ", name, " in ", baseline.name, ": (",
                    conjunction(parts), ")", type="bool", level=COMPARE)

    def key_equation(self, name, column, place, depth):
        """`row.key == value`: the event's own such value, mostly."""
        draw = self.choices
        left = Node(name + "." + column.name, type=column.type,
                    hint=column.hint)
        if place.event and column.node is not None and draw.chance(85):
            right = column.node
        elif not place.event and [key for key in place.keys
                                  if key.type == column.type]:
            right = Node(draw.pick([key.name for key in place.keys
                                    if key.type == column.type]),
                         type=column.type)
        else:
            right = self.operand(column.type, place, depth) \
                if column.type != "source" \
                else self.value("source", place, depth)
            if right.type == "json" and column.type == "real":
                right = self.constant("real")
        if draw.chance(15):
            left, right = right, left
        return Node((left, COALESCE), " == ", (right, COALESCE),
                    type="bool", level=COMPARE, drop=True)


def same_address(node, other):
    """The node, as an address if it is a text beside one."""
    if node.type != "text" or other.type != "ip":
        return node
    if is_constant(node):
        return Node(words.ADDRESSES[0], type="ip", hint=words.ADDRESSES[:1])
    return Node("ip(", node, ")", type="ip", hint=words.ADDRESSES)


def is_constant(node):
    """Is it one literal, or a name of nothing that varies?"""
    return node.hint is not None and len(node.hint) == 1 and \
        len(node.parts) == 1 and isinstance(node.parts[0], str)


def conjunction(parts):
    """Conditions with `and` between them, as a list to be cut at."""
    made = []
    for part in parts:
        if part.level < NOT:
            part = Node("(", part, ")", type="bool", drop=True)
        else:
            part = Node(part, type="bool", level=part.level, drop=True)
        made.append(part)
    if len(made) == 1:
        return made[0]
    return Node(*made, type="bool", level=AND, sep=" and ")


def escaped(text):
    """A text as a regular expression that matches it alone."""
    out = []
    for char in text:
        if char in "\\.+*?()[]{}|^$":
            out.append("\\" + char)
        elif char == "\n":
            out.append(r"\n")
        elif char == "\t":
            out.append(r"\t")
        else:
            out.append(char)
    return "".join(out)


def aggregates_of(type, rows):
    """The aggregates that give a value of the type."""
    if type.startswith("set<"):
        return ["set"]
    ordered = ["min", "max"] if type in ORDERED else []
    order = [] if rows else ["first", "last"]
    if type == "int":
        found = ["count", "count_distinct"] + ordered + order
        return found if rows else found + ["sum"]
    if type == "bool":
        return ["any"] + order
    if type in ("real", "duration") and not rows:
        return ["sum"] + ordered + order
    return ordered + order
