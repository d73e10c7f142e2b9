"""Rule text to a tree: the words and the grammar of doc/language.md.

First of the reference evaluator's files; the others follow in this order:

    syntax.py     text -> tree                    (sections 1 and 10)
    values.py     what values are                 (sections 2 and 3)
    patterns.py   regular expressions             (section 4)
    kinds.py      names and types -> typed tree   (sections 2, 4 and 5)
    overlays.py   what overlays change            (section 5, Overlays)
    pack.py       files, lists, clauses           (section 5)
    events.py     records -> events               (doc/reading.md)
    evaluate.py   typed tree + event -> value     (sections 3 and 4)
    baselines.py  what a baseline's rows hold     (section 5, Baselines)
    rules.py      which events alert              (section 5, Rules, Meaning)
    alerts.py     what an alert shows             (doc/output.md)
    reference.py  the way in: Rules, judge, and the command

Every function here reads one production of section 10 and bears its name.
A mistake in the text raises RuleError; that it is found, and not how well it
is explained, is all that is asked of a reference.
"""
import re


class RuleError(Exception):
    """The rules cannot be taken."""


class Node:
    """A part of a rule: what it is (op), and its parts by name."""

    def __init__(self, op, **parts):
        self.op = op
        self.__dict__.update(parts)

    def __repr__(self):
        parts = {k: v for k, v in self.__dict__.items() if k != "op"}
        return "%s%r" % (self.op, parts)


# ---- words ----------------------------------------------------------------

# Longest and most special first: an address, a date and a duration all begin
# like a number.  There is no division, so a "/" always begins an expression.
HEX = "[0-9A-Fa-f]{0,4}"
WORD = re.compile(r"""
    (?P<space>   [ \t\r\n]+ | \#[^\n]* )
  | (?P<time>    \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d) )
  | (?P<date>    \d{4}-\d\d-\d\d )
  | (?P<cidr>    (\d+\.\d+\.\d+\.\d+ | HEX(:HEX){2,7}(\.\d+){0,3}) /\d+ )
  | (?P<ip>      \d+\.\d+\.\d+\.\d+ | HEX(:HEX){2,7}(\.\d+){0,3} )
  | (?P<duration>\d+(ms|s|m|h|d|w)\b )
  | (?P<real>    \d+\.\d+ )
  | (?P<int>     \d+ )
  | (?P<name>    [A-Za-z_][A-Za-z0-9_]* )
  | (?P<string>  "([^"\\\n]|\\.)*" )
  | (?P<raw>     '[^'\n]*' )
  | (?P<regex>   /(\\.|\[\^?\]?(\\.|[^\]\\\n])*\]|[^/\\\[\n])+/i? )
  | (?P<sign>    == | != | <= | >= | \?\? | [<>=+\-,:.()\[\]{}] )
""".replace("HEX", HEX), re.VERBOSE)

RESERVED = set("""as from where let within require exclude when timespan having
    sequence maxspan until new_terms suppress if then else and or not in is any
    all none true false contains startswith endswith like matches""".split())

UNIT_MS = {"ms": 1, "s": 1000, "m": 60000, "h": 3600000, "d": 86400000,
           "w": 604800000}


class Word:
    """A word of the text: its kind, its text, and where it stands."""

    def __init__(self, kind, text, start, end):
        self.kind, self.text, self.start, self.end = kind, text, start, end


def words_of(text):
    """Section 1: the words of a file, without space and comments."""
    words, place = [], 0
    while place < len(text):
        found = WORD.match(text, place)
        if not found:
            raise RuleError("no word of the language: %r" % text[place:][:20])
        if found.lastgroup != "space":
            words.append(Word(found.lastgroup, found.group(), place,
                              found.end()))
        place = found.end()
    words.append(Word("end", "", place, place))
    return words


def unescaped(text):
    r"""Section 1: the text between quotes, with \" \\ \n \t \u{..}."""
    def one(found):
        if found.group(1):
            return chr(int(found.group(1), 16))
        return {"n": "\n", "t": "\t", '"': '"', "\\": "\\"}[found.group(2)]
    return re.sub(r"\\(?:u\{([0-9A-Fa-f]+)\}|(.))", one, text[1:-1])


# ---- the parser -----------------------------------------------------------

class Parser:
    """Recursive descent: self.word is the next word that nobody took."""

    def __init__(self, text):
        self.text = text
        self.words = words_of(text)
        self.at = 0

    @property
    def word(self):
        return self.words[self.at]

    def fail(self):
        line = self.text.count("\n", 0, self.word.start) + 1
        raise RuleError("line %d: `%s` cannot stand here"
                        % (line, self.word.text))

    def take(self):
        self.at += 1
        return self.words[self.at - 1]

    def sees(self, *texts):
        """Is the next word one of these words or signs?"""
        word = self.word
        return word.kind in ("name", "sign") and word.text in texts

    def follows(self, *texts):
        """Do these words and signs come next, one after another?"""
        return all(word.kind in ("name", "sign") and word.text == text
                   for word, text in zip(self.words[self.at:], texts))

    def takes(self, text):
        if not self.sees(text):
            return False
        self.at += 1
        return True

    def expect(self, text):
        if not self.takes(text):
            self.fail()

    def of_kind(self, *kinds):
        if self.word.kind not in kinds:
            self.fail()
        return self.take()

    def ident(self):
        """A name; words that are reserved only somewhere may be one."""
        if self.word.text in RESERVED:
            self.fail()
        return self.of_kind("name").text

    def string(self):
        word = self.of_kind("string", "raw")
        if word.kind == "raw":
            return word.text[1:-1]
        return unescaped(word.text)

    def listed(self, one):
        """one { "," one }"""
        found = [one()]
        while self.takes(","):
            found.append(one())
        return found

    # ---- declarations ----

    def file(self):
        declarations = []
        while self.word.kind != "end":
            kind = self.of_kind("name").text
            if kind not in ("import", "param", "list", "macro", "baseline",
                            "rule", "overlay"):
                self.fail()
            declarations.append(getattr(self, kind + "_")())
        return declarations

    def import_(self):
        path = self.string()
        alias = self.ident() if self.takes("as") else None
        return Node("import", path=path, alias=alias)

    def param_(self):
        name = self.ident()
        self.expect(":")
        kind = self.type()
        self.expect("=")
        value = self.literal()
        if self.word.kind in ("string", "raw"):
            self.string()
        return Node("param", name=name, type=kind, value=value)

    def list_(self):
        name = self.ident()
        self.expect(":")
        kind = self.type()
        if self.takes("from"):
            return Node("list", name=name, type=kind, file=self.string())
        self.expect("=")
        return Node("list", name=name, type=kind, file=None,
                    values=self.bracketed())

    def macro_(self):
        name, params = self.ident(), []
        has_brackets = self.takes("(")
        if has_brackets:
            params = self.listed(self.typed_name)
            self.expect(")")
        self.expect("=")
        return Node("macro", name=name, params=params, body=self.expr(),
                    is_called=has_brackets)

    def typed_name(self):
        name = self.ident()
        self.expect(":")
        return name, self.type()

    def type(self):
        return self.ident()

    def overlay_(self):
        name = self.ident()
        self.expect("for")
        self.expect("pack")
        self.string()
        if self.takes("version"):
            self.string()
        self.expect("{")
        changes = []
        while not self.takes("}"):
            changes.append(self.change())
        return Node("overlay", name=name, changes=changes)

    def change(self):
        word = self.of_kind("name").text
        if word == "set":
            self.expect("param")
            name = self.ident()
            self.expect("=")
            return Node("param", name=name, value=self.literal())
        if word in ("append", "remove"):
            self.expect("list")
            return Node(word, name=self.ident(), values=self.bracketed())
        self.expect("rule")
        name, version, mods = self.ident(), None, []
        if word in ("disable", "enable"):
            self.audit()
            return Node(word, name=name)
        if word != "modify":
            self.fail()
        if self.takes("version"):
            version = self.literal().value
        self.expect("{")
        while not self.takes("}"):
            mods.append(self.mod())
        return Node("modify", name=name, version=version, mods=mods)

    def mod(self):
        if self.takes("set"):
            name = self.ident()
            self.expect("=")
            return Node("meta", name=name, value=self.meta_value())
        if self.takes("exclude"):
            return self.exclude()
        if self.takes("require"):
            mod = Node("require", condition=self.expr())
        else:
            self.expect("disable")
            self.expect("exclude")
            mod = Node("without", name=self.ident())
        self.audit()
        return mod

    def bracketed(self):
        """ "[" [ literal { "," literal } [ "," ] ] "]" """
        self.expect("[")
        values = []
        while not self.takes("]"):
            values.append(self.literal())
            if not self.sees("]"):
                self.expect(",")
        return values

    def meta(self):
        """What `meta { ... }` says, as a mapping; no `meta` says nothing."""
        said = {}
        if not self.takes("meta"):
            return said
        self.expect("{")
        while not self.takes("}"):
            name = self.ident()
            self.expect("=")
            said[name] = self.meta_value()
        return said

    def meta_value(self):
        if self.sees("["):
            return [value.value for value in self.bracketed()]
        if self.word.kind == "name":
            return self.take().text
        return self.literal().value

    def baseline_(self):
        name = self.ident()
        self.expect("{")
        meta, each, lets, where = self.head()
        self.expect("key")
        keys = self.binds()
        columns = self.binds() if self.takes("collect") else []
        scope, plus, retain, idle = "as_of", None, None, False
        if self.takes("scope"):
            scope = self.ident_or_reserved()
            if self.takes("plus"):
                plus = self.span()
        if self.takes("retain"):
            retain = self.span()
            idle = self.takes("idle")
        self.expect("}")
        return Node("baseline", name=name, each=each, lets=lets, where=where,
                    keys=keys, columns=columns, scope=scope, plus=plus,
                    retain=retain, idle=idle)

    def head(self):
        """[ meta ] from { let } [ "where" expr ]"""
        meta = self.meta()
        self.expect("from")
        if self.ident() != "cloudtrail":
            raise RuleError("there is no other log than cloudtrail")
        each = None
        if self.takes("each"):
            name = self.ident()
            self.expect("in")
            each = (name, self.path())
        lets = []
        while self.takes("let"):
            lets.append(self.bind())
        where = self.expr() if self.takes("where") else None
        return meta, each, lets, where

    def bind(self):
        name = self.ident()
        self.expect("=")
        return name, self.expr()

    def binds(self):
        return self.listed(self.bind)

    def ident_or_reserved(self):
        return self.of_kind("name").text

    def span(self):
        """DURATION | "forever" | qname"""
        if self.word.kind == "duration":
            return self.literal()
        name = self.ident()
        if name == "forever":
            return Node("forever")
        names = [name]
        while self.takes("."):
            names.append(self.ident())
        return Node("path", head=names[0],
                    steps=[("member", name) for name in names[1:]])

    # ---- rules ----

    def rule_(self):
        name = self.ident()
        self.expect("{")
        meta, each, lets, where = self.head()
        rule = Node("rule", name=name, meta=meta, each=each, lets=lets,
                    where=where, shape="plain", excludes=[], outcome=[],
                    suppress=None)
        if self.sees("join"):
            self.join_part(rule)
        elif self.takes("group"):
            self.group_part(rule)
        elif self.takes("new_terms"):
            self.new_part(rule)
        elif self.takes("sequence"):
            self.seq_part(rule)
        while self.takes("exclude"):
            rule.excludes.append(self.exclude())
        if self.takes("outcome"):
            self.expect("{")
            while not self.takes("}"):
                rule.outcome.append(self.bind())
        if self.takes("suppress"):
            self.expect("by")
            by = self.listed(self.expr)
            self.expect("for")
            rule.suppress = (by, self.span())
        self.expect("}")
        return rule

    def join_part(self, rule):
        rule.shape, rule.joins, rule.requires = "join", [], []
        while self.takes("join"):
            name = [self.ident()]
            while self.takes("."):
                name.append(self.ident())
            self.expect("as")
            alias = self.ident()
            self.expect("on")
            on, within = self.expr(), None
            if self.takes("within"):
                span = self.span()
                self.expect("after")
                within = (span, self.path())
            rule.joins.append(Node("join", baseline=name, alias=alias, on=on,
                                   within=within))
        while self.takes("require"):
            rule.requires.append(self.expr())

    def group_part(self, rule):
        rule.shape = "group"
        self.expect("by")
        rule.keys = self.binds()
        self.expect("timespan")
        rule.window, rule.span, rule.gap = "sliding", None, None
        if self.takes("whole"):
            rule.window = "whole"
        else:
            rule.span = self.span()
            if self.sees("sliding", "tumbling", "session"):
                rule.window = self.take().text
            if rule.window == "session":
                rule.gap = self.span()
        self.expect("having")
        rule.having = self.expr()

    def new_part(self, rule):
        rule.shape = "new_terms"
        self.expect("by")
        rule.keys = self.binds()
        self.expect("history")
        rule.history = self.span()

    def seq_part(self, rule):
        rule.shape = "sequence"
        self.expect("by")
        rule.keys = self.binds()
        self.expect("maxspan")
        rule.span, rule.steps, rule.until = self.span(), [], None
        while self.sees("["):
            rule.steps.append(self.step())
        if self.takes("until"):
            rule.until = self.step()

    def step(self):
        self.expect("[")
        is_not = self.takes("not")
        self.expect("where")
        where = self.expr()
        self.expect("]")
        return Node("step", is_not=is_not, where=where)

    def exclude(self):
        name = self.ident()
        self.expect("when")
        exclude = Node("exclude", name=name, when=self.expr(), expires=None)
        exclude.expires = self.audit()
        return exclude

    def audit(self):
        """reason, owner and expires: the last, or None."""
        expires = None
        while self.sees("reason", "owner", "expires"):
            if self.take().text == "expires":
                expires = self.literal()
            else:
                self.string()
        return expires

    # ---- expressions, loosest first ----

    def expr(self):
        if self.takes("if"):
            condition = self.expr()
            self.expect("then")
            yes = self.expr()
            self.expect("else")
            return Node("if", condition=condition, yes=yes, no=self.expr())
        return self.chain("or", self.and_expr)

    def and_expr(self):
        return self.chain("and", self.not_expr)

    def chain(self, word, one):
        """one { word one }, from left to right."""
        left = one()
        while self.takes(word):
            left = Node(word, left=left, right=one())
        return left

    def not_expr(self):
        if self.takes("not"):
            return Node("not", value=self.not_expr())
        if self.sees("if"):
            return self.expr()
        return self.comparison()

    def comparison(self):
        """sum cmp sum | sum "is" [ "not" ] isname | quant | sum"""
        if self.sees("any", "all", "none") and not \
                self.words[self.at + 1].text == "(":
            return self.quant()
        left = self.sum()
        if self.takes("is"):
            is_not = self.takes("not")
            return Node("is", value=left, is_not=is_not,
                        word=self.ident_or_reserved())
        is_not = self.takes("not")
        if self.sees("in", "contains", "startswith", "endswith", "like",
                     "matches") or (not is_not and self.sees(
                         "==", "!=", "<", "<=", ">", ">=")):
            return Node("compare", word=self.take().text, is_not=is_not,
                        left=left, right=self.sum())
        if is_not:
            self.fail()
        return left

    def quant(self):
        word, name = self.take().text, self.ident()
        self.expect("in")
        over = self.path()
        self.expect(":")
        self.expect("(")
        body = self.expr()
        self.expect(")")
        return Node("quant", word=word, name=name, over=over, body=body)

    def sum(self):
        """Section 10: of ?? + - the first is the loosest."""
        return self.chain("??", self.plus_minus)

    def plus_minus(self):
        left = self.prim()
        while self.sees("+", "-"):
            left = Node(self.take().text, left=left, right=self.prim())
        return left

    def prim(self):
        if self.takes("("):
            inner = self.expr()
            self.expect(")")
            return inner
        if self.takes("["):
            values = self.listed(self.expr)
            self.expect("]")
            return Node("list_of", values=values)
        if self.word.kind == "name" and not self.sees("true", "false"):
            return self.path()
        return self.literal()

    def literal(self):
        sign = -1 if self.takes("-") else 1
        if sign < 0 and self.word.kind not in ("int", "real"):
            self.fail()
        word = self.take()
        kind, text = word.kind, word.text
        if kind == "name" and text in ("true", "false"):
            return Node("literal", kind="bool", value=text == "true")
        if kind == "name" and text not in RESERVED:
            return Node("literal", kind="word", value=text)
        if kind in ("string", "raw"):
            self.at -= 1
            return Node("literal", kind="text", value=self.string())
        if kind == "int":
            return Node("literal", kind="int", value=sign * int(text))
        if kind == "real":
            return Node("literal", kind="real", value=sign * float(text))
        if kind == "duration":
            count, unit = re.match(r"(\d+)(\w+)", text).groups()
            return Node("literal", kind="duration",
                        value=int(count) * UNIT_MS[unit])
        if kind in ("time", "date", "ip", "cidr", "regex"):
            return Node("literal", kind=kind, value=text)
        self.at -= 1
        return self.fail()

    def path(self):
        """qhead { "." ( ident | STRING ) | "[" INT "]" | "[" "]" }"""
        start = self.word.start
        if self.sees("any"):
            head = self.take().text
        else:
            head = self.ident()
        if self.takes("("):
            node = Node("call", name=head, args=[], filter=None)
            self.args(node)
        else:
            node = Node("path", head=head)
        node.steps = self.steps()
        node.text = self.text[start:self.words[self.at - 1].end]
        return node

    def args(self, call):
        """ [ expr { "," expr } ] [ "where" expr ] ")" """
        if not self.sees(")", "where"):
            call.args = self.listed(self.expr)
        if self.takes("where"):
            call.filter = self.expr()
        self.expect(")")

    def steps(self):
        steps = []
        while self.sees(".", "["):
            if self.takes("."):
                if self.word.kind in ("string", "raw"):
                    steps.append(("member", self.string()))
                else:
                    steps.append(("member", self.of_kind("name").text))
            else:
                self.take()
                if self.takes("]"):
                    steps.append(("spread",))
                else:
                    steps.append(("index", int(self.of_kind("int").text)))
                    self.expect("]")
        return steps


def parse(text):
    """The declarations of a file."""
    return Parser(text).file()
