"""tree.py - rule text as a tree that can be printed, copied and pruned.

A node is a piece of rule text: its parts are strings and other nodes.  Each
node of an expression has a type and a level, how loosely it binds; a part may
be a pair (node, level), and brackets are put where the node binds more
loosely than that.  So the parser's precedences are tested on the way.

A node with a `sep` is a list whose items stand between separators.  Nodes
with `drop` may be left out where they stand.  Both are what the shrinker cuts
at (shrink.py); it knows nothing else of the language.
"""

# How tightly operators bind, loosest first.
IF, OR, AND, NOT, COMPARE, COALESCE, SUM, PRIMARY = range(8)


class Node:
    """A piece of rule text."""

    __slots__ = ("type", "level", "parts", "sep", "drop", "hint", "name")

    def __init__(self, *parts, type=None, level=PRIMARY, sep=None, drop=False,
                 hint=None, name=None):
        self.parts = list(parts)
        self.type = type      # of an expression: "text", "set<text>" ...
        self.level = level
        self.sep = sep        # None: no list
        self.drop = drop
        self.hint = hint      # values that it may well have
        self.name = name      # of a declaration

    def text(self):
        """The node as it is written in a rule."""
        out = []
        self.write(out)
        return "".join(out)

    def write(self, out):
        """Append the text's pieces to `out`."""
        first = True
        for part in self.parts:
            if self.sep is not None and not first:
                out.append(self.sep)
            first = False
            if isinstance(part, str):
                out.append(part)
            elif isinstance(part, Node):
                part.write(out)
            elif part[0].level < part[1]:
                out.append("(")
                part[0].write(out)
                out.append(")")
            else:
                part[0].write(out)

    def nodes(self):
        """All nodes below this one, itself first."""
        yield self
        for part in self.parts:
            if not isinstance(part, str):
                node = part if isinstance(part, Node) else part[0]
                yield from node.nodes()

    def replaced(self, old, new):
        """A copy in which the node `old` is `new`, or gone (new None).

        What is not on the way to `old` is shared with the copy.
        """
        if self is old:
            return new
        for at, part in enumerate(self.parts):
            if isinstance(part, str):
                continue
            pair = not isinstance(part, Node)
            node = part[0] if pair else part
            made = node.replaced(old, new)
            if made is node:
                continue
            copy = Node(*self.parts, type=self.type, level=self.level,
                        sep=self.sep, drop=self.drop, hint=self.hint,
                        name=self.name)
            if made is None:
                del copy.parts[at]
            else:
                copy.parts[at] = (made, part[1]) if pair else made
            return copy
        return self


def listed(items, sep=", "):
    """Nodes as a list with something between them."""
    return Node(*items, sep=sep)


def optional(*parts):
    """A piece that may be left out."""
    return Node(*parts, drop=True)
