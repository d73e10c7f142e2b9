#!/usr/bin/env python3
"""formatted.py - what `astray fmt` makes of generated packs.

    formatted.py ASTRAY FOLDER [COUNT [SEED]]

Prints TAP: of COUNT packs, each of eight rules, every one formats, stays as
it is when it is formatted again, and means the same: the compiled pack has
the same bytes.  FOLDER is where the files go.
"""

import os
import subprocess
import sys

from choices import Choices
from generate import Pack


class Formatter:
    """The command, and what it did wrong: a line each."""

    def __init__(self, command, folder):
        self.command, self.folder = command, folder
        self.changed = self.compiled = 0
        self.troubles = []

    def run(self, *words):
        """The exit status."""
        return subprocess.run([self.command, *words], cwd=self.folder,
                              stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL, check=False).returncode

    def built(self, name):
        """The bytes of the compiled pack; None: the rules are no rules."""
        if self.run("build", "-o", "made.astrayc", name) != 0:
            return None
        with open(os.path.join(self.folder, "made.astrayc"), "rb") as file:
            return file.read()

    def judge(self, name, text):
        """Format one pack's text and compare."""
        with open(os.path.join(self.folder, name), "w",
                  encoding="utf-8") as file:
            file.write(text)
        before = self.built(name)
        if before is None:
            return
        self.compiled += 1
        self.changed += self.run("fmt", "--check", name) == 1
        if self.run("fmt", name) != 0:
            self.troubles.append("%s does not format" % name)
        elif self.run("fmt", "--check", name) != 0:
            self.troubles.append("%s changes when formatted again" % name)
        elif self.built(name) != before:
            self.troubles.append("%s means something else" % name)


def main():
    """Print the cases."""
    command, folder = os.path.abspath(sys.argv[1]), sys.argv[2]
    count, seed = [int(word) for word in (sys.argv[3:] + ["40", "1"])[:2]]
    formatter = Formatter(command, folder)
    for n in range(count):
        formatter.judge("pack-%d.astray" % (seed + n),
                        Pack(Choices(seed + n)).text())
    cases = [
        (not formatter.troubles, "generated rules mean the same formatted"),
        (formatter.compiled * 10 >= count * 9, "nine of ten packs compile"),
        (formatter.changed * 2 >= count, "formatting changes most of them"),
    ]
    for trouble in formatter.troubles:
        print("# " + trouble)
    for n, (good, name) in enumerate(cases, 1):
        print("%sok %d - %s" % ("" if good else "not ", n, name))
    print("1..%d" % len(cases))
    return 0 if all(good for good, _ in cases) else 1


if __name__ == "__main__":
    sys.exit(main())
