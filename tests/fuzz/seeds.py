#!/usr/bin/env python3
"""What a search starts from, taken out of the tree.

    seeds.py SRCDIR FOLDER NAME...

Writes FOLDER/NAME/* for each target: rules and their tests, the JSON cases,
slices of the example's log, and small things written down here that reach
every form the target knows.
"""

import gzip
import hashlib
import pathlib
import re
import sys
import zlib

EVENT = ('{"eventTime":"2026-05-01T10:00:%02dZ","eventID":"id%02d",'
         '"eventName":"%s","awsRegion":"r1","sourceIPAddress":"%s",'
         '"userAgent":"%s","userIdentity":{"type":"AssumedRole",'
         '"accessKeyId":"k0","arn":"a0"}}')


def event(second, name="Use", address="192.0.2.1", agent="tool"):
    """A small record that the sample rules care about."""
    return EVENT % (second, second, name, address, agent)


def quoted(text):
    """The text inside a JSON text."""
    return text.replace("\\", "\\\\").replace('"', '\\"')


def first_bytes(path, most):
    """A file's start, up to the end of a line."""
    text = path.read_bytes()[:most]
    return text[:text.rfind(b"\n") + 1] or text


# ---- rules ------------------------------------------------------------------

def without_imports(text):
    """Rule text that stands alone, as far as it can."""
    return re.sub(rb"(?m)^import .*\n", b"", text)


def rules(root):
    """Every rule of the tree; those of a pack with what they share."""
    for path in sorted(root.glob("tests/golden/*/*.astray")):
        yield path.read_bytes()
    for path in sorted(root.glob("rules/*/*.astray")):
        parts = [path]
        for shared in ("common.astray", "baselines.astray"):
            if path.name != shared and (path.parent / shared).exists():
                parts.append(path.parent / shared)
        yield b"\xff".join(without_imports(p.read_bytes()) for p in parts)
    text = (root / "README.md").read_text()
    for rule in re.findall(r"(?s)```astray\n(.*?)```", text):
        yield rule.encode()
    for page in ("language", "tutorial"):
        text = (root / "doc" / (page + ".md")).read_text()
        for rule in re.findall(r"(?s)```(?:astray)?\n(.*?)```", text):
            yield rule.encode()


# ---- YAML -------------------------------------------------------------------

PACKS = [
    "name: p\nversion: 1.0\nlicense: MIT\nlanguage: 1\ntitle: a title\n"
    "dedupe: sharedEventID\nparams: {least: 5, wait: 1h}\n"
    "lists:\n  homes: [10.0.0.0/8, 2001:db8::/32]\n  names: [a, 'b', \"c\\u00e9\"]\n"
    "lint: {L0702: error, E0101: ignore}\ntargets: [bytecode, athena]\n",
    "name: p\nlists: {homes: nofile.txt}\nlint: {L0702: warn}\nnme: x\n",
    "%YAML 1.1\n---\nname: |\n  a\n  b\ntitle: >-\n  c\n  d\n...\n",
    "? name\n: p\n? [a]\n: b\n",
    "name: &a p\ntitle: *a\n", "name: !!str p\n", "name: p\n---\nname: q\n",
    "a: " + "[" * 40 + "]" * 40, "name: p\nname: q\n", "[]", "~", "", "\n",
    "name: \"\\0\"\n", "name: p\nparams: [1]\nlists: {a: {b: c}}\n",
    "\xef\xbb\xbfname: p\n", "name: p # c\r\ntitle: 't''u'\r\n",
]


def yaml(root):
    """Packs, and tests as far as they are small."""
    for path in sorted(root.glob("rules/*/pack.yaml")):
        yield path.read_bytes()
    for path in sorted(root.glob("rules/*/*.test.yaml")):
        yield first_bytes(path, 1500)
    for text in PACKS:
        yield text.encode()
    for text in TESTS:
        yield text.encode()


RECORD = "{eventTime: '2026-05-01T10:00:0%dZ', eventID: e%d, eventName: GetObject," \
    " sourceIPAddress: %s, userAgent: x, userIdentity: {accessKeyId: k}," \
    " requestParameters: {x: [1, 2.5, {y: null}]}}"

TESTS = [
    "rule: r\ncases:\n  - name: one\n    events:\n      - %s\n      - %s\n"
    "    expect:\n      alerts: 1\n      where:\n"
    "        - {eventName: GetObject, a: x, outcome.b: [1, 2.5, {y: ~}]}\n"
    "        - {rule: r, severity: high, time: '2026-05-01T10:00:01Z'}\n"
    "      not: [{a: y}, {id: nothing}]\n"
    % (RECORD % (1, 1, "192.0.2.1"), RECORD % (2, 2, "10.0.0.1")),
    "rule: g\ncases:\n  - name: two\n    params: {least: 3}\n"
    "    lists: {homes: [192.0.2.0/24], names+: [PutObject]}\n"
    "    since: 2026-05-01\n    until: 2026-05-02\n    events:\n"
    "      - %s\n      - %s\n      - %s\n"
    "    expect: {alerts: 1, where: [{n: 3, k: k, turned_by: ~}]}\n"
    % tuple(RECORD % (n, n, "198.51.100.7") for n in (1, 2, 3)),
    "rule: r\ncases:\n  - name: text\n    events: |\n      %s\n      %s\n"
    "    expect: {alerts: 0}\n"
    % (event(1, "GetObject"), event(2, "GetObject", "10.1.1.1")),
    "rule: r\ncases:\n  - name: map\n    events: {Records: [%s]}\n"
    "    expect: {alerts: 1}\n" % (RECORD % (1, 1, "192.0.2.1")),
    "rule: r\ncases:\n  - {name: a, events: [nofile.json], expect: {alerts: x}}\n"
    "  - {name: b, evnts: [], expect: {}}\n  - {expect: {where: {}}}\n",
    "rule: \"no\\e[31mthing\\u202e\"\ncases:\n"
    "  - {name: a, events: [{}], expect: {alerts: 0}}\n",
    "rule: r\ncases:\n  - {name: a, events: [], params: {\"\\e[1m\": \"\\a\"},"
    " expect: {alerts: 0}}\n",
    "rule: r\ncases:\n  - {name: \"\\e\", events: \"{\\n\\e\", expect:"
    " {where: [{\"\\e\": \"\\u009b\"}]}}\n",
    "rule: nothing\ncases:\n  - {name: a, events: [{}], expect: {alerts: 0}}\n",
    "rule: r\ncases:\n  - {name: a, events: [], params: {no: 1},"
    " expect: {alerts: 0}}\n"
    "  - {name: b, events: [], lists: {no: [1], homes: nofile.txt},"
    " expect: {alerts: 0}}\n"
    "  - {name: c, events: [], since: x, expect: {alerts: 0}}\n",
]


def testfile(root):
    """Tests, of the tree's rules and of the target's."""
    for text in TESTS:
        yield text.encode()
    for path in sorted(root.glob("rules/*/*.test.yaml")):
        text = re.sub(rb"(?m)^rule: .*", b"rule: r", path.read_bytes())
        yield text[:4000]


def sigma(root):
    """Sigma rules of the tests, together and one by one."""
    for path in sorted(root.glob("tests/sigma/*.yml")):
        text = path.read_bytes()
        yield text[:2000]
        for document in text.split(b"\n---\n"):
            yield document[:2000]


# ---- JSON -------------------------------------------------------------------

def expand(text):
    """%XX and %(N TEXT), as tests/json/accept.txt explains them."""
    def many(match):
        return expand(match.group(2)) * min(int(match.group(1)), 70)

    text = re.sub(rb"%\((\d+) ([^)]*)\)", many, text)
    return re.sub(rb"%([0-9A-Fa-f]{2})",
                  lambda match: bytes([int(match.group(1), 16)]), text)


def json_cases(root):
    """The bytes of each line of tests/json/*.txt."""
    for path in sorted(root.glob("tests/json/*.txt")):
        for line in path.read_bytes().split(b"\n"):
            words = line.split(None, 2)
            if len(words) == 3 and not line.startswith(b"#"):
                yield expand(words[2])


def json(root):
    """Each case alone, and as a value that a rule reads."""
    for case in json_cases(root):
        yield case
        yield b'{"requestParameters":' + case + b',"eventName":"A"}'
    yield (b'{"eventName":"\\u0041\\ud83d\\ude00","userIdentity":'
           b'{"accessKeyId":"k","accessKeyId":"l"},"resources":[{},{"ARN":"x"}'
           b'],"readOnly":"true","a":{"b":{"n":-1.5e9}}}')
    yield (b'{"eventName":null,"resources":{"ARN":1},"readOnly":false,'
           b'"a":{"b":{"n":"1"}},"requestParameters":{"x":1,"x":2}}')
    yield (b'{"event":{"action":"A"},"event.action":"B","aws":{"key":"k",'
           b'"request":[1],"cloudtrail.read_only":true}}')


# ---- carriers and scans -----------------------------------------------------

def carriers_of(record):
    """A record in everything that can carry it."""
    yield '{"Records":[%s,%s]}' % (record, record)
    yield "%s\n%s\n" % (record, record)
    yield "[%s,%s]" % (record, record)
    yield ('{"Events":[{"EventId":"1","CloudTrailEvent":"%s"}],'
           '"NextToken":"t"}' % quoted(record))
    yield ('{"version":"0","detail-type":"AWS API Call via CloudTrail",'
           '"resources":[],"detail":%s}' % record)
    yield ('{"messageType":"DATA_MESSAGE","owner":"1","logGroup":"g",'
           '"logEvents":[{"id":"1","timestamp":1,"message":"%s"}]}'
           % quoted(record))
    yield '{"messageType":"CONTROL_MESSAGE","logEvents":[{"message":"x"}]}'
    yield '{"hits":{"hits":[{"_source":%s}]}}{"_source":%s}' % (record, record)
    yield ('{"@timestamp":"2026-05-01T10:00:00.123Z","event":{"action":"Use"},'
           '"aws.cloudtrail":{"user_identity.access_key_id":"k0"}}')
    yield '{"digestStartTime":"2026","awsAccountId":"1","logFiles":[]}'
    yield '{"digestS3Bucket":"b","awsAccountId":"1"}'
    yield '{"eventType":"AwsCloudTrailInsight","eventTime":"x"}'
    yield '{"eventCategory":"Aggregated"}' + record
    yield '{"eventCategory":"Insight"}{"eventType":"AwsAggregatedEvent"}'
    yield '{"Records":[%s,{"eventName":},%s' % (record, record)
    yield '{"Records":[%s]} junk\n%s\n]}{' % (record, record)
    yield '{"a":"b\n%s\n{"eventTime":"no time","eventName":"A"}' % record
    yield '{"Records":{}}{"Records":[1,"x",null,[]]}{}[]\n7 "x"\n'


def broken(text):
    """Gzip that was cut, changed, padded, or goes on with something else."""
    packed = gzip.compress(text, mtime=0)
    yield packed
    yield packed[:len(packed) // 2]
    yield packed[:-8] + bytes(4) + packed[-4:]
    yield packed + bytes(5)
    yield packed + packed
    yield packed + bytes(3) + packed
    yield packed + b"junk"
    yield packed + b"\x1f\x8b\x08\xff"


def log_slices(root):
    """The start of some of the example's log files."""
    for path in sorted(root.glob("examples/incident/AWSLogs/**/*.gz"))[::6]:
        yield gzip.decompress(path.read_bytes())[:3500]


def carriers(root):
    """A byte for the steps, then a file."""
    texts = list(carriers_of(event(1)))
    for text in texts:
        yield b"\x00" + text.encode()
        yield b"\x06" + text.encode()
    for packed in broken(texts[0].encode()):
        yield b"\x03" + packed
    for text in log_slices(root):
        yield b"\x40" + text
    for path in sorted(root.glob("tests/golden/match/*.events.jsonl"))[::5]:
        yield b"\x10" + first_bytes(path, 2500)
    yield b"\x01\xff\xfe{\x00"
    yield b"\x01\xef\xbb\xbf" + event(1).encode()
    yield b"\x01   \n\t"


def scan(root):
    """Files with a byte 255 between them."""
    lines = [event(n, ("Home", "Use", "Use", "Other")[n % 4],
                   ("192.0.2.1", "192.0.2.200", "2001:DB8::1", "10.0.0.1",
                    "AWS Internal/3")[n % 5], ("quiet", "x\\u202ey", "")[n % 3])
             for n in range(1, 24)]
    yield "\n".join(lines).encode()
    yield b"\xff".join("\n".join(lines[n::3]).encode() for n in range(3))
    yield b"\xff".join("\n".join(lines[:3] + lines[n::4]).encode()
                       for n in range(4))
    for text in carriers_of(event(3)):
        yield text.encode()
    yield b"\xff".join(text.encode() for text in carriers_of(event(4)))[:3000]
    for text in log_slices(root):
        yield text
    hostile = ('{"eventTime":"2026-05-01T10:00:01Z","eventName":"Use",'
               '"resources":[{"ARN":"x-prod-1"},{}],"requestParameters":'
               '{"a":[0,{"b":"\\u001b[31m\\u0000"}],"policy":"{\\"Statement\\"'
               ':[{\\"Effect\\":\\"Allow\\"}]}"},"userAgent":"aab",'
               '"sourceIPAddress":"198.51.100.9","userIdentity":{"arn":'
               '"arn:aws:sts::1:assumed-role/r/\\u202es","accessKeyId":""}}')
    yield hostile.encode()
    yield (hostile + "\n" + event(2)).encode() + b"\xff" + b"junk\n" + \
        event(2).encode()


# ---- small things -----------------------------------------------------------

def gzip_members(root):
    """A byte for the pieces, then gzip of several makers."""
    texts = [b"", b"a", b"{}" * 300, bytes(range(256)) * 3,
             b"eventName" * 40 + b"\n"]
    for number, text in enumerate(texts):
        for packed in broken(text):
            yield bytes([number * 37 % 256]) + packed
        for level, strategy in ((0, 0), (1, zlib.Z_FIXED), (9, zlib.Z_RLE),
                                (6, zlib.Z_HUFFMAN_ONLY)):
            maker = zlib.compressobj(level, zlib.DEFLATED, 31, 9, strategy)
            yield b"\x25" + maker.compress(text) + maker.flush()
    plain = gzip.compress(b"named", mtime=0)
    yield b"\x01" + plain[:3] + b"\x08" + plain[4:10] + b"name\0" + plain[10:]
    yield b"\x01" + plain[:3] + b"\x14" + plain[4:10] + \
        b"\x02\0xx" + b"comment\0" + plain[10:]


PATTERNS = ["", "*", "?", "a*b", "*ab*", "a?c*", "*a*b*c*", "**", "*?*?",
            "\u00e9*", "a*\u65e5?", "arn:aws:s3:::*prod*", "?*"]
REGEXES = ["", "a+b", "^(a|b)*$", "[a-z]{2,5}", "(?i)x", "\\bfoo\\b", "(",
           "a{1000}{1000}", "[[:alpha:]]", "\\pL+", "(?P<n>a)", "\\C", "a**",
           "(a*)*b", "(.*)(.*)(.*)x", "\\x{10FFFF}", "[^\\x00-\\x7f]", "\\1"]
SUBJECTS = ["", "a", "ab", "aab", "xxabyy", "abc" * 5, "\u65e5a\u00e9",
            "arn:aws:s3:::my-prod-1", "line\nend", "aaaaaaaaaaaaaaaaaaaaaaac"]


def glob(root):
    """Pattern, NUL, text."""
    for number, pattern in enumerate(PATTERNS):
        for text in SUBJECTS[number % 3::3]:
            yield pattern.encode() + b"\0" + text.encode()


def regex(root):
    """Flags, pattern, NUL, text."""
    for number, pattern in enumerate(REGEXES + SUBJECTS):
        for text in SUBJECTS[number % 4::4]:
            yield bytes([number % 8]) + pattern.encode() + b"\0" + text.encode()


VALUES = ["2026-11-21T10:00:00Z", "2026-11-21", "2026-02-29", "2024-02-29",
          "1900-02-29T00:00:00Z", "2000-02-29T23:59:59Z", "2100-03-01T00:00:00Z",
          "2023-04-31T10:00:00Z", "2024-12-31T24:00:00Z", "20261121T100000Z", "2026-11-21T10:00:00.1234+02:00",
          "9999-12-31T23:59:60Z", "0001-01-01T00:00:00-01:00", "90s", "15m",
          "12h", "10d", "2w", "500ms", "99999999999999999999w", "192.0.2.1",
          "253.252.51.07", "2001:db8::1", "::ffff:1.2.3.4", "::", "1::2:0:0:3",
          "10.0.0.0/8", "2001:db8::/32", "::/0", "0.0.0.0/0", "1.2.3.4/33",
          "true", "false", "-9223372036854775808", "9223372036854775808", "-0",
          "1.5e10", "1e999", "-", "a\u00e9", "007"]


def values(root):
    """Eight bytes of a time, then a text."""
    for number, text in enumerate(VALUES):
        yield (number * 0x123456789ABCDEF % 2**64).to_bytes(8, "big") + \
            text.encode()


def escape(root):
    """Texts with NULs between them."""
    yield "plain\0\"quoted\\\0\u202ertl\0\x1b[31m\0\u00e9\u65e5\0\t\r".encode()
    yield b"\xff\xfe\xc3\0\xf0\x9f\x98\x80\0\xed\xa0\x80\0\xf4\x90\x80\x80"
    yield ("long " * 50 + "\0" + "\u65e5" * 90 + "\0" + "\t" * 40).encode()
    yield "\u2028\u2029\u00ad\ufeff\u200b\U000e0041\ufe0f\u3164\x7f\x85".encode()
    for text in SUBJECTS:
        yield ("\0".join([text] * 8)).encode()


LISTS = ["10.0.0.0/8\n192.0.2.1 # home\n\n# c\n2001:db8::/32\n10.1.2.3/8\n",
         "name,other\r\n\"10.0.0.0/8\",x\r\n192.0.2.7,y\r\n",
         "other,name\nx,\"a \"\"b\"\"\"\ny,c\n", "a\nb \n c\n#d\n e #f\n",
         "[\"10.0.0.0/8\", \"::1\"]", "[1, -2, 3.5, true, null]",
         '{"prefixes":[{"ip_prefix":"3.5.140.0/22","region":"x"}],'
         '"ipv6_prefixes":[{"ipv6_prefix":"2600::/28"}]}',
         "[\"a\\u00e9\\n\", \"\", \"\\ud83d\\ude00\"]", "true\nfalse\n", "1.5\n2\n",
         "5m\n12h\n", "2026-05-01\n2026-05-01T10:00:00Z\n", "\ufeffa\nb\n",
         "\"open\n", "a,b\n1,2,3\n", "[1,]", "{}", "[\"a\"] x", "\"a\"b,c\n",
         "AWS Internal\n192.0.2.1\nlambda.amazonaws.com\n", "\r\n\r\n", "a\0b\n"]


def lists(root):
    """Form, kind, file."""
    for text in LISTS:
        for form in range(3):
            for kind in (1, 2, 3, 4, 5, 6, 7, 8, 9):
                yield bytes([form, kind]) + text.encode()


def conform(root):
    """Bytes that decide anything: where they ran out all would be plain."""
    del root
    for seed in range(24):
        yield b"".join(hashlib.sha256(b"%d %d" % (seed, part)).digest()
                       for part in range(96))


MAKERS = {
    "carriers": carriers, "conform": conform, "escape": escape, "glob": glob,
    "gzip": gzip_members, "json": json, "lists": lists, "regex": regex,
    "rules": rules, "scan": scan, "sigma": sigma, "testfile": testfile,
    "values": values, "yaml": yaml,
}


def main():
    """Write the seeds of the targets that are named."""
    root, folder = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    for name in sys.argv[3:]:
        (folder / name).mkdir(parents=True, exist_ok=True)
        maker = MAKERS.get(name)
        for number, seed in enumerate(maker(root) if maker else []):
            (folder / name / ("seed-%04d" % number)).write_bytes(seed)


if __name__ == "__main__":
    main()
