"""Names and types: the parser's tree to one that can be evaluated.

Every node of the new tree has a `kind`, the type of its value: one of the
words of section 2, or ("set", kind), ("list", kind).  What a name stands for
is looked up, macros and lets are put in their place, and where two types meet
(section 2, the row `json`; section 4) a "convert" node says so.  A node that
stands for every element of an array (`items[].x`, section 1) has `many` set.

Types are checked as far as the meaning hangs on them; a rule that `astray
check` refuses may be taken here.
"""
import os
import re

import values
from patterns import regex_compiled, regex_of
from syntax import Node, RuleError

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")


def read_fields():
    """Section 2: the schema is one table in the source.  Path -> type."""
    with open(os.path.join(TOP, "program", "schema.def")) as file:
        rows = re.findall(r'^AS_FIELD\("([^"]+)",\s*(\w+)', file.read(), re.M)
    return {path: kind.lower() for path, kind in rows}


FIELDS = read_fields()

# Section 4, Functions: name -> (what its argument is taken as, its result).
FUNCTIONS = {"ip": ("ip", "ip"), "text": ("text", "text"),
             "lower": ("text", "text"), "len": (None, "int"),
             "arn_account": ("text", "text"), "arn_resource": ("text", "text"),
             "session_name": ("text", "text"), "json": ("text", "json")}

# Section 5, Baselines.
AGGREGATES = ("set", "min", "max", "first", "last", "count",
              "count_distinct", "sum", "any")

ORDERED = ("int", "real", "number", "time", "duration", "text", "ip")


def typed(op, kind, many=False, **parts):
    return Node(op, kind=kind, many=many, **parts)


def constant(kind, value):
    return typed("constant", kind, value=value)


def any_many(*nodes):
    return any(node.many for node in nodes)


# ---- where types meet -----------------------------------------------------

CONVERTIBLE = {"json": ("text", "int", "real", "number", "bool", "time", "ip",
                        "source"),
               "source": ("text", "ip"), "text": ("source", "ip", "json"),
               "ip": ("source",), "int": ("real", "number"),
               "real": ("number",)}


def converted(node, kind):
    """The node's value as another type; missing when that cannot be."""
    if node.kind == kind:
        return node
    if kind not in CONVERTIBLE.get(node.kind, ()):
        raise RuleError("%s cannot be %s" % (node.kind, kind))
    if node.op == "constant" and node.kind == "int" and kind == "real":
        return constant("real", float(node.value))
    return typed("convert", kind, node.many, value=node, source=node.kind)


def as_text_of_any(node):
    """text(x) takes one value of any type."""
    if node.kind in CONVERTIBLE and node.kind not in ("json", "source"):
        return typed("to_text", "text", node.many, value=node)
    if node.kind in ("time", "duration", "bool"):
        return typed("to_text", "text", node.many, value=node)
    return converted(node, "text")


def met(left, right):
    """The one type in which two values are compared or chosen from: json
    takes the type of the other side, two of them their texts; a whole number
    beside a real is a real; a text or an address beside a source is one."""
    kinds = {left, right}
    if len(kinds) == 1:
        return left
    if "json" in kinds:
        return (kinds - {"json"}).pop()
    if kinds == {"int", "real"}:
        return "real"
    if "source" in kinds and kinds <= {"source", "text", "ip"}:
        return "source"
    raise RuleError("%s and %s cannot stand together" % (left, right))


def spelt_out(left, right):
    """Two nodes; a text that is written out beside an address stands for the
    address that it spells."""
    if (left.kind, right.kind, left.op) == ("text", "ip", "constant"):
        found = values.address_of(left.value)
        return (left if found is None else constant("ip", found)), right
    if (right.kind, left.kind, right.op) == ("text", "ip", "constant"):
        return spelt_out(right, left)[::-1]
    return left, right


def is_key(node):
    """Is it a key column of a row?"""
    return node.op == "column" and node.is_key


def compared_kind(left, right):
    """The same, for comparisons: two json values are equal when their texts
    are, and beside a number json is its number, whole or not."""
    kind = met(left, right)
    if kind == "json":
        return "text"
    if kind in ("int", "real") and "json" in (left, right):
        return "number"
    return kind


# ---- names ----------------------------------------------------------------

class Unit:
    """A file: what it declares and what it imports."""

    def __init__(self, path):
        self.path = path
        self.declared = {}
        self.imports = []

    def find(self, name):
        """Section 5: a declaration of this file, or one that an import
        without alias brings in."""
        if name in self.declared:
            return self, self.declared[name]
        for alias, unit in self.imports:
            if alias is None and name in unit.declared:
                return unit, unit.declared[name]
        return None

    def below(self, alias):
        """The file imported under an alias, if there is one."""
        for name, unit in self.imports:
            if name == alias:
                return unit
        return None


class Scope:
    """Where an expression stands: the file, the names bound around it, and,
    where aggregates may stand, the list that gathers them."""

    def __init__(self, unit, names=None, gathered=None):
        self.unit = unit
        self.names = dict(names or {})
        self.gathered = gathered

    def with_name(self, name, bound):
        inner = Scope(self.unit, self.names, self.gathered)
        inner.names[name] = bound
        return inner


# Types whose values have a way into them, and by which steps an event's field
# is reached; `objects` is an array of the schema's, `object` one of those.
INTO = {"object": ["member"], "objects": ["index"],
        "json": ["member", "index"]}
OPEN = ("object", "objects")


def item_of(name, over):
    """What a name stands for that goes over the elements of an array."""
    kind = {"objects": "object"}.get(over.kind, "json")
    return typed("item", kind, name=name,
                 path=over.path + "[]" if kind == "object" else "")


def into(path, kind, step):
    """One step from a value of the schema: its path and type."""
    if kind == "json":
        return path, kind
    if kind == "objects" and step[0] in ("index", "spread"):
        return path + "[]", "object"
    if kind == "object" and step[0] == "member":
        path += "." + step[1]
        if path in FIELDS:
            return path, FIELDS[path]
    raise RuleError("no way from `%s` by %r" % (path, step))


class Typer:
    """Turns expressions of a pack into typed nodes.  `fields` collects those
    that are read: the way from the record to them, and their types."""

    def __init__(self, pack):
        self.pack = pack
        self.fields = {}

    # ---- expressions ----

    def expr(self, node, scope):
        return getattr(self, "do_" + {"??": "coalesce", "+": "plus",
                                      "-": "minus"}.get(node.op, node.op))(
                                          node, scope)

    def condition(self, node, scope):
        """What must be true or false; json is read as a truth value."""
        found = self.expr(node, scope)
        return converted(found, "bool") if found.kind == "json" else found

    def do_if(self, node, scope):
        yes, no = spelt_out(self.expr(node.yes, scope),
                            self.expr(node.no, scope))
        kind = met(yes.kind, no.kind)
        return typed("if", kind, any_many(yes, no),
                     condition=self.condition(node.condition, scope),
                     yes=converted(yes, kind), no=converted(no, kind))

    def do_or(self, node, scope):
        return typed(node.op, "bool", left=self.condition(node.left, scope),
                     right=self.condition(node.right, scope))

    do_and = do_or

    def do_not(self, node, scope):
        return typed("not", "bool", value=self.condition(node.value, scope))

    def do_coalesce(self, node, scope):
        left, right = spelt_out(self.expr(node.left, scope),
                                self.expr(node.right, scope))
        kind = met(left.kind, right.kind)
        return typed("coalesce", kind, any_many(left, right),
                     left=converted(left, kind), right=converted(right, kind))

    def do_plus(self, node, scope):
        """Section 2: time + duration; durations, numbers; + joins texts."""
        left, right = self.expr(node.left, scope), self.expr(node.right, scope)
        kinds = (left.kind, right.kind)
        if kinds in (("time", "duration"), ("duration", "time")):
            kind = "time"
        elif kinds in (("time", "time"), ("json", "time"), ("time", "json")):
            left, right = converted(left, "time"), converted(right, "time")
            kind = "duration"
        elif "duration" in kinds and "json" in kinds:
            left, right = [converted(side, "time") if side.kind == "json"
                           else side for side in (left, right)]
            kind = "time"
        else:
            kind = met(*("text" if kind == "source" else kind
                         for kind in kinds))
            left, right = converted(left, kind), converted(right, kind)
        return typed(node.op, kind, any_many(left, right), left=left,
                     right=right)

    do_minus = do_plus

    def do_literal(self, node, scope):
        kind, value = node.kind, node.value
        if kind in ("time", "date"):
            found = values.time_of(value)
            kind = "time"
        elif kind == "ip":
            found = values.address_of(value)
        elif kind == "cidr":
            found = values.block_of(value)
        elif kind == "regex":
            found = regex_of(value)
        else:
            found = value
        if found is None:
            raise RuleError("%s does not exist" % value)
        return constant(kind, found)

    def do_list_of(self, node, scope):
        """[a, b]: its elements have one type; an address beside a block is a
        block, a whole number beside a real a real."""
        elements = [self.expr(value, scope) for value in node.values]
        kinds = {element.kind for element in elements}
        if kinds == {"ip", "cidr"}:
            elements = [constant("cidr", (element.value, element.value))
                        if element.kind == "ip" else element
                        for element in elements]
        elif kinds == {"int", "real"}:
            elements = [converted(element, "real") for element in elements]
        elif len(kinds) > 1 and kinds <= {"text", "source", "ip"}:
            elements = [converted(element, "source") for element in elements]
        elif len(kinds) > 1:
            raise RuleError("a list of several types")
        return typed("list_of", ("list", elements[0].kind),
                     any_many(*elements), elements=elements)

    def do_compare(self, node, scope):
        """Section 4.  With several elements on a side it holds when it holds
        for some of them, in its `not` form too (section 1)."""
        left, right = self.expr(node.left, scope), self.expr(node.right, scope)
        many = any_many(left, right)
        if node.word in ("==", "!=", "<", "<=", ">", ">="):
            left, right = spelt_out(left, right)
            kind = compared_kind(left.kind, right.kind)
            if kind == "number" and node.word == "==" and (
                    is_key(left) or is_key(right)):
                kind = "int"        # rows are found by values of its type
            if node.word not in ("==", "!=") and kind not in ORDERED:
                raise RuleError("%s has no order" % (kind,))
            left, right = converted(left, kind), converted(right, kind)
        elif node.word == "in":
            left, right = self.member(left, right)
        elif node.word == "contains" and isinstance(left.kind, tuple):
            right, left = self.member(right, left)
            return typed("compare", "bool", word="in", is_not=node.is_not,
                         left=right, right=left, over_many=many)
        else:
            left = converted(left, "text")
            if node.word == "matches":
                right = expressions(right)
            elif right.kind != ("list", "text"):
                right = converted(right, "text")
        return typed("compare", "bool", word=node.word, is_not=node.is_not,
                     left=left, right=right, over_many=many)

    def member(self, value, among):
        """x in LIST, SET, BLOCK, BASELINE.COLUMN: x is taken as a value of
        the members' type; to those of a list written in place it is compared
        as by `==`."""
        if among.kind == "cidr":
            return converted(value, "ip"), among
        if not isinstance(among.kind, tuple):
            raise RuleError("`in` cannot look into %s" % among.kind)
        of = among.kind[1]
        if of in ("cidr", "ip"):
            return converted(value, "ip"), among
        if among.op == "list_of":
            kind = "source" if {value.kind, of} == {"ip", "text"} \
                else met(value.kind, of)
            return converted(value, kind), typed(
                "list_of", ("list", kind), among.many,
                elements=[converted(one, kind) for one in among.elements])
        return converted(value, of), among

    def do_is(self, node, scope):
        value = self.expr(node.value, scope)
        if node.word in ("true", "false"):
            value = converted(value, "bool")
        elif node.word not in ("missing", "present"):
            if value.kind != "ip":
                value = converted(value, "source")
        return typed("is", "bool", word=node.word, is_not=node.is_not,
                     value=value, over_many=value.many)

    def do_quant(self, node, scope):
        """any, all, none: over a baseline's rows, or elements of the event."""
        baseline = None
        if node.over.op == "path" and not scope.names.get(node.over.head):
            baseline = self.baseline_of([node.over.head] + [
                step[1] for step in node.over.steps if len(step) > 1],
                                        scope.unit)
        if baseline:
            row = typed("row", "row", name=node.name, baseline=baseline)
            body = self.condition(node.body, scope.with_name(node.name, row))
            asked, rest = asked_keys(body, node.name, baseline)
            return typed("quant_rows", "bool", word=node.word, name=node.name,
                         baseline=baseline, asked=asked, rest=rest)
        over = self.expr(node.over, scope)
        if over.kind not in ("json", "objects"):
            raise RuleError("nothing to range over")
        item = item_of(node.name, over)
        return typed("quant", "bool", word=node.word, name=node.name,
                     over=over, body=self.condition(
                         node.body, scope.with_name(node.name, item)))

    # ---- paths and calls ----

    def do_path(self, node, scope):
        steps = list(node.steps)
        if node.head in scope.names:
            bound = scope.names[node.head]
            if bound.op == "row":
                return self.column(bound, steps)
            return self.go_on(bound, steps)
        found = scope.unit.find(node.head)
        unit = scope.unit.below(node.head)
        if found is None and unit is not None:
            found = unit, unit.declared.get(steps.pop(0)[1])
        if found is not None:
            return self.declared(found[0], found[1], steps)
        return self.field(node.head, steps)

    def column(self, row, steps):
        """w.addresses: a column of a joined row."""
        name = steps.pop(0)[1]
        kind = row.baseline.columns[name].kind
        found = typed("column", kind, alias=row.name, name=name,
                      is_key=name in dict(row.baseline.keys))
        return self.go_on(found, steps)

    def declared(self, unit, what, steps):
        """What a name of a file stands for where a value is wanted."""
        if what is None:
            raise RuleError("a name that nothing declares")
        if what.op == "param":
            kind, value = self.pack.param(unit, what)
            return constant(kind, value)
        if what.op == "list":
            kind, elements = self.pack.list(unit, what)
            return typed("constant_list", ("list", kind), value=elements)
        if what.op == "macro":
            return self.go_on(self.expr(what.body, Scope(unit)), steps)
        if what.op == "baseline":
            baseline = self.pack.baseline(unit, what)
            column = baseline.columns[steps.pop(0)[1]]
            of = column.kind[1] if isinstance(column.kind, tuple) \
                else column.kind
            return typed("whole_column", ("column", of), baseline=baseline,
                         name=column.name)
        raise RuleError("%s is no value" % what.name)

    def field(self, path, steps):
        """The longest way into the schema; below json anything may stand."""
        if path not in FIELDS:
            raise RuleError("no field `%s`" % path)
        way, kind = [path], FIELDS[path]
        while steps and steps[0][0] in INTO.get(kind, ()):
            step, *steps = steps
            way.append(step[1])
            path, kind = into(path, kind, step)
        self.fields[tuple(way)] = kind
        return self.go_on(typed("field", kind, way=tuple(way), path=path),
                          steps)

    def go_on(self, base, steps):
        """Further steps into a JSON value, or an array of the schema's."""
        if not steps:
            return base
        path, kind = base.path if base.kind in OPEN else "", base.kind
        for step in steps:
            path, kind = into(path, kind, step)
        many = base.many or ("spread",) in steps
        found = typed("steps", "json", many, base=base, steps=steps,
                      path=path)
        if kind in OPEN:
            found.kind = kind
            return found
        return converted(found, kind)

    def do_call(self, node, scope):
        if node.name in AGGREGATES:
            return self.aggregate(node, scope)
        if node.name in FUNCTIONS:
            takes, gives = FUNCTIONS[node.name]
            value = self.expr(node.args[0], scope)
            if node.name == "text":
                return as_text_of_any(value)
            if node.name == "len" and not isinstance(value.kind, tuple):
                takes = "text"
            if takes:
                value = converted(value, takes)
            if node.name == "ip":
                return value
            found = typed("call", gives, value.many, name=node.name,
                          value=value)
            return self.go_on(found, node.steps)
        found = scope.unit.find(node.name)
        if found is None or found[1].op != "macro":
            raise RuleError("no function `%s`" % node.name)
        return self.go_on(self.macro(found[0], found[1], node.args, scope),
                          node.steps)

    def macro(self, unit, macro, args, scope):
        """A macro is put in place; its arguments are of the declared types."""
        if len(args) != len(macro.params):
            raise RuleError("`%s` takes other arguments" % macro.name)
        inner = Scope(unit)
        for (name, kind), arg in zip(macro.params, args):
            inner.names[name] = converted(self.expr(arg, scope), kind)
        return self.expr(macro.body, inner)

    def aggregate(self, node, scope):
        """Section 5: an aggregate, to be computed where many events or rows
        are; equal ones of a rule are one, named as the first was written."""
        if scope.gathered is None:
            raise RuleError("`%s` where there is only one event" % node.name)
        inner = Scope(scope.unit, scope.gathered.names)
        value = self.expr(node.args[0], inner) if node.args else None
        where = self.condition(node.filter, inner) if node.filter else None
        name, kind = node.name, None
        if value is not None and value.kind == "json":
            kind = {"sum": "real", "any": "bool"}.get(name, "text")
            value = converted(value, kind)
        if name in ("count", "count_distinct"):
            kind = "int"
        elif name == "any":
            kind = "bool"
        elif name == "set":
            kind = value.kind if isinstance(value.kind, tuple) \
                else ("set", value.kind)
        else:
            kind = value.kind
        if name in ("min", "max") and kind not in ORDERED:
            raise RuleError("%s has no order" % (kind,))
        return scope.gathered.one(typed(
            "aggregate", kind, name=name, value=value, where=where,
            text=as_written(node.text)))

    # ---- the pack's other names ----

    def baseline_of(self, names, unit):
        """The baseline that a name, or ALIAS.NAME, stands for; or None."""
        if len(names) == 2 and unit.below(names[0]):
            unit = unit.below(names[0])
            names = names[1:]
        found = unit.find(names[0])
        if len(names) != 1 or found is None or found[1].op != "baseline":
            return None
        return self.pack.baseline(*found)


def asked_keys(body, name, baseline):
    """The condition of a quantifier over rows, in its parts joined by `and`:
    what key columns are equated with, and the rest."""
    keys = [key for key, _ in baseline.keys]
    asked, rest, parts = {}, [], [body]
    while parts:
        part = parts.pop(0)
        if part.op == "and":
            parts[:0] = [part.left, part.right]
            continue
        column, value = equation(part, name)
        if column in keys and column not in asked:
            asked[column] = value
        else:
            rest.append(part)
    return list(asked.items()), rest


def equation(node, name):
    """The column and the value of `h.column == VALUE`, either way around."""
    if node.op == "compare" and node.word == "==" and not node.is_not:
        for column, value in ((node.left, node.right),
                              (node.right, node.left)):
            if column.op == "column" and column.alias == name \
                    and not reads_row(value, name):
                return column.name, value
    return None, None


def reads_row(node, name):
    """Does an expression read the row of this name?"""
    if isinstance(node, (list, tuple)):
        return any(reads_row(part, name) for part in node)
    if not isinstance(node, Node) or node.op == "row":
        return False
    if node.op == "column" and node.alias == name:
        return True
    return any(reads_row(part, name) for part in vars(node).values())


def expressions(node):
    """The right side of `matches`: a text stands for the expression in it."""
    if node.kind == "text" and node.op == "constant":
        return constant("regex", regex_compiled(node.value))
    if node.kind == ("list", "text"):
        texts = node.value if node.op == "constant_list" else [
            element.value for element in node.elements]
        return typed("constant_list", ("list", "regex"),
                     value=[regex_compiled(text) for text in texts])
    return node


class Gathered:
    """The aggregates of a rule, and the names that stand inside them."""

    def __init__(self, names):
        self.names = names
        self.aggregates = []

    def one(self, aggregate):
        key = re.sub(r"\s", "", aggregate.text)
        for known in self.aggregates:
            if re.sub(r"\s", "", known.text) == key:
                return known
        self.aggregates.append(aggregate)
        return aggregate


def as_written(text):
    """The text of an aggregate without comments, white space as one blank."""
    quoted = r'"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\''
    text = re.sub(r"(%s)|#[^\n]*" % quoted, lambda m: m.group(1) or "", text)
    return re.sub(r"(%s)|\s+" % quoted, lambda m: m.group(1) or " ", text)
