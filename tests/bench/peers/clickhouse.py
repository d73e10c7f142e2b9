#!/usr/bin/env python3
"""The detections in ClickHouse, by way of chdb, over the files as they lie.

    python3 clickhouse.py QUESTION FOLDER THREADS
                                            QUESTION: secureworks, elastic

Prints the answer, one id a line, in order.  One pass: what can matter goes
into a table in memory, and the rest is asked of that.
"""
import sys

from chdb.session import Session

question, folder, threads = sys.argv[1:4]


def logs(columns):
    path = folder.rstrip("/").replace("'", "\\'") + "/**/*.json.gz"
    return (
        f"(SELECT arrayJoin(Records) AS r FROM file('{path}', JSONEachRow, "
        f"'Records Array(Tuple({columns}))'))"
    )


SETTINGS = f"""SETTINGS max_threads = {int(threads)},
    input_format_parallel_parsing = 0,
    max_parsing_threads = {int(threads)},
    input_format_skip_unknown_fields = 1,
    input_format_json_ignore_unknown_keys_in_named_tuple = 1,
    input_format_json_defaults_for_missing_elements_in_named_tuple = 1,
    input_format_null_as_default = 1"""

KEPT = f"""CREATE TABLE kept ENGINE = Memory AS
    SELECT tupleElement(r.userIdentity, 'accessKeyId') AS key,
           tupleElement(r.userIdentity, 'arn') AS arn,
           r.sourceIPAddress AS address, r.eventTime AS time,
           if(r.eventName = 'CreateLogStream'
              AND startsWith(r.userAgent, 'awslambda-worker'),
              r.awsRegion, '') AS region,
           if(r.eventName = 'AllocateAddress',
              tupleElement(r.responseElements, 'publicIp'), '') AS allocated,
           r.eventName != 'Decrypt' AS counts, r.eventID AS id
      FROM {logs('''eventID String, eventTime String, eventName String,
            awsRegion String, sourceIPAddress String, userAgent String,
            userIdentity Tuple(accessKeyId String, arn String),
            responseElements Tuple(publicIp String)''')}
     WHERE r.eventName = 'AllocateAddress'
        OR startsWith(tupleElement(r.userIdentity, 'accessKeyId'), 'ASIA')
     {SETTINGS}"""

SECUREWORKS = f"""
    SELECT DISTINCT k.id
      FROM kept AS k
      JOIN (SELECT key, arn, region, groupUniqArray(address) AS addresses,
                   min(time) AS since
              FROM kept WHERE region != '' GROUP BY key, arn, region) AS s
        ON k.key = s.key AND k.arn = s.arn
     WHERE k.counts AND k.address != 'AWS Internal' AND k.time > s.since
       AND NOT has(s.addresses, k.address)
       AND k.address NOT IN (SELECT allocated FROM kept WHERE allocated != '')
     ORDER BY 1 SETTINGS max_threads = {int(threads)}"""

ELASTIC = f"""
    SELECT concat(key, '|', arn, '|', formatDateTime(
               parseDateTime(hour, '%Y-%m-%dT%H', 'UTC') + INTERVAL 1 HOUR,
               '%Y-%m-%dT%H:%i:%SZ', 'UTC')) AS line
      FROM (SELECT tupleElement(r.userIdentity, 'accessKeyId') AS key,
                   tupleElement(r.userIdentity, 'arn') AS arn,
                   tupleElement(r.userIdentity, 'accountId') AS account,
                   substring(r.eventTime, 1, 13) AS hour,
                   position(r.userAgent, 'exec-env/AWS_Lambda') > 0
                   OR position(r.userAgent, 'awslambda-worker/') > 0 AS inside
              FROM {logs('''eventTime String, userAgent String,
                    userIdentity Tuple(type String, accessKeyId String,
                                       arn String, accountId String)''')}
             WHERE tupleElement(r.userIdentity, 'type') = 'AssumedRole'
               AND tupleElement(r.userIdentity, 'accessKeyId') != '')
     GROUP BY key, arn, account, hour
    HAVING countIf(inside) > 0 AND countIf(NOT inside) > 0
     ORDER BY 1 {SETTINGS}"""

session = Session()
if question == "secureworks":
    session.query(KEPT)
    answer = session.query(SECUREWORKS, "TSVRaw")
else:
    answer = session.query(ELASTIC, "TSVRaw")
sys.stdout.write(str(answer))
