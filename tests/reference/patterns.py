"""Regular expressions: section 4 of doc/language.md, `matches`.

The page says that an expression is one that an automaton can decide; its
syntax is RE2's.  Of that the reference takes what Python has too.  What
differs is written out: `$` is the end of the text alone, a dot takes every
character, and these classes hold ASCII characters.
"""
import re

from syntax import RuleError

CLASSES = {"d": "0-9", "w": "0-9A-Za-z_", "s": "\\t\\n\\f\\r "}
POSIX = {"alnum": "0-9A-Za-z", "alpha": "A-Za-z", "ascii": "\\x00-\\x7f",
         "blank": "\\t ", "cntrl": "\\x00-\\x1f\\x7f", "digit": "0-9",
         "graph": "!-~", "lower": "a-z", "print": " -~",
         "punct": "!-/:-@\\[-`{-~", "space": "\\t\\n\\v\\f\\r ",
         "upper": "A-Z", "word": "0-9A-Za-z_", "xdigit": "0-9A-Fa-f"}
BOUND = "(?-i:(?<![0-9A-Za-z_])(?=[0-9A-Za-z_])" \
        "|(?<=[0-9A-Za-z_])(?![0-9A-Za-z_]))"
WRITTEN_OUT = {"$": r"\Z", r"\z": r"\Z", r"\/": "/", r"\b": BOUND,
               r"\B": "(?!%s)" % BOUND}
NOT_TAKEN = re.compile(r"""\(\?(?!:|i\)|P<) | (?<!\\)[*+?}][*+] | \{, | \[:\^
    | \\[pPCQEUuZ1-9] | \\x\{ | \(.*\(\?i\)""", re.VERBOSE)


def regex_of(text):
    """/.../ or /.../i as a Python expression with the same language."""
    if text.endswith("i"):
        return regex_compiled(text[1:-2], re.IGNORECASE)
    return regex_compiled(text[1:-1])


def regex_compiled(pattern, flags=0):
    if NOT_TAKEN.search(pattern):
        raise RuleError("/%s/ is not in the reference" % pattern)
    parts = re.sub(r"\\.|\[\^?\]?(\[:\w+:\]|\\.|[^\]\\])*\]|\$",
                   lambda found: written_out(found.group()), pattern)
    try:
        return re.compile(parts, flags | re.DOTALL)
    except re.error as error:
        raise RuleError("no regular expression: %s" % error)


def written_out(part):
    """A class, an escape or a `$` as Python has it."""
    if part[0] == "[":
        inside = re.sub(r"\[:(\w+):\]|\\([dws])",
                        lambda m: POSIX.get(m.group(1)) or CLASSES[m.group(2)],
                        part[1:])
        if re.search(r"\\[DWS]", inside):
            raise RuleError("%s is not in the reference" % part)
        return "[" + re.sub(r"(?<!\\)\[", r"\\[", inside).replace(
            "&&", "&").replace("||", "|")
    if part[1:] in CLASSES:
        return "[%s]" % CLASSES[part[1:]]
    if part[1:].lower() in CLASSES:
        return "[^%s]" % CLASSES[part[1:].lower()]
    return WRITTEN_OUT.get(part, part)
