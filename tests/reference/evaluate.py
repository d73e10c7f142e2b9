"""What an expression is worth for one event: sections 3 and 4.

evaluate(node, around) walks the typed tree of kinds.py.  `around` says what
the names in it stand for: the event, the elements and rows bound to names,
the keys of a group, the aggregates' values, and whom to ask for the rows of
baselines.  A missing value is None, and so is an unknown condition.
"""
import re
from itertools import product

import values
from values import both, either, negated


class Around:
    """What stands around an expression while it is evaluated."""

    def __init__(self, history, event=None, time=None, items=None, rows=None,
                 keys=None, aggregates=None):
        self.history = history        # answers what a baseline's rows hold
        self.event = event
        self.time = event.time if time is None else time
        self.items = items or {}      # name -> element of an array
        self.rows = rows or {}        # alias -> row
        self.keys = keys or {}        # of a group: name -> value
        self.aggregates = aggregates or {}

    def copy(self):
        return Around(self.history, self.event, self.time, self.items,
                      self.rows, self.keys, self.aggregates)

    def with_item(self, name, item):
        inner = self.copy()
        inner.items = {**self.items, name: item}
        return inner

    def with_row(self, name, row):
        inner = self.copy()
        inner.rows = {**self.rows, name: row}
        return inner


def evaluate(node, around):
    return EVALUATE[node.op](node, around)


def alternatives(node, around):
    """Section 1: the values of a node that may stand for several elements;
    of any other its one value."""
    if not node.many:
        return [evaluate(node, around)]
    if node.op == "steps":
        found = alternatives(node.base, around)
        for step in node.steps:
            found = [inner for value in found for inner in taken(value, step)]
        return found
    if node.op == "list_of":
        return [list(chosen) for chosen in product(
            *[alternatives(element, around) for element in node.elements])]
    parts = PARTS[node.op]
    sides = [alternatives(getattr(node, part), around) for part in parts]
    return [COMBINE[node.op](node, *chosen) for chosen in product(*sides)]


# ---- leaves ---------------------------------------------------------------

def field(node, around):
    return around.event.value(node.way)


def taken(value, step):
    """One step into JSON: the values it leads to.  A way through something
    that has no such part leads to a missing value."""
    if step[0] == "spread":
        return values.elements_of(value)
    if step[0] == "member":
        return [value.get(step[1]) if isinstance(value, dict) else None]
    is_there = isinstance(value, list) and step[1] < len(value)
    return [value[step[1]] if is_there else None]


def steps(node, around):
    value = evaluate(node.base, around)
    for step in node.steps:
        value = taken(value, step)[0]
    return value


def column(node, around):
    return around.rows[node.alias].values[node.name]


def whole_column(node, around):
    """`x in baseline.column`: every value that a live row has there."""
    found = set()
    for row in around.history.rows(node.baseline, around.time):
        value = row.values[node.name]
        if isinstance(value, frozenset):
            found |= value
        elif value is not None:
            found.add(value)
    return found


# ---- conversions: section 2 -----------------------------------------------

def convert_value(value, source, kind):
    """A value of type `source` as one of type `kind`; missing if it can't."""
    if value is None:
        return None
    if source == "json":
        return from_json(value, kind)
    if source == "source":
        return value.text if kind == "text" else value.address
    if source == "ip":
        return values.Source(values.address_text(value))
    if source == "text":
        return values.Source(value) if kind == "source" \
            else values.address_of(value)
    return float(value) if kind == "real" else value


def from_json(value, kind):
    """Used as text a JSON value is the scalar's text, beside a number its
    number, beside a source what a text is there; missing when that cannot
    be."""
    if kind == "bool" and isinstance(value, bool):
        return value
    text = values.json_text(value)
    if text is None or kind == "text":
        return text
    if kind == "bool":
        return {"true": True, "false": False}.get(text)
    if kind == "number":
        whole = values.int_of(text)
        return values.real_of(text) if whole is None else whole
    if kind in ("source", "ip") and not isinstance(value, str):
        return None
    return {"int": values.int_of, "real": values.real_of,
            "time": values.time_of, "ip": values.address_of,
            "source": values.Source}[kind](text)


def convert(node, value):
    return convert_value(value, node.source, node.kind)


# ---- operators ------------------------------------------------------------

def choose(node, condition, yes, no):
    """`if` with an unknown condition takes `else`."""
    return yes if condition is True else no


def logical(combine):
    return lambda node, around: combine(
        evaluate(side, around) for side in (node.left, node.right))


def coalesce(node, left, right):
    return right if left is None else left


def plus(node, left, right):
    return add(node, left, right, 1)


def minus(node, left, right):
    return add(node, left, right, -1)


def add(node, left, right, sign):
    """What does not fit 64 bits, or no real, is missing."""
    if left is None or right is None:
        return None
    if node.kind == "text":
        return left + right
    found = left + sign * right
    return values.finite(found) if node.kind == "real" \
        else values.fitting(found)


# ---- comparisons ----------------------------------------------------------

def compare(node, around):
    """A comparison holds when it holds for some of the values on its sides;
    its `not` form too, so `not` is inside and `some` outside."""
    def one(left, right):
        if isinstance(left, float) or isinstance(right, float):
            left, right = as_real(left), as_real(right)
        found = COMPARE[node.word](left, right)
        return negated(found) if node.is_not else found
    if not node.over_many:
        return one(evaluate(node.left, around), evaluate(node.right, around))
    return either(one(left, right)
                  for left in alternatives(node.left, around)
                  for right in alternatives(node.right, around))


def as_real(value):
    """A whole number beside a real is one."""
    return float(value) if isinstance(value, int) else value


def known(ask):
    """A comparison with a missing value is unknown."""
    return lambda left, right: None if left is None or right is None \
        else ask(left, right)


def is_among(value, among):
    """`in` a block, or several values; a member that is missing (of a list
    written in place) leaves the answer open, as `==` with it would."""
    if value is None:
        return None
    if isinstance(among, tuple):
        return among[0] <= value <= among[1]
    return either(None if one is None
                  else one[0] <= value <= one[1] if isinstance(one, tuple)
                  else one == value for one in among)


def text_test(ask):
    """A list on the right means any of it."""
    def test(text, pattern):
        if text is None or pattern is None:
            return None
        patterns = pattern if isinstance(pattern, list) else [pattern]
        return either(None if one is None else ask(text, one)
                      for one in patterns)
    return test


def is_like(text, pattern):
    """`*` is any text, `?` any one character, and nothing else is special."""
    return re.fullmatch("".join(
        {"*": ".*", "?": "."}.get(c, re.escape(c)) for c in pattern), text,
                        re.DOTALL) is not None


COMPARE = {
    "==": known(lambda left, right: left == right),
    "!=": known(lambda left, right: left != right),
    "<": known(lambda left, right: left < right),
    "<=": known(lambda left, right: left <= right),
    ">": known(lambda left, right: left > right),
    ">=": known(lambda left, right: left >= right),
    "in": is_among,
    "contains": text_test(lambda text, part: part in text),
    "startswith": text_test(lambda text, part: text.startswith(part)),
    "endswith": text_test(lambda text, part: text.endswith(part)),
    "like": text_test(is_like),
    "matches": text_test(lambda text, regex: regex.search(text) is not None),
}


def is_test(node, around):
    """Section 3: missing, present, true and false are never unknown; the
    others are, for a missing value."""
    def one(value):
        if node.word in ("missing", "present", "true", "false"):
            found = {"missing": value is None, "present": value is not None,
                     "true": value is True, "false": value is False}[node.word]
        elif value is None:
            return None
        else:
            found = IS[node.word](value)
        return found != node.is_not
    return either(map(one, alternatives(node.value, around)))


def of_address(ask):
    """`is private` and its kin, of a source or an address."""
    def test(value):
        address = getattr(value, "address", value)
        return address is not None and ask(address)
    return test


IS = {
    "ip": of_address(lambda address: True),
    "ipv4": of_address(values.is_ipv4),
    "ipv6": of_address(lambda address: not values.is_ipv4(address)),
    "private": of_address(values.is_private),
    "service": lambda x: isinstance(x, values.Source) and x.is_service(),
    "aws_internal": lambda x: isinstance(x, values.Source)
    and x.is_aws_internal(),
}


# ---- quantifiers ----------------------------------------------------------

def quantified(word, verdicts):
    """any: for some; all: for every; none: for no element or row."""
    if word == "all":
        return both(verdicts)
    found = either(verdicts)
    return negated(found) if word == "none" else found


def quant(node, around):
    return quantified(node.word, [
        evaluate(node.body, around.with_item(node.name, item))
        for item in values.elements_of(evaluate(node.over, around))])


def quant_rows(node, around):
    """Over those live rows of a baseline whose key columns equal what the
    condition equates them with: the rest of it is asked of them.  When one of
    those values is missing, nothing is known."""
    asked = {name: evaluate(value, around) for name, value in node.asked}
    if None in asked.values():
        return None
    rows = [around.with_row(node.name, row)
            for row in around.history.rows(node.baseline, around.time)
            if all(row.values[name] == asked[name] for name in asked)]
    return quantified(node.word, [
        both(evaluate(part, row) for part in node.rest) for row in rows])


# ---- functions: section 4 -------------------------------------------------

def arn_part(place):
    """A part of arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE."""
    def part(text):
        parts = text.split(":", 5)
        if len(parts) < 6 or parts[0] != "arn":
            return None
        return parts[place] or None
    return part


def session_name(text):
    """What follows assumed-role/ROLE/ in an ARN."""
    resource = (arn_part(5)(text) or "").split("/", 2)
    if len(resource) < 3 or resource[0] != "assumed-role":
        return None
    return resource[2] or None


def lowered(text):
    """A to Z as a to z."""
    return "".join(chr(ord(c) + 32) if "A" <= c <= "Z" else c for c in text)


def opened(text):
    """The JSON that a text holds; missing when it holds none."""
    try:
        return values.parse_json(text)
    except ValueError:
        return None


FUNCTIONS = {"lower": lowered, "len": len, "arn_account": arn_part(4),
             "arn_resource": arn_part(5), "session_name": session_name,
             "json": opened}


def call(node, value):
    return None if value is None else FUNCTIONS[node.name](value)


def to_text(node, value):
    return values.text_of(value, node.value.kind)


# ---- which is which -------------------------------------------------------

# Nodes that only combine the values of their parts, and so can be asked of each
# element too.
PARTS = {"convert": ["value"], "call": ["value"], "to_text": ["value"],
         "if": ["condition", "yes", "no"],
         "coalesce": ["left", "right"], "+": ["left", "right"],
         "-": ["left", "right"]}
COMBINE = {"convert": convert, "call": call, "to_text": to_text,
           "if": choose, "coalesce": coalesce, "+": plus, "-": minus}


def combined(node, around):
    return COMBINE[node.op](node, *[evaluate(getattr(node, part), around)
                                    for part in PARTS[node.op]])


EVALUATE = {
    "constant": lambda node, around: node.value,
    "constant_list": lambda node, around: node.value,
    "list_of": lambda node, around: [evaluate(element, around)
                                     for element in node.elements],
    "field": field, "steps": steps, "column": column,
    "item": lambda node, around: around.items[node.name],
    "key": lambda node, around: around.keys[node.name],
    "aggregate": lambda node, around: around.aggregates[node.text],
    "whole_column": whole_column,
    "and": logical(both), "or": logical(either),
    "not": lambda node, around: negated(evaluate(node.value, around)),
    "compare": compare, "is": is_test, "quant": quant,
    "quant_rows": quant_rows,
}
EVALUATE.update(dict.fromkeys(PARTS, combined))
