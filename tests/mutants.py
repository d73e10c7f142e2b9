#!/usr/bin/env python3
"""One small mistake in a good pack: what does the compiler make of it?

    mutants.py ASTRAY PACK [--count N] [--seed N] [--show]

Takes the rules of a pack and makes one edit as a hurried author makes it: a
token deleted, doubled, swapped with the next, a word misspelt, a bracket
dropped, an operator changed, a literal changed, a line cut.  Each mutant is
checked by itself.  None may crash or hang, and nineteen of twenty must get
two messages or less: one mistake is said once.  The same seed makes the same
mutants.

Prints TAP, with the figures as a comment.
"""

import argparse
import collections
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile

TOKEN = re.compile(r"""
    (?P<space>\s+ | \#[^\n]*)
  | (?P<text>"(?:\\.|[^"\\\n])*" | '[^'\n]*')
  | (?P<regex>(?<![\w:])/(?:\\.|\[[^\]\n]*\]|[^/\\\n])+/i?)
  | (?P<number>\d[\w.:/-]*)
  | (?P<word>[A-Za-z_]\w*)
  | (?P<operator>==|!=|<=|>=|\?\?|[<>=+-])
  | (?P<bracket>[][(){}])
  | (?P<sign>.)
""", re.X)

OPERATORS = ["==", "!=", "<", "<=", ">", ">=", "=", "+", "-", "??"]
MOST_MESSAGES = 2
SECONDS = 10

Token = collections.namedtuple("Token", "kind text start end")


def tokens_of(text):
    """The tokens of a file, without blanks and comments."""
    found = [Token(m.lastgroup, m.group(), m.start(), m.end())
             for m in TOKEN.finditer(text)]
    return [token for token in found if token.kind != "space"]


def replaced(text, token, new):
    """The text with another token in this place."""
    return text[:token.start] + new + text[token.end:]


# ---- edits: each takes a text and its tokens and gives the new text, or None


def delete(rng, text, tokens):
    """A token is left out."""
    return replaced(text, rng.choice(tokens), "")


def double(rng, text, tokens):
    """A token is written twice."""
    token = rng.choice(tokens)
    return replaced(text, token, token.text + " " + token.text)


def swap(rng, text, tokens):
    """Two neighbours change places."""
    at = rng.randrange(len(tokens) - 1)
    one, other = tokens[at], tokens[at + 1]
    return (text[:one.start] + other.text + text[one.end:other.start] +
            one.text + text[other.end:])


def misspell(rng, text, tokens):
    """A letter of a word is dropped, doubled, changed, or two are swapped."""
    words = [t for t in tokens if t.kind == "word" and len(t.text) > 3]
    token = rng.choice(words)
    word, at = token.text, rng.randrange(1, len(token.text) - 1)
    wrong = rng.choice([
        word[:at] + word[at + 1:],
        word[:at] + word[at] + word[at:],
        word[:at] + word[at + 1] + word[at] + word[at + 2:],
        word[:at] + rng.choice("aeiorst") + word[at + 1:],
    ])
    return replaced(text, token, wrong)


def drop_bracket(rng, text, tokens):
    """A bracket is forgotten."""
    brackets = [t for t in tokens if t.kind == "bracket"]
    return replaced(text, rng.choice(brackets), "") if brackets else None


def change_operator(rng, text, tokens):
    """Another operator."""
    operators = [t for t in tokens if t.kind == "operator"]
    if not operators:
        return None
    token = rng.choice(operators)
    return replaced(text, token, rng.choice(OPERATORS))


def change_literal(rng, text, tokens):
    """A literal becomes one of another type, or is not closed."""
    literals = [t for t in tokens if t.kind in ("text", "number", "regex")]
    if not literals:
        return None
    token = rng.choice(literals)
    return replaced(text, token, rng.choice(
        ["5", '"x"', "true", "1h", "10.0.0.0/8", "2026-13-01", "/x(/", "[]",
         token.text[:-1], token.text[1:]]))


def cut_line(rng, text, _):
    """A line is lost."""
    lines = text.splitlines(keepends=True)
    full = [n for n, line in enumerate(lines)
            if line.strip() and not line.lstrip().startswith("#")]
    cut = rng.choice(full)
    return "".join(lines[:cut] + lines[cut + 1:])


EDITS = [delete, double, swap, misspell, drop_bracket, change_operator,
         change_literal, cut_line]


def make_mutants(files, count, seed):
    """(path, edit's name, text) of so many mutants, all different."""
    rng = random.Random(seed)
    tokens = {path: tokens_of(text) for path, text in files.items()}
    paths = sorted(files)
    weights = [len(tokens[path]) for path in paths]
    seen = set()
    while len(seen) < count:
        edit = EDITS[len(seen) % len(EDITS)]
        path = rng.choices(paths, weights)[0]
        text = edit(rng, files[path], tokens[path])
        if text is None or text == files[path] or (path, text) in seen:
            continue
        seen.add((path, text))
        yield path, edit.__name__, text


# ---- judging ---------------------------------------------------------------


def check(astray, pack):
    """The exit status, None after too long a time, and the messages."""
    try:
        done = subprocess.run(
            [astray, "check", "--message-format", "short", str(pack)],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return None, []
    lines = done.stdout.decode(errors="replace").splitlines()
    return done.returncode, [line for line in lines
                             if re.search(r"\[[EL]\d{4}\]", line)]


def copy_pack(pack, folder):
    """The pack's rules, with a list of its files that is read at once."""
    copy = folder / "pack"
    shutil.copytree(pack, copy, ignore=shutil.ignore_patterns(
        "fixtures", "data", "*.md", "*.test.yaml"))
    for path in [copy, *copy.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)
    (copy / "data").mkdir()
    (copy / "data" / "ip-ranges.json").write_text(
        '{"prefixes": [{"ip_prefix": "3.0.0.0/8"}]}')
    return copy


class Judge:
    """Counts what became of the mutants."""

    def __init__(self, astray, show):
        self.astray, self.show = astray, show
        self.crashed, self.hung, self.counts = [], [], []

    def judge(self, pack, path, name, text):
        """One mutant."""
        good = path.read_text()
        path.write_text(text)
        status, messages = check(self.astray, pack)
        path.write_text(good)
        label = f"{len(self.counts) + 1}: {name} in {path.name}"
        if status is None:
            self.hung.append(label)
        elif status not in (0, 1, 2):
            self.crashed.append(f"{label}: exit status {status}")
        self.counts.append(len(messages))
        if self.show and len(messages) > MOST_MESSAGES:
            print(f"# {label}: {len(messages)} messages")
            for line in messages:
                print(f"#     {line}")

    def figures(self):
        """How many have so many messages."""
        many = collections.Counter(min(n, 5) for n in self.counts)
        return ", ".join(f"{n}{'+' if n == 5 else ''}: {many[n]}"
                         for n in range(6))


def say(number, good, name, lines=()):
    """One line of TAP."""
    print(f"{'ok' if good else 'not ok'} {number} - {name}")
    for line in [] if good else lines:
        print(f"#   {line}")
    return good


def parse_arguments():
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("astray")
    parser.add_argument("pack", type=pathlib.Path)
    parser.add_argument("--count", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", action="store_true",
                        help="show the messages where there are too many")
    return parser.parse_args()


def main():
    """Make the mutants, judge them, print TAP."""
    args = parse_arguments()
    judge = Judge(args.astray, args.show)
    with tempfile.TemporaryDirectory() as folder:
        pack = copy_pack(args.pack, pathlib.Path(folder))
        files = {p: p.read_text() for p in sorted(pack.glob("*.astray"))}
        status, messages = check(args.astray, pack)
        results = [say(1, (status, messages) == (0, []),
                       "the pack as it is has no message", messages)]
        for path, name, text in make_mutants(files, args.count, args.seed):
            judge.judge(pack, path, name, text)
    few = sum(n <= MOST_MESSAGES for n in judge.counts)
    print(f"# {args.count} mutants; with so many messages: {judge.figures()}")
    print(f"# {few / args.count:.1%} have {MOST_MESSAGES} or less")
    results += [
        say(2, not judge.crashed, "none crashes", judge.crashed),
        say(3, not judge.hung, "none hangs", judge.hung),
        say(4, few >= 0.95 * args.count,
            "nineteen of twenty have two messages or less"),
        say(5, sum(n > 0 for n in judge.counts) >= 0.6 * args.count,
            "most are noticed"),
    ]
    print("1..5")
    sys.exit(not all(results))


if __name__ == "__main__":
    main()
