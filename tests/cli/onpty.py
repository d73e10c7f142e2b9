"""onpty.py COLUMNS SECONDS FILE COMMAND...: run a command whose standard error
is a terminal of so many columns, and keep what it is sent in FILE.  Standard
input is FILE.in, all of it but for the end at once, the end when the seconds
have passed; if they are negative the command is interrupted then.  Exits as
the command does."""
import fcntl
import os
import pty
import signal
import struct
import subprocess
import sys
import termios
import threading
import time

columns, seconds, path = int(sys.argv[1]), float(sys.argv[2]), sys.argv[3]
ours, theirs = pty.openpty()
fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
signal.signal(signal.SIGINT, signal.SIG_DFL)  # for the command
process = subprocess.Popen(sys.argv[4:], stdin=subprocess.PIPE,
                           stdout=subprocess.DEVNULL, stderr=theirs)
os.close(theirs)


def feed():
    with open(path + ".in", "rb") as file:
        data = file.read()
    half = data.rindex(b"\n", 0, len(data) - 1) + 1
    process.stdin.write(data[:half])
    process.stdin.flush()
    time.sleep(abs(seconds))
    if seconds < 0:
        process.send_signal(signal.SIGINT)
        process.wait()
        return
    process.stdin.write(data[half:])
    process.stdin.close()


threading.Thread(target=feed).start()
with open(path, "wb") as kept:
    while True:
        try:
            got = os.read(ours, 65536)
        except OSError:  # the other side is closed
            break
        if not got:
            break
        kept.write(got)
sys.exit(process.wait())
