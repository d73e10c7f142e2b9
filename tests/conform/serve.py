#!/usr/bin/env python3
"""serve.py - conformance for a program that has the engine in itself.

tests/fuzz/fuzz_conform.c makes up bytes; they decide here what rules and
events there are (choices.py), and the reference judges them.  The engine's
part is asked of that program, by jobs (jobs.h).  What goes over the two pipes
is a line and so many bytes:

    to here    LENGTH         the bytes that decide; then the answers to jobs
    from here  job LENGTH     a job
               good 0         all agreed, or the rules are no rules
               bad LENGTH     they did not: what, with rules and events
"""

import sys

import conform
import eventset
from choices import Choices
from engine import Engine, EngineError, answers
from generate import Pack

RULES = 2  # of a pack: a fuzzer wants many small cases


def read():
    """What the program sent; None at the end."""
    line = sys.stdin.buffer.readline()
    return sys.stdin.buffer.read(int(line)) if line else None


def write(word, payload):
    """A line, and what belongs to it."""
    sys.stdout.buffer.write(b"%s %d\n%s" % (word, len(payload), payload))
    sys.stdout.buffer.flush()


class Asker(Engine):
    """The engine at the other end of the pipe."""

    def __init__(self):
        super().__init__(None)

    def ask(self, job):
        """Run a job: [(word, payload)]."""
        write(b"job", b"".join(job.parts))
        got = read()
        if got is None:
            raise EngineError("the program ended")
        return list(answers(got))


def verdict(judge, data):
    """What is wrong with the case that these bytes decide; None: nothing."""
    choices = Choices(data)
    pack = Pack(choices, RULES)
    records = eventset.generate(choices, pack)
    try:
        judge.check(pack, pack.text(), [records], 1)
    except conform.Difference as difference:
        return "%s differs\n%s\n%s\nexpected: %s\ngot:      %s\n" % (
            difference.kind, pack.text(),
            "\n".join(eventset.lines(records)), difference.want,
            difference.got)
    return None


def main():
    """Judge until the input ends."""
    judge = conform.Judge(conform.options_of(["--driver", "-"]))
    judge.engine = Asker()
    data = read()
    while data is not None:
        wrong = verdict(judge, data)
        write(b"bad" if wrong else b"good", (wrong or "").encode())
        data = read()
    judge.close()


if __name__ == "__main__":
    main()
