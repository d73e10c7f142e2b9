#!/usr/bin/env python3
"""sign.py - what of a signed pack can be broken, and an Ed25519 of our own.

    sign.py equation PACK FILE.pub    are the signature's numbers right?
    sign.py tamper ASTRAY PACK FILE.pub FOLDER
                                      one changed byte after the other, and
                                      files put together of others: `verify`
                                      must refuse all

`equation` computes what RFC 8032 demands with plain integers: that astray
agrees with itself proves little.
"""

import hashlib
import os
import subprocess
import sys

PRIME = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
CURVE = -121665 * pow(121666, PRIME - 2, PRIME) % PRIME
ROOT = pow(2, (PRIME - 1) // 4, PRIME)  # of -1
ID, SIGNATURE, FOOT = 16, 64, 16


def x_of(y, odd):
    """The x that belongs to y: x^2 = (y^2 - 1) / (CURVE y^2 + 1)."""
    square = (y * y - 1) * pow(CURVE * y * y + 1, PRIME - 2, PRIME) % PRIME
    x = pow(square, (PRIME + 3) // 8, PRIME)
    if (x * x - square) % PRIME != 0:
        x = x * ROOT % PRIME
    if (x * x - square) % PRIME != 0:
        raise ValueError("not a point")
    return PRIME - x if x % 2 != odd else x


def point_of(data):
    """A point from its 32 bytes."""
    number = int.from_bytes(data, "little")
    y = number % 2**255
    return x_of(y, number >> 255), y


def add(p, q):
    """The sum of two points."""
    product = CURVE * p[0] * q[0] * p[1] * q[1]
    x = (p[0] * q[1] + q[0] * p[1]) * pow(1 + product, PRIME - 2, PRIME)
    y = (p[1] * q[1] + p[0] * q[0]) * pow(1 - product, PRIME - 2, PRIME)
    return x % PRIME, y % PRIME


def times(number, point):
    """A multiple of a point."""
    total = (0, 1)
    while number:
        if number & 1:
            total = add(total, point)
        point = add(point, point)
        number >>= 1
    return total


def equation(path, public):
    """Whether S B = R + H(R, A, pack) A holds of the first signature."""
    with open(public, encoding="ascii") as file:
        key = bytes.fromhex(file.read().split("\n")[1])
    pack, rows = split(read(path))
    row = rows[0]
    if row[:ID] != hashlib.sha256(key).digest()[:ID]:
        return False
    r, s = row[ID:ID + 32], int.from_bytes(row[ID + 32:], "little")
    y = 4 * pow(5, PRIME - 2, PRIME) % PRIME
    digest = hashlib.sha512(r + key + pack).digest()
    h = int.from_bytes(digest, "little") % ORDER
    left = times(s, (x_of(y, 0), y))
    return s < ORDER and left == add(point_of(r), times(h, point_of(key)))


def read(path):
    """A file's bytes."""
    with open(path, "rb") as file:
        return file.read()


def split(data):
    """The pack in a signed file, and the rows of its signatures."""
    count = data[-FOOT + 1]
    start = len(data) - FOOT - count * (ID + SIGNATURE)
    size = ID + SIGNATURE
    rows = [data[start + n * size:start + (n + 1) * size]
            for n in range(count)]
    return data[:start], rows


def join(pack, rows):
    """The opposite."""
    foot = bytes([1, len(rows)]) + bytes(6) + b"\xffastsig\0"
    return pack + b"".join(rows) + foot


def flipped(data, start):
    """The file with one bit changed: every 29th byte of the pack, and every
    byte of what stands behind it."""
    for at in list(range(0, start, 29)) + list(range(start, len(data))):
        changed = bytearray(data)
        changed[at] ^= 1 << at % 8
        yield "bit %d of byte %d" % (at % 8, at), bytes(changed)


def put_together(pack, row):
    """Files made of parts that are right by themselves."""
    number = int.from_bytes(row[ID + 32:], "little")
    second = row[:ID + 32] + (number + ORDER).to_bytes(32, "little")
    other = bytes([row[0] ^ 1]) + row[1:]
    whole = join(pack, [row])
    return [
        ("no trailer", pack),
        ("S above the order", join(pack, [second])),
        ("the signature under another key's id", join(pack, [other])),
        ("the same signature twice", join(pack, [row, row])),
        ("a signature of nothing", join(pack, [row[:ID] + bytes(SIGNATURE)])),
        ("a pack and nothing of it", join(b"", [row])),
        ("the magic alone", join(pack[:8], [row])),
        ("a trailer behind the trailer", join(whole, [row])),
        ("the trailer twice", whole + whole[len(pack):]),
        ("a byte behind it", whole + b"\0"),
        ("eight bytes behind it", whole + bytes(8)),
        ("a byte between", join(pack + b"\0", [row])),
        ("eight bytes between", join(pack + bytes(8), [row])),
        ("one byte less", whole[:-1]),
        ("one byte of the pack less", join(pack[:-1], [row])),
        ("no foot", whole[:-FOOT]),
        ("nothing", b""),
    ]


def tamper(astray, path, public, folder):
    """The names of what was accepted though it should not have been."""
    data = read(path)
    pack, rows = split(data)
    target = os.path.join(folder, "tampered.astrayc")
    bad, tried = [], 0
    for name, changed in [*flipped(data, len(pack)),
                          *put_together(pack, rows[0])]:
        with open(target, "wb") as file:
            file.write(changed)
        ran = subprocess.run([astray, "verify", "--key", public, target],
                             stdout=subprocess.DEVNULL,
                             stderr=subprocess.DEVNULL, check=False)
        tried += 1
        if ran.returncode != 3:
            bad.append("%s: exit status %d" % (name, ran.returncode))
    print("%d files" % tried)
    return bad


def main(words):
    """One of the two."""
    if words[0] == "equation":
        return 0 if equation(words[1], words[2]) else 1
    bad = tamper(*words[1:])
    print("\n".join(bad))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
