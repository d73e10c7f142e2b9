#!/usr/bin/env python3
"""mutate.py - does conformance notice when an evaluator is wrong?

    mutate.py [--build FOLDER] [--only TEXT] [--count N] [--show]

Each row of mutants.txt breaks one thing.  Only that file is compiled anew, and
linked in front of the library in a scratch folder: the tree and the build stay
as they are.  conform.py then runs until the first difference.  A mutant that
survives is a hole in the generators, or changes nothing that can be seen.

To see a difference shrunk:  mutate.py --only 'within: `<` for' --show
"""

import argparse
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.normpath(os.path.join(HERE, "..", ".."))


class Mutant:
    """One row: a file, a place in it, and what stands there instead."""

    def __init__(self, file, place, what):
        self.file, self.place = file, place
        self.alike = what.startswith("!")  # nothing can be seen of it
        self.what = what.lstrip("! ")
        self.old, self.new = [], []

    def source(self):
        """The file's text with the mutation."""
        with open(os.path.join(TOP, self.file), encoding="utf-8") as file:
            text = file.read()
        old, new = "\n".join(self.old), "\n".join(self.new)
        parts = text.split(old)
        if len(parts) <= self.place:
            raise SystemExit("mutants.txt: %s: %s: not found %d times" % (
                self.file, self.what, self.place))
        return old.join(parts[:self.place]) + new + \
            old.join(parts[self.place:])


def read_mutants(path):
    """All rows."""
    found = []
    with open(path, encoding="utf-8") as file:
        for line in file.read().split("\n"):
            head = re.match(r"([\w/.]+)(?: \((\d+)\))?: (.*)", line)
            if line.startswith("- "):
                found[-1].old.append(line[2:])
            elif line.startswith("+ "):
                found[-1].new.append(line[2:])
            elif head:
                found.append(Mutant(head.group(1), int(head.group(2) or 1),
                                    head.group(3)))
    return found


class Scratch:
    """Where mutants are built."""

    def __init__(self, build):
        self.build = build
        self.folder = tempfile.mkdtemp(prefix="mutants-")
        self.values = {}
        with open(os.path.join(build, "Makefile"), encoding="utf-8") as file:
            for line in file:
                name, sign, value = line.rstrip("\n").partition(" = ")
                if sign and (name == "CC" or name.endswith(
                        ("_CFLAGS", "_LIBS"))):
                    self.values[name] = shlex.split(value)

    def flags(self, kind):
        """The flags of the libraries that we stand on."""
        return [flag for name in ("CJSON", "YAML", "DEFLATE", "ZLIB", "RE2")
                for flag in self.values.get(name + kind, [])]

    def compile(self, mutant):
        """The driver with the mutant in it; and the folder of headers that
        the C target is to be compiled with."""
        source = os.path.join(self.folder, mutant.file)
        os.makedirs(os.path.dirname(source), exist_ok=True)
        with open(source, "w", encoding="utf-8") as file:
            file.write(mutant.source())
        if mutant.file.endswith(".h"):
            return (os.path.join(self.build, "tests/conform/driver"),
                    os.path.dirname(source))
        made = os.path.join(self.folder, "mutant.o")
        driver = os.path.join(self.folder, "driver")
        self.run(self.values["CC"] + [
            "-std=c11", "-O0", "-w", "-D_GNU_SOURCE", "-I", TOP, "-I",
            os.path.join(TOP, "include"), "-I",
            os.path.join(self.build)] + self.flags("_CFLAGS") +
            ["-c", source, "-o", made])
        self.run(self.values["CC"] + [
            "-o", driver, os.path.join(self.build, "tests/conform/driver.o"),
            os.path.join(self.build, "tests/conform/jobs.o"),
            made, os.path.join(self.build, ".libs/libinternal.a")] +
            self.flags("_LIBS") + ["-lstdc++", "-lm", "-lpthread", "-ldl"])
        os.unlink(source)
        return driver, os.path.join(TOP, "include")

    def run(self, command):
        """A command that must succeed."""
        done = subprocess.run(command, stderr=subprocess.PIPE, check=False)
        if done.returncode:
            raise SystemExit("%s\n%s" % (" ".join(command),
                                         done.stderr.decode()))

    def close(self):
        """Remove the folder."""
        shutil.rmtree(self.folder)


def ask(mutant, scratch, options):
    """Whether it was caught, and what was said."""
    driver, include = scratch.compile(mutant)
    in_c = mutant.file.startswith(("include/", "compiler/c_"))
    command = [sys.executable, os.path.join(HERE, "conform.py"), "--driver",
               driver, "--count", str(options.count), "--seed",
               str(options.seed), "--first", "--keep",
               os.path.join(scratch.folder, "kept"), "--shrink-seconds",
               "30" if options.show else "0"]
    if in_c:
        command += ["--native", "--no-reference"]
    try:
        done = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            timeout=options.seconds, check=False,
            env=dict(os.environ, ASTRAY_INCLUDE=include))
    except subprocess.TimeoutExpired:
        return True, "it hangs"
    return done.returncode != 0, done.stdout.decode()


def pairs_of(said):
    """How many pairs it took."""
    found = re.search(r"(\d+) pairs of rule", said)
    return int(found.group(1)) if found else 0


def main():
    """Run the mutants, and keep the score."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--build", default="build")
    parser.add_argument("--only", default="")
    parser.add_argument("--count", type=int, default=10000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=int, default=900)
    parser.add_argument("--share", default="0/1",
                        help="N/M: the N-th of M shares of the rows")
    parser.add_argument("--skip", type=int, default=0,
                        help="rows of the share that are done")
    parser.add_argument("--show", action="store_true",
                        help="shrink the difference and print it")
    options = parser.parse_args()
    scratch = Scratch(os.path.abspath(options.build))
    share, shares = map(int, options.share.split("/"))
    mutants = [one for one in read_mutants(os.path.join(HERE, "mutants.txt"))
               if options.only in one.file + ": " + one.what]
    mutants = mutants[share::shares][options.skip:]
    caught = alike = 0
    for mutant in mutants:
        start = time.monotonic()
        is_caught, said = ask(mutant, scratch, options)
        caught += is_caught
        alike += mutant.alike and not is_caught
        print("%s %s: %s (%d pairs, %.0f s)" % (
            "caught  " if is_caught else "ALIKE   " if mutant.alike
            else "SURVIVED", mutant.file, mutant.what, pairs_of(said),
            time.monotonic() - start), flush=True)
        if options.show:
            print(said)
    scratch.close()
    print("%d of %d caught, %d change nothing that can be seen" % (
        caught, len(mutants), alike))


if __name__ == "__main__":
    main()
