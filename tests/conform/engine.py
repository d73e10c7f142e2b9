"""engine.py - the engine, through a driver process that is kept (driver.c)."""

import json
import subprocess


class EngineError(Exception):
    """The driver died, or said that something failed which must not."""


class Job:
    """Commands for the driver, gathered so that they go in one piece."""

    def __init__(self):
        self.parts = []

    def put(self, *command, payload=None):
        """Add a command, and what belongs to it."""
        line = " ".join(str(word) for word in command)
        if payload is None:
            self.parts.append(line.encode() + b"\n")
            return
        if isinstance(payload, str):
            payload = payload.encode()
        self.parts.append(b"%s %d\n%s\n" % (line.encode(), len(payload),
                                            payload))

    def build(self, source, as_c=False):
        """Compile one source, or the files of a folder."""
        if isinstance(source, str):
            self.put("rules", "pack.astray", payload=source)
        else:
            self.put("folder", source.path)
        self.put("build-c" if as_c else "build")

    def scan(self, files, run=None, settings=()):
        """Scan [(name, bytes)] or paths, with a run's params, lists and
        beginning."""
        self.put("scanner")
        for name, value in (run.set_params if run else {}).items():
            self.put("param", name, payload=value)
        for name, (mode, values) in (run.set_lists if run else {}).items():
            self.put("list", name, "0" if mode == "replace" else "1",
                     payload="\n".join(values))
        if run and run.since:
            self.put("since", run.since)
        for setting in settings:
            self.put(*setting)
        for one in files:
            if isinstance(one, str):
                self.put("file", one)
            else:
                self.put("events", one[0], payload=one[1])
        self.put("finish")


class Engine:
    """A driver process."""

    def __init__(self, driver):
        self.command = [driver]
        self.process = None

    def start(self):
        """Start the process where there is none."""
        if self.process is None or self.process.poll() is not None:
            self.process = subprocess.Popen(
                self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ask(self, job):
        """Run a job: [(word, payload)]."""
        self.start()
        bytes_out = b"".join(job.parts)
        try:
            self.process.stdin.write(b"%d\n" % len(bytes_out))
            self.process.stdin.write(bytes_out)
            self.process.stdin.flush()
            line = self.process.stdout.readline()
            got = self.process.stdout.read(int(line)) if line else b""
        except BrokenPipeError:
            line = b""
        if not line or len(got) != int(line):
            status = self.process.wait()
            self.process = None
            raise EngineError("the driver ended with status %d" % status)
        return list(answers(got))

    def close(self):
        """End the process."""
        if self.process:
            self.process.stdin.close()
            self.process.wait()
            self.process = None


def answers(got):
    """The (word, payload) pairs of an answer."""
    at = 0
    while at < len(got):
        end = got.index(b"\n", at)
        word, length = got[at:end].split()
        yield word.decode(), got[end + 1:end + 1 + int(length)]
        at = end + 2 + int(length)


def alerts(payload, number=None):
    """The alerts of a scan's answer; `number` makes numbers of texts."""
    return [json.loads(line, parse_float=number)
            for line in payload.split(b"\n") if line]
