"""Writes the sample records in every shape in which CloudTrail comes.

    python3 shapes.py RECORDS FOLDER

RECORDS is a file {"Records": [...]}.  Each entry of FOLDER is one input of
the same events: a file, or a folder of files.
"""
import gzip
import json
import os
import random
import sys


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    data = text.encode()
    with open(path, "wb") as out:
        out.write(gzip.compress(data, mtime=0) if path.endswith(".gz")
                  else data)


def lines(items):
    return "".join(json.dumps(item, separators=(",", ":")) + "\n"
                   for item in items)


def records_file(records):
    return json.dumps({"Records": records}, separators=(",", ":"))


def lookup_events(records):
    """What `aws cloudtrail lookup-events` prints."""
    return json.dumps({"Events": [{
        "EventId": record["eventID"],
        "EventName": record["eventName"],
        "ReadOnly": "true" if record["readOnly"] else "false",
        "EventTime": 1777629600.0,
        "EventSource": record["eventSource"],
        "Resources": [],
        "CloudTrailEvent": json.dumps(record),
    } for record in records]}, indent=4)


def event_bridge(record):
    return {
        "version": "0",
        "id": "7bf73129-1428-4cd3-a780-95db273d1602",
        "detail-type": "AWS API Call via CloudTrail",
        "source": "aws." + record["eventSource"].split(".")[0],
        "account": record["recipientAccountId"],
        "time": record["eventTime"],
        "region": record["awsRegion"],
        "resources": [],
        "detail": record,
    }


def subscription(records):
    """A CloudWatch Logs subscription's message."""
    return json.dumps({
        "messageType": "DATA_MESSAGE",
        "owner": "111122223333",
        "logGroup": "trail",
        "logStream": "111122223333_CloudTrail_us-east-1",
        "subscriptionFilters": ["all"],
        "logEvents": [{
            "id": f"{number:056d}",
            "timestamp": 1777629600000,
            "message": json.dumps(record),
        } for number, record in enumerate(records)],
    })


def main():
    with open(sys.argv[1]) as source:
        records = json.load(source)["Records"]
    folder = sys.argv[2]
    chance = random.Random(2)

    def put(name, text):
        write(os.path.join(folder, name), text)

    put("as-published.json", json.dumps({"Records": records}, indent=1))
    put("minified.json", records_file(records))
    put("backwards.json", records_file(records[::-1]))
    for number in range(1, 9):
        put(f"permuted-{number}.json",
            records_file(chance.sample(records, len(records))))
    put("twice.json", records_file(records + records))
    put("packed.json.gz", records_file(records))
    put("lines.jsonl", lines(records))
    put("lines.jsonl.gz", lines(chance.sample(records, len(records))))
    put("array.json", json.dumps(records))
    put("lookup-events.json", lookup_events(records))
    put("event-bridge.jsonl", lines(map(event_bridge, records)))
    put("subscription.json.gz", subscription(records))

    members = [records[0::3], records[1::3], records[2::3]]
    path = os.path.join(folder, "members.json.gz")
    with open(path, "wb") as out:
        for member in members:
            out.write(gzip.compress(lines(member).encode(), mtime=0))

    for number, record in enumerate(records):
        put(f"one-a-file/{number % 5}/{number:02}.json.gz",
            records_file([record]))
    mixed = chance.sample(records, len(records))
    put("mixed/a.json", records_file(mixed[0:9]))
    put("mixed/b/c.jsonl.gz", lines(mixed[9:14]))
    put("mixed/b/lookup.json", lookup_events(mixed[14:22]))
    put("mixed/d.jsonl", lines(map(event_bridge, mixed[22:])))


main()
