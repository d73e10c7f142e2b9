#!/usr/bin/env python3
"""coverage.py - which lines and branches the tests ran.

    coverage.py --srcdir TREE --builddir BUILD [--gcov GCOV] [--all]

Reads what a build that was configured with --enable-coverage has counted
since it was built, prints a table of all files, and then every branch of the
guarded files that was never taken.  coverage.txt, beside this file, lists the
branches that may be missing, each with its reason; see its head.  Fails when
a guarded file misses a branch that is not listed, or a listed one is not
missing, but for those that chance may take.  With --all a listed branch is
shown too.

A line that is compiled several times over, as inline functions of headers
are and what a test includes whole, has run when it ran anywhere.
"""

import argparse
import concurrent.futures
import json
import os
import subprocess
import sys

FOLDERS = ("common", "program", "compiler", "runtime", "cli")
GENERATED = ("compiler/lexer.c", "compiler/parser.c", "compiler/parser.h",
             "compiler/lexer.re", "compiler/parser.y")


class Trouble(Exception):
    """What is wrong with coverage.txt or with the build, in words."""


def counted_files(builddir):
    """The paths of all .gcda files below the build."""
    found = []
    for folder, _, names in os.walk(builddir):
        found += [os.path.join(folder, n) for n in names
                  if n.endswith(".gcda")]
    return sorted(found)


def run_gcov(gcov, path):
    """What gcov says of one .gcda file, as a list of parsed documents."""
    result = subprocess.run(
        [gcov, "--json-format", "--stdout", "--branch-probabilities",
         os.path.basename(path)],
        cwd=os.path.dirname(path), stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, check=True)
    return [json.loads(line) for line in result.stdout.splitlines() if line]


def in_tree(document, name, srcdir):
    """The file's path within the tree, or None when it is not of ours."""
    path = os.path.join(document["current_working_directory"], name)
    path = os.path.relpath(os.path.realpath(path), srcdir)
    if path.split(os.sep)[0] not in FOLDERS or path in GENERATED:
        return None
    return path


def add_line(files, path, line):
    """Take up one line of one compiled file."""
    key = (line["line_number"], line.get("function_name", ""))
    counts = [branch["count"] for branch in line["branches"]]
    lines = files.setdefault(path, {})
    if key not in lines:
        lines[key] = [line["count"], counts]
        return
    entry = lines[key]
    entry[0] += line["count"]
    if len(entry[1]) == len(counts):
        entry[1] = [a + b for a, b in zip(entry[1], counts)]
    elif sum(counts) > sum(entry[1]):
        entry[1] = counts


def collect(srcdir, builddir, gcov):
    """{path: {(line, function): [count, [count of each branch]]}}"""
    paths = counted_files(builddir)
    files = {}
    if not paths:
        raise Trouble("nothing was counted; configure with --enable-coverage"
                      " and run tests first")
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for documents in pool.map(lambda p: run_gcov(gcov, p), paths):
            for document in documents:
                for file in document["files"]:
                    path = in_tree(document, file["file"], srcdir)
                    for line in file["lines"] if path else []:
                        add_line(files, path, line)
    return files


def share(ran, count):
    """"12/15  80.0 %"."""
    percent = 100.0 * ran / count if count else 100.0
    return "%6d/%-6d %5.1f %%" % (ran, count, percent)


def sums(lines):
    """Lines that ran, lines, branches that were taken, branches."""
    numbers = {}
    for (number, _), (count, _) in lines.items():
        numbers[number] = numbers.get(number, 0) + count
    branches = [b for _, counts in lines.values() for b in counts]
    return (sum(n > 0 for n in numbers.values()), len(numbers),
            sum(b > 0 for b in branches), len(branches))


def print_table(files, guarded):
    """One row for each file, and the sum; `*` marks those that are guarded."""
    total = [0, 0, 0, 0]
    print("%-30s %21s  %21s" % ("file", "lines", "branches"))
    for path in sorted(files):
        row = sums(files[path])
        total = [a + b for a, b in zip(total, row)]
        print("%-30s %s  %s%s" % (path, share(row[0], row[1]),
                                  share(row[2], row[3]),
                                  " *" if path in guarded else ""))
    print("%-30s %s  %s" % ("all", share(total[0], total[1]),
                            share(total[2], total[3])))


def read_list(path):
    """coverage.txt: the guarded files, {(file, function, text): {branch:
    reason}}, and the set of (file, function, text) that chance may take."""
    guarded, listed, perhaps, key, numbers = [], {}, set(), None, []
    with open(path, encoding="utf-8") as file:
        for at, line in enumerate(file, 1):
            words = line.split()
            if not words or line.startswith("#"):
                continue
            if words[0] == "guard":
                guarded += words[1:]
            elif not line.startswith(" ") and (
                    len(words) == 3 or words[3:] == ["perhaps"]):
                head, key = words, None
                numbers = [int(n) for n in words[2].split(",")]
            elif line.startswith("    | "):
                key = (head[0], head[1], line[6:].strip())
                if len(head) == 4:
                    perhaps.add(key)
            elif line.startswith("    ") and key:
                for number in numbers:
                    reasons = listed.setdefault(key, {})
                    reasons[number] = (reasons.get(number, "") + " " +
                                       line.strip()).strip()
            else:
                raise Trouble("%s:%d: not understood" % (path, at))
    for (name, _, _), reasons in listed.items():
        if name not in guarded or not all(reasons.values()):
            raise Trouble("%s: %s is listed and not guarded, or without a"
                          " reason" % (path, name))
    return guarded, listed, perhaps


def source_lines(srcdir, path):
    """The lines of a source file; line n is the nth, from 1."""
    with open(os.path.join(srcdir, path), encoding="utf-8") as file:
        return [""] + [line.strip() for line in file]


def missing_branches(srcdir, files, guarded):
    """{(file, function, text): ({branch numbers}, line number)}"""
    missing = {}
    for path in guarded:
        if path not in files:
            raise Trouble("%s is guarded, and nothing of it was counted" % path)
        text = source_lines(srcdir, path)
        for (number, function), (_, counts) in sorted(files[path].items()):
            gone = {i for i, count in enumerate(counts) if count == 0}
            if gone:
                key = (path, function, text[number])
                old = missing.get(key, (set(), number))
                missing[key] = (old[0] | gone, old[1])
    return missing


def report(missing, listed, perhaps, show_all):
    """Print what is missing or listed in vain; how many there are."""
    troubles = 0
    for key in sorted(missing):
        gone, number = missing[key]
        known = listed.get(key, {})
        for branch in sorted(gone):
            if branch in known and not show_all:
                continue
            troubles += branch not in known
            print("%s:%d: %s: branch %d of %s\n    %s" % (
                key[0], number, key[1], branch, key[2],
                known.get(branch, "was never taken, and is not listed")))
    for key in sorted(set(listed) - perhaps):
        for branch in sorted(set(listed[key]) - missing.get(key, (set(),))[0]):
            troubles += 1
            print("%s: %s: branch %d of %s\n    is listed, and not missing" %
                  (key[0], key[1], branch, key[2]))
    return troubles


def main():
    """Say what there is to say; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--srcdir", required=True)
    parser.add_argument("--builddir", required=True)
    parser.add_argument("--gcov", default="gcov")
    parser.add_argument("--all", action="store_true")
    options = parser.parse_args()
    srcdir = os.path.realpath(options.srcdir)
    try:
        guarded, listed, perhaps = read_list(
            os.path.join(srcdir, "tests", "coverage.txt"))
        files = collect(srcdir, options.builddir, options.gcov)
        print_table(files, guarded)
        missing = missing_branches(srcdir, files, guarded)
    except Trouble as trouble:
        print("coverage: %s" % trouble, file=sys.stderr)
        return 2
    count = sum(len(gone) for gone, _ in missing.values())
    troubles = report(missing, listed, perhaps, options.all)
    print("%d branches of the guarded files (*) were not taken; %s" %
          (count, "%d of that is trouble" % troubles if troubles
           else "each is listed with its reason"))
    return 1 if troubles else 0


if __name__ == "__main__":
    sys.exit(main())
