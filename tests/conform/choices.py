"""choices.py - where every decision of the generators comes from.

A generator never rolls dice of its own: it asks a Choices object.  That is
made from a number, so that a run can be repeated, or from bytes, so that a
fuzzer that mutates bytes mutates rules and events.  Bytes that ran out are
zeros, and 0 always stands for the plainest alternative: generators list
their alternatives with the plainest first.
"""

import random


class Choices:
    """Answers "how many" and "which" from one stream of numbers."""

    def __init__(self, source):
        """`source`: an int that seeds, or the bytes that decide."""
        self.bytes = source if isinstance(source, bytes) else None
        self.at = 0
        self.random = random.Random(source) if self.bytes is None else None

    def below(self, count):
        """A number from 0 to count - 1."""
        if count <= 1:
            return 0
        if self.random:
            return int(self.random.random() * count)
        width = 1 if count <= 256 else 2
        taken = self.bytes[self.at:self.at + width]
        self.at += width
        return int.from_bytes(taken, "big") % count

    def pick(self, items):
        """One of a sequence."""
        return items[self.below(len(items))]

    def chance(self, percent):
        """True in so many of a hundred cases; False when bytes ran out."""
        return self.below(100) >= 100 - percent

    def weighted(self, pairs):
        """One value of [(weight, value), ...]."""
        total = sum(weight for weight, _ in pairs)
        left = self.below(total)
        for weight, value in pairs:
            left -= weight
            if left < 0:
                return value
        return pairs[-1][1]

    def some(self, items, least, most):
        """From least to most of the items, each once, in a drawn order."""
        left = list(items)
        count = min(len(left), least + self.below(most - least + 1))
        return [left.pop(self.below(len(left))) for _ in range(count)]

    def shuffled(self, items):
        """All of the items in a drawn order."""
        return self.some(items, len(items), len(items))
