"""A pack: its files, parameters and lists; its baselines and rules, typed.

Section 5 of doc/language.md.  Names are looked up when they are used, so a
declaration that no rule reaches is not looked at.
"""
import csv
import io

import overlays
import values
from kinds import Gathered, Scope, Typer, Unit, converted, item_of, typed
from patterns import regex_compiled
from syntax import Node, Parser, RuleError, parse


class Pack:
    """The files of a pack and what the run sets of its lists and params.

    sources maps the path of each file below the pack's root to its text: the
    .astray files and those that `list ... from` names.  Keys of lists and
    params are names; a list is texts, a param the text of a literal.  overlays
    are texts of files, each of which lies over the rules and those before it.
    """

    def __init__(self, sources, lists=None, params=None, dedupe="eventID",
                 overlay_texts=()):
        self.sources = sources
        self.list_texts = lists or {}
        self.param_texts = params or {}
        self.is_shared = dedupe == "sharedEventID"
        self.units = {}
        self.known = {}
        self.being_made = []
        self.set_params, self.list_edits, self.disabled = {}, {}, set()
        self.typer = Typer(self)
        for path in sorted(sources):
            if path.endswith(".astray"):
                self.unit(path)
        for number, text in enumerate(overlay_texts):
            path = "overlay %d" % number
            sources[path] = text
            unit = self.unit(path)
            for overlay in unit.overlays:
                overlays.lay(self, unit, overlay)
        self.rules = [self.rule(unit, node)
                      for unit in list(self.units.values())
                      for node in unit.rules
                      if node.name not in self.disabled]

    def unit(self, path):
        """A file, read once; its imports are paths from the root."""
        if path in self.units:
            return self.units[path]
        if path not in self.sources:
            raise RuleError("no file %s" % path)
        unit = self.units[path] = Unit(path)
        unit.rules, unit.overlays = [], []
        for node in parse(self.sources[path]):
            if node.op == "import":
                unit.imports.append((node.alias,
                                     self.unit(node.path + ".astray")))
            elif node.op == "rule":
                unit.rules.append(node)
            elif node.op == "overlay":
                unit.overlays.append(node)
            elif node.name in unit.declared:
                raise RuleError("`%s` is declared twice" % node.name)
            else:
                unit.declared[node.name] = node
        return unit

    # ---- params and lists ----

    def param(self, unit, node):
        """A param's type and value; one that the run sets has that one."""
        literal = self.set_params.get(node.name, node.value)
        if node.name in self.param_texts:
            literal = literal_of(self.param_texts[node.name], node.type)
        return node.type, self.value(literal, node.type)

    def value(self, literal, kind):
        """A literal as a value of a type."""
        if literal.kind == "word":
            raise RuleError("`%s` is no value" % literal.value)
        found = self.typer.do_literal(literal, None)
        kinds = (found.kind, kind)
        if kinds == ("ip", "cidr"):
            return found.value, found.value
        if kinds == ("text", "source"):
            return values.Source(found.value)
        if kinds == ("text", "regex"):
            return regex_compiled(found.value)
        return converted(found, kind).value

    def list(self, unit, node):
        """A list's type and values.  Overlays edit what the pack says; one that
        the run sets has what it says."""
        edits = self.list_edits.get(node.name, [])
        if node.name in self.list_texts:
            texts = self.list_texts[node.name]
            if isinstance(texts, tuple):
                texts = listed_texts(node.name, node.type, *texts)
            literals = [literal_of(text, node.type) for text in texts]
            edits = []
        elif node.file is not None:
            literals = [literal_of(text, node.type) for text in
                        listed_texts(node.name, node.type, node.file,
                                     self.sources[node.file])]
        else:
            literals = node.values

        def value_of(literal):
            return self.value(literal, node.type)

        return node.type, overlays.edited(map(value_of, literals), edits,
                                          value_of)

    def span(self, unit, node):
        """A length of time: a duration, a param of that type, or forever."""
        if node is None or node.op == "forever":
            return node and float("inf")
        return converted(self.typer.expr(node, Scope(unit)), "duration").value

    # ---- baselines ----

    def baseline(self, unit, node):
        key = (unit.path, node.name)
        if key in self.being_made:
            raise RuleError("baselines that read each other in a circle")
        if key not in self.known:
            self.being_made.append(key)
            self.known[key] = self.made_baseline(unit, node)
            self.being_made.pop()
        return self.known[key]

    def made_baseline(self, unit, node):
        scope, made = self.head(unit, node)
        made.name, made.scope, made.idle = node.name, node.scope, node.idle
        made.keys = [(name, self.key(value, scope))
                     for name, value in node.keys]
        made.collected = []
        for name, value in node.columns:
            scope.gathered = Gathered(scope.names)
            made.collected.append((name, self.typer.expr(value, scope)))
        made.columns = {name: typed("of", value.kind, name=name)
                        for name, value in made.keys + made.collected}
        made.plus = self.span(unit, node.plus) or 0
        made.retain = self.span(unit, node.retain)
        if (made.retain is None) != (made.scope == "whole"):
            raise RuleError("`%s`: as_of needs retain, whole takes none"
                            % node.name)
        return made

    def head(self, unit, node):
        """each, let and where, which baselines and rules share."""
        scope, made = Scope(unit), Node(node.op, each=None, where=None)
        if node.each:
            name, path = node.each
            over = self.typer.expr(path, scope)
            made.each = (name, over)
            scope = scope.with_name(name, item_of(name, over))
        for name, value in node.lets:
            scope = scope.with_name(name, self.typer.expr(value, scope))
        if node.where:
            made.where = self.typer.condition(node.where, scope)
        return scope, made

    def key(self, node, scope):
        """A key is one value; of json its text."""
        value = self.typer.expr(node, scope)
        if value.many:
            raise RuleError("a key over every element of an array")
        return converted(value, "text") if value.kind == "json" else value

    # ---- rules ----

    def rule(self, unit, node):
        scope, made = self.head(unit, node)
        made.name, made.shape, made.meta = node.name, node.shape, node.meta
        made.aggregates = []
        after = getattr(self, node.shape)(unit, node, scope, made)
        made.excludes = [self.exclude(exclude, scope if made.shape in (
                             "group", "sequence") else after)
                         for exclude in node.excludes]
        made.outcome = [(name, self.typer.expr(value, after))
                        for name, value in node.outcome]
        made.suppress = None
        if node.suppress:
            by, span = node.suppress
            made.suppress = ([self.key(value, after) for value in by],
                             self.span(unit, span))
        if after.gathered:
            made.aggregates = after.gathered.aggregates
        return made

    def exclude(self, node, scope):
        expires = node.expires and self.value(node.expires, "time")
        return Node("exclude", name=node.name, expires=expires,
                    when=self.typer.condition(node.when, scope))

    def plain(self, unit, node, scope, made):
        return scope

    def join(self, unit, node, scope, made):
        made.joins = []
        for join in node.joins:
            baseline = self.typer.baseline_of(join.baseline, unit)
            if baseline is None:
                raise RuleError("no baseline %s" % ".".join(join.baseline))
            scope = scope.with_name(join.alias, typed(
                "row", "row", name=join.alias, baseline=baseline))
            within = None
            if join.within:
                within = (self.span(unit, join.within[0]),
                          self.typer.expr(join.within[1], scope))
            made.joins.append(Node(
                "join", alias=join.alias, baseline=baseline, within=within,
                on=self.typer.condition(join.on, scope)))
        made.requires = [self.typer.condition(require, scope)
                         for require in node.requires]
        scope.gathered = Gathered(scope.names)
        return scope

    def group(self, unit, node, scope, made):
        """In having, outcome and suppress a group's keys go by their names,
        and fields of events stand only inside aggregates."""
        made.keys = [(name, self.key(value, scope))
                     for name, value in node.keys]
        made.window = node.window
        made.span, made.gap = [self.span(unit, span)
                               for span in (node.span, node.gap)]
        after = Scope(unit, {name: typed("key", value.kind, name=name)
                             for name, value in made.keys},
                      Gathered({**scope.names, **dict(made.keys)}))
        made.having = self.typer.condition(node.having, after)
        return after

    def new_terms(self, unit, node, scope, made):
        made.keys = [(name, self.key(value, scope))
                     for name, value in node.keys]
        made.history = self.span(unit, node.history)
        return scope

    def sequence(self, unit, node, scope, made):
        """Steps, each with the absences that stand before it; those behind
        the last step are `trailing`.  In outcome and suppress the keys go by
        their names, and stand for those of the event that completes."""
        if made.each:
            raise RuleError("`each` in a sequence")
        made.keys = [(name, self.key(value, scope))
                     for name, value in node.keys]
        made.span = self.span(unit, node.span)
        made.steps, made.trailing = [], []
        for step in node.steps:
            condition = self.typer.condition(step.where, scope)
            if step.is_not:
                made.trailing.append(condition)
            else:
                made.steps.append((made.trailing, condition))
                made.trailing = []
        if not made.steps or made.steps[0][0]:
            raise RuleError("a sequence begins with an event")
        made.until = None
        if node.until:
            if node.until.is_not:
                raise RuleError("`until` wants an event")
            made.until = self.typer.condition(node.until.where, scope)
        after = scope
        for name, value in made.keys:
            after = after.with_name(name, value)
        return after


# ---- values from outside --------------------------------------------------

def literal_of(text, kind):
    """A value as it is written in a rule, texts without their quotes."""
    if kind in ("text", "source", "regex"):
        return Node("literal", kind="text", value=text)
    parser = Parser(text)
    literal = parser.literal()
    if parser.word.kind != "end":
        raise RuleError("`%s` is no %s" % (text, kind))
    return literal


def listed_texts(name, kind, path, text):
    """doc/reading.md, Lists: the values that a list's file holds."""
    if path.endswith(".json"):
        return json_texts(kind, values.parse_json(text))
    if path.endswith(".csv"):
        rows = [row for row in csv.reader(io.StringIO(text)) if row]
        if name in rows[0]:
            return [row[rows[0].index(name)] for row in rows[1:]]
        return [row[0] for row in rows]
    found = []
    for line in text.splitlines():
        line = line.rstrip()
        if kind not in ("text", "source"):
            line = line.partition(" #")[0].strip()
        if line and not line.startswith("#"):
            found.append(line)
    return found


def json_texts(kind, value):
    """An array of values, or AWS's ip-ranges.json as published."""
    if isinstance(value, dict):
        return [row[member] for rows, member in
                (("prefixes", "ip_prefix"), ("ipv6_prefixes", "ipv6_prefix"))
                for row in value.get(rows, [])]
    return [values.json_text(one["value"] if isinstance(one, dict) else one)
            for one in value]
