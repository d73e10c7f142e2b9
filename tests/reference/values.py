"""What values are: sections 2 and 3 of doc/language.md.

A missing value, and a condition that is unknown, is None everywhere.  The
others are

    bool               True, False
    int, real          int within 64 bits, float
    time, duration     int: milliseconds, since 1970 or long
    text               str; Python orders it by code point, which is the
                       order of its bytes in UTF-8
    ip                 int: the IPv6 address, an IPv4 one as ::ffff:a.b.c.d
    cidr               (first, last) of such
    source             Source
    json               dict, list, str, bool, or Number: a number as written
    regex              a compiled Python expression
    set                a Python frozenset of such, none of them missing
"""
import calendar
import ipaddress
import json
import re

INT_MIN, INT_MAX = -2**63, 2**63 - 1


# ---- three-valued logic: section 3 ----------------------------------------

def both(values):
    """Kleene's `and`: false when one is false, else unknown when one is."""
    found = True
    for value in values:
        if value is False:
            return False
        if value is None:
            found = None
    return found


def either(values):
    """Kleene's `or`: true when one is true, else unknown when one is."""
    found = False
    for value in values:
        if value is True:
            return True
        if value is None:
            found = None
    return found


def negated(value):
    """Kleene's `not`: unknown stays unknown."""
    return None if value is None else not value


# ---- numbers --------------------------------------------------------------

def fitting(number):
    """A whole number in 64 bits; what does not fit is missing."""
    return number if INT_MIN <= number <= INT_MAX else None


def finite(number):
    """A real is never infinite and never NaN: it is missing then."""
    return number if abs(number) < float("inf") else None


class Number:
    """A JSON number, which keeps the text it was written as."""

    def __init__(self, text):
        self.text = text


NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?")


def int_of(text):
    """The int that a number's text says; `1.0` and `1e2` are none."""
    if re.fullmatch(r"-?\d+", text) is None:
        return None
    return fitting(int(text))


def real_of(text):
    """The nearest real; of more than 63 bytes none (doc/reading.md)."""
    if NUMBER.fullmatch(text) is None or len(text) > 63:
        return None
    return finite(float(text))


def real_text(number):
    """A short decimal that reads back as the same real: 15 digits where they
    do, else 17."""
    if number == 0:
        return "0"
    for digits in (15, 17):
        text = "%.*g" % (digits, number)
        if float(text) == number:
            break
    return text


# ---- times ----------------------------------------------------------------

TIME = re.compile(r"""
    (\d{4})-(\d\d)-(\d\d) (?: T (\d\d):(\d\d):(\d\d) (\.\d+)?
                              (Z | [+-]\d\d:\d\d) )?
  | (\d{4})(\d\d)(\d\d)       T (\d\d)(\d\d)(\d\d)   (\.\d+)?
                              (Z | [+-]\d\d\d\d)
""", re.VERBOSE | re.ASCII)


def days_of(year, month, day):
    """Days from 1970-01-01 to a date of the Gregorian calendar."""
    y = year - (month <= 2)
    months_since_march = (month + 9) % 12
    day_of_year = (153 * months_since_march + 2) // 5 + day - 1
    return 365 * y + y // 4 - y // 100 + y // 400 + day_of_year - 719468


def date_of(days):
    """(year, month, day) of a day counted from 1970-01-01."""
    year = days // 366 + 1970
    if days < 0:
        year = days // 365 + 1969
    while days_of(year + 1, 1, 1) <= days:
        year += 1
    month = 1
    while month < 12 and days_of(year, month + 1, 1) <= days:
        month += 1
    return year, month, days - days_of(year, month, 1) + 1


def time_of(text):
    """Both forms that CloudTrail writes, with a fraction or an offset; a date
    is its midnight."""
    found = TIME.fullmatch(text)
    if not found:
        return None
    parts = found.groups()[:8] if found.group(1) else found.groups()[8:]
    year, month, day = map(int, parts[:3])
    hour, minute, second = (int(part or 0) for part in parts[3:6])
    if not (1 <= month <= 12 and hour < 24 and minute < 60 and second <= 60
            and 1 <= day <= calendar.monthrange(year, month)[1]):
        return None
    days = days_of(year, month, day)
    ms = int(((parts[6] or ".") + "000")[1:4])
    zone = parts[7] or "Z"
    minutes = 0
    if zone != "Z":
        if int(zone[1:3]) > 23 or int(zone[-2:]) > 59:
            return None
        minutes = int(zone[1:3]) * 60 + int(zone[-2:])
        minutes = -minutes if zone[0] == "-" else minutes
    seconds = ((days * 24 + hour) * 60 + minute - minutes) * 60 + second
    return seconds * 1000 + ms if 1 <= date_of(
        seconds // 86400)[0] <= 9999 else None


def time_text(time):
    """A time as the alerts write it: UTC, milliseconds where there are any."""
    days, ms = divmod(time, 86400000)
    year, month, day = date_of(days)
    sign = "-" if year < 0 else ""
    text = "%s%04d-%02d-%02dT%02d:%02d:%02d" % (
        sign, abs(year), month, day, ms // 3600000, ms // 60000 % 60,
        ms // 1000 % 60)
    return text + (".%03d" % (ms % 1000) if ms % 1000 else "") + "Z"


def duration_text(ms):
    """A duration in the largest unit that divides it: 750m, 2w, 0s."""
    if ms == 0:
        return "0s"
    for unit, size in (("w", 604800000), ("d", 86400000), ("h", 3600000),
                       ("m", 60000), ("s", 1000), ("ms", 1)):
        if ms % size == 0:
            return "%d%s" % (ms // size, unit)


# ---- addresses and sources ------------------------------------------------

MAPPED = 0xffff << 32


def address_of(text):
    """The address a text is, or None: decimal IPv4 without leading zeros,
    IPv6 as in RFC 4291, nothing around it."""
    if "%" in text or re.search(r"(^|[:.])0\d+\.|\.0\d+$", text):
        return None
    try:
        if ":" not in text:
            return MAPPED + int(ipaddress.IPv4Address(text))
        return int(ipaddress.IPv6Address(text))
    except ValueError:
        return None


def is_ipv4(address):
    return address >> 32 == 0xffff


def address_text(address):
    if is_ipv4(address):
        return str(ipaddress.IPv4Address(address & 0xffffffff))
    return str(ipaddress.IPv6Address(address))


def block_of(text):
    """(first, last) of a block; bits behind its prefix say nothing.  A lone
    address is the block that holds it alone."""
    base, slash, length = text.partition("/")
    first = address_of(base)
    if first is None or (slash and not length.isdecimal()):
        return None
    bits = 32 if ":" not in base else 128
    length = int(length) if slash else bits
    if length > bits:
        return None
    size = 1 << (bits - length)
    first -= first % size
    return first, first + size - 1


PRIVATE = [block_of(text) for text in
           ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10",
            "fc00::/7")]


class Source:
    """An address, a service's name, or other text.  Two are equal when they
    are the same address, however spelt, or the same text."""

    def __init__(self, text):
        self.text = text
        self.address = address_of(text)
        self.meaning = text if self.address is None else self.address

    def __eq__(self, other):
        return isinstance(other, Source) and self.meaning == other.meaning

    def __hash__(self):
        return hash(self.meaning)

    def is_service(self):
        """A DNS name that ends in .amazonaws.com."""
        label = r"[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?"
        return re.fullmatch(r"(%s\.)+amazonaws\.com" % label, self.text,
                            re.ASCII) is not None

    def is_aws_internal(self):
        """`AWS Internal`, `AWS Internal/N`."""
        return re.fullmatch(r"AWS Internal(/\d+)?", self.text,
                            re.ASCII) is not None


def kept(value):
    """A value as a row or a group keeps it: which of several spellings of one
    address came first must not show."""
    if isinstance(value, Source) and value.address is not None:
        return Source(address_text(value.address))
    return value


def is_private(address):
    return any(first <= address <= last for first, last in PRIVATE)


# ---- json -----------------------------------------------------------------

def refuse(word):
    """NaN and Infinity are no JSON."""
    raise ValueError(word)


def first_of_each(pairs):
    """Of a name that comes twice the first counts."""
    return dict(reversed(pairs))


DECODER = json.JSONDecoder(parse_int=Number, parse_float=Number,
                           parse_constant=refuse,
                           object_pairs_hook=first_of_each)


def parse_json(text):
    """A JSON text as strictly as RFC 8259 has it; ValueError when it is
    none."""
    return DECODER.decode(text)


def json_text(value):
    """Section 2: a JSON scalar as text; of others there is none."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Number):
        return value.text
    return value if isinstance(value, str) else None


def elements_of(value):
    """Section 1: the elements that `[]` and quantifiers go over.  A single
    object or scalar is one element; what is missing has none."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


# ---- as text, and in an order ---------------------------------------------

def text_of(value, kind):
    """text(x): the value as an alert would write it; a source as it is
    spelt."""
    return None if value is None else TEXT_OF[kind](value)


TEXT_OF = {"text": str, "int": str, "real": real_text, "time": time_text,
           "duration": duration_text, "ip": address_text, "json": json_text,
           "bool": lambda value: "true" if value else "false",
           "source": lambda value: value.text}


def order_of(value):
    """Values of one type in the order in which a set is shown: sources by
    address and then by text, others by what they are."""
    if isinstance(value, Source):
        if value.address is None:
            return (1, 0, value.text)
        return (0, value.address, "")
    return value
