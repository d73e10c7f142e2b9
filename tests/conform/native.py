"""native.py - the C target: a pack's C, compiled to a shared object."""

import os
import subprocess

from engine import EngineError

HERE = os.path.dirname(os.path.abspath(__file__))
INCLUDE = os.environ.get("ASTRAY_INCLUDE") or \
    os.path.join(HERE, "..", "..", "include")


class Native:
    """Compiles C with CONFORM_CC, else with CC, else with cc."""

    def __init__(self, options, folder):
        self.folder = folder
        self.number = 0
        command = os.environ.get("CONFORM_CC") or os.environ.get("CC", "cc")
        self.command = command.split()

    def compile(self, source):
        """The path of a shared object made of the C text.  Names are never
        used again: dlopen knows an object by its file."""
        if self.number:
            os.unlink(self.path())
        self.number += 1
        base = os.path.join(self.folder, "native%d" % self.number)
        with open(base + ".c", "wb") as file:
            file.write(source)
        done = subprocess.run(
            self.command + ["-std=c11", "-O0", "-w", "-shared", "-fPIC", "-I",
                            INCLUDE, "-o", base + ".so", base + ".c"],
            stderr=subprocess.PIPE, check=False)
        if done.returncode:
            raise EngineError("the C does not compile:\n" +
                              done.stderr.decode(errors="replace"))
        os.unlink(base + ".c")
        return self.path()

    def path(self):
        """Of the last shared object."""
        return os.path.join(self.folder, "native%d.so" % self.number)
