#!/usr/bin/env python3
"""Makes the incident of this folder: AWSLogs/ and alerts.tsv.

    python3 make.py [FOLDER]        default: where this script stands

The same records come out every time.  Everything is invented: the account, the
keys, the functions.  The workers' home addresses lie in ranges that AWS
publishes, because the rules believe a worker's address only then; the thief
and the staff have documentation addresses (RFC 5737, RFC 3849).  README.md
tells the story.
"""
import datetime
import gzip
import io
import json
import os
import random
import shutil
import sys
import uuid

ACCOUNT = "111122223333"
HOME_REGION = "us-east-1"
ENDPOINT = "vpce-0a1b2c3d4e5f60718"
NAT = "54.88.31.7"
OFFICE = "198.51.100.10"

WORKER = "awslambda-worker/1.0.0 rusoto/0.48.0 rust/1.94.0 linux"
PYTHON = ("Boto3/1.42.0 md/Botocore#1.42.0 ua/2.1 os/linux#5.10 "
          "md/arch#x86_64 lang/python#3.13.1 md/pyimpl#CPython "
          "exec-env/AWS_Lambda_python3.13 cfg/retry-mode#legacy "
          "Botocore/1.42.0")
GO = ("aws-sdk-go-v2/1.36.0 ua/2.1 os/linux lang/go#1.24 md/GOOS#linux "
      "md/GOARCH#arm64 api/s3#1.78.0")
FARGATE = ("aws-sdk-go-v2/1.36.0 ua/2.1 os/linux lang/go#1.24 "
           "exec-env/AWS_ECS_FARGATE api/s3#1.78.0")
CLI = ("aws-cli/2.30.0 md/awscrt#0.27.6 ua/2.1 os/linux#6.1 "
       "md/arch#x86_64 lang/python#3.13.7 cfg/retry-mode#standard")
INTERNAL = ("aws-internal/3 aws-sdk-java/1.12.779 Linux/5.10 "
            "OpenJDK_64-Bit_Server_VM/25.432 java/1.8.0_432")

DATA_EVENTS = {"GetObject", "PutObject", "Query", "PutItem", "Scan"}
READS = ("Get", "List", "Describe", "Query", "Scan", "Decrypt")


class Story:
    """The records, and which of them are the theft."""

    def __init__(self):
        self.random = random.Random(20260603)
        self.records = []
        self.planted = []

    def uuid(self):
        return str(uuid.UUID(int=self.random.getrandbits(128), version=4))

    def add(self, when, call, source, agent, identity, region=HOME_REGION,
            **more):
        """One record.  `call` is service:Action, `when` an ISO time."""
        service, action = call.split(":")
        record = {
            "eventVersion": "1.11",
            "userIdentity": identity,
            "eventTime": when,
            "eventSource": service + ".amazonaws.com",
            "eventName": action,
            "awsRegion": region,
            "sourceIPAddress": source,
            "userAgent": "[" + agent + "]" if service == "s3" else agent,
            "requestParameters": None,
            "responseElements": None,
            "requestID": self.uuid(),
            "eventID": self.uuid(),
            "readOnly": action.startswith(READS),
            "eventType": "AwsApiCall",
            "managementEvent": action not in DATA_EVENTS,
            "recipientAccountId": ACCOUNT,
            "eventCategory":
                "Data" if action in DATA_EVENTS else "Management",
        }
        if source[0].isdigit() and agent != INTERNAL:
            record["tlsDetails"] = {
                "tlsVersion": "TLSv1.3",
                "cipherSuite": "TLS_AES_128_GCM_SHA256",
                "clientProvidedHostHeader":
                    f"{service}.{region}.amazonaws.com",
            }
        record.update(more)
        self.records.append(record)
        return record

    def steal(self, *args, **more):
        record = self.add(*args, **more)
        self.planted.append(record)
        return record


def at(time, day="2026-06-03"):
    return f"{day}T{time}Z"


def seconds_after(time, seconds):
    moment = datetime.datetime.strptime(time, "%Y-%m-%dT%H:%M:%SZ")
    moment += datetime.timedelta(seconds=seconds)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def role_session(key, role, session, created, scope=None):
    issuer = "AROA" + role.upper().replace("-", "")[:12].ljust(12, "X")
    identity = {
        "type": "AssumedRole",
        "principalId": f"{issuer}:{session}",
        "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/{role}/{session}",
        "accountId": ACCOUNT,
        "accessKeyId": key,
        "sessionContext": {
            "sessionIssuer": {
                "type": "Role",
                "principalId": issuer,
                "arn": f"arn:aws:iam::{ACCOUNT}:role/{role}",
                "accountId": ACCOUNT,
                "userName": role,
            },
            "attributes": {
                "creationDate": created,
                "mfaAuthenticated": "false",
            },
        },
    }
    if scope:
        identity["inScopeOf"] = scope
    return identity


def function_session(key, name, created):
    return role_session(key, name + "-role", name, created, {
        "issuerType": "AWS::Lambda::Function",
        "credentialsIssuedTo":
            f"arn:aws:lambda:{HOME_REGION}:{ACCOUNT}:function:{name}",
    })


def user(name, key):
    return {
        "type": "IAMUser",
        "principalId": "AIDA" + name.upper().ljust(12, "X"),
        "arn": f"arn:aws:iam::{ACCOUNT}:user/{name}",
        "accountId": ACCOUNT,
        "accessKeyId": key,
        "userName": name,
    }


def issue(story, when, service, key, role, session):
    """AWS hands a key to a workload."""
    name = service + ".amazonaws.com"
    story.add(when, "sts:AssumeRole", name, name,
              {"type": "AWSService", "invokedBy": name},
              requestParameters={
                  "roleArn": f"arn:aws:iam::{ACCOUNT}:role/{role}",
                  "roleSessionName": session,
              },
              responseElements={
                  "credentials": {
                      "accessKeyId": key,
                      "sessionToken": "HIDDEN_DUE_TO_SECURITY_REASONS",
                  },
                  "assumedRoleUser": {
                      "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/"
                             f"{role}/{session}",
                  },
              })


def cold_start(story, when, name, identity, address):
    """Lambda starts a worker: its log stream, and the environment."""
    story.add(when, "logs:CreateLogStream", address, WORKER, identity,
              requestParameters={
                  "logGroupName": f"/aws/lambda/{name}",
                  "logStreamName": when[:10].replace("-", "/") +
                                   "/[$LATEST]" + story.uuid()[:8],
              })


def decrypt_environment(story, when, identity):
    story.add(when, "kms:Decrypt", "3.81.5.200", INTERNAL, identity,
              requestParameters={
                  "encryptionContext": {
                      "aws:lambda:FunctionArn":
                          identity["inScopeOf"]["credentialsIssuedTo"],
                  },
                  "encryptionAlgorithm": "SYMMETRIC_DEFAULT",
              })


def endpoint(identity_account=ACCOUNT):
    return {"vpcEndpointId": ENDPOINT,
            "vpcEndpointAccountId": identity_account}


def network(story):
    """In April somebody builds the network."""
    netops = user("netops", "AKIAEXAMPLENETOPS001")
    day = "2026-04-14"
    story.add(at("09:02:11", day), "ec2:AllocateAddress", OFFICE,
              "APN/1.0 HashiCorp/1.0 Terraform/1.9.8", netops,
              requestParameters={"domain": "vpc"},
              responseElements={
                  "publicIp": NAT,
                  "domain": "vpc",
                  "allocationId": "eipalloc-0c0ffee0c0ffee0c0",
              })
    story.add(at("09:02:38", day), "ec2:CreateNatGateway", OFFICE,
              "APN/1.0 HashiCorp/1.0 Terraform/1.9.8", netops,
              requestParameters={"CreateNatGatewayRequest": {
                  "SubnetId": "subnet-0123456789abcdef0",
                  "AllocationId": "eipalloc-0c0ffee0c0ffee0c0",
              }})


REUSED_KEY = "ASIAEXAMPLEREUSEDKEY"


def older_life(story):
    """In May a key id belongs to another function."""
    when = at("07:15:03", "2026-05-22")
    identity = function_session(REUSED_KEY, "mail-digest", when)
    issue(story, when, "lambda", REUSED_KEY, "mail-digest-role",
          "mail-digest")
    cold_start(story, when, "mail-digest", identity, "18.207.40.9")
    story.add(seconds_after(when, 2), "dynamodb:Query", "18.207.40.9",
              PYTHON, identity)


def orders_api(story):
    """A Python function, two workers with one key; the one that is robbed."""
    key = "ASIAEXAMPLEORDERSAPI"
    created = at("08:00:12")
    identity = function_session(key, "orders-api", created)
    first, second = "18.209.71.14", "18.209.88.3"
    issue(story, created, "lambda", key, "orders-api-role", "orders-api")
    decrypt_environment(story, created, identity)
    cold_start(story, created, "orders-api", identity, first)
    for hour in range(8, 16):
        for minute in (4, 31):
            time = at(f"{hour:02}:{minute:02}:20")
            story.add(time, "dynamodb:Query", first, PYTHON, identity)
            story.add(seconds_after(time, 1), "dynamodb:PutItem", first,
                      PYTHON, identity)
            if hour > 9 or (hour == 9 and minute > 12):
                story.add(seconds_after(time, 2), "dynamodb:Query", second,
                          PYTHON, identity)
    # The second worker is faster than the record of its log stream.
    story.add(at("09:12:02"), "dynamodb:Query", second, PYTHON, identity)
    cold_start(story, at("09:12:09"), "orders-api", identity, second)
    # Calls that services make with the function's key.
    athena = dict(identity, invokedBy="athena.amazonaws.com")
    story.add(at("10:15:44"), "s3:GetObject", "athena.amazonaws.com",
              "athena.amazonaws.com", athena)
    story.add(at("10:15:45"), "ec2:DescribeVpcs", "AWS Internal/3",
              "AWS Internal/3", identity)
    return identity


def theft(story, identity):
    """The key of orders-api is used from elsewhere."""
    thief = "203.0.113.77"
    story.steal(at("13:41:20"), "sts:GetCallerIdentity", thief, CLI,
                identity)
    # He knows how workers are told from others.  It does not help him.
    story.steal(at("13:42:05"), "logs:CreateLogStream", thief, WORKER,
                identity, requestParameters={
                    "logGroupName": "/aws/lambda/orders-api",
                    "logStreamName": "2026/06/03/[$LATEST]0000",
                })
    story.steal(at("13:42:40"), "s3:ListBuckets", thief, CLI, identity)
    story.steal(at("13:43:11"), "iam:ListUsers", thief, CLI, identity,
                errorCode="AccessDenied",
                errorMessage="not authorized to perform: iam:ListUsers")
    story.steal(at("13:44:02"), "dynamodb:Scan", "2001:db8:77::9", CLI,
                identity)
    story.steal(at("13:46:30"), "s3:GetObject", "198.51.100.23", CLI,
                identity, region="eu-west-1")


def thumbnails(story):
    """A Go function: no mark in its user agent, and a key id used before."""
    created = at("09:30:01")
    identity = function_session(REUSED_KEY, "thumbnails", created)
    address = "3.84.19.77"
    issue(story, created, "lambda", REUSED_KEY, "thumbnails-role",
          "thumbnails")
    cold_start(story, seconds_after(created, 1), "thumbnails", identity,
               address)
    for hour in range(9, 15):
        time = at(f"{hour:02}:42:10")
        story.add(time, "s3:GetObject", address, GO, identity)
        story.add(seconds_after(time, 1), "s3:PutObject", address, GO,
                  identity)


def invoice_mailer(story):
    """A function in the VPC: a NAT gateway, and an endpoint for S3."""
    key = "ASIAEXAMPLEINVOICES1"
    created = at("11:00:00")
    identity = function_session(key, "invoice-mailer", created)
    issue(story, created, "lambda", key, "invoice-mailer-role",
          "invoice-mailer")
    decrypt_environment(story, created, identity)
    cold_start(story, created, "invoice-mailer", identity, "18.204.55.21")
    for minute in (0, 20, 40):
        time = at(f"11:{minute:02}:05")
        story.add(time, "ses:SendEmail", NAT, PYTHON, identity)
        story.add(seconds_after(time, 1), "s3:PutObject", "10.20.3.15",
                  PYTHON, identity, **endpoint())
        story.add(seconds_after(time, 2), "secretsmanager:GetSecretValue",
                  NAT, PYTHON, identity)
        by_service = dict(identity, invokedBy="secretsmanager.amazonaws.com")
        story.add(seconds_after(time, 2), "kms:Decrypt",
                  "secretsmanager.amazonaws.com",
                  "secretsmanager.amazonaws.com", by_service)


def reports_task(story):
    """An ECS task, from six in the morning on, its keys renewed twice."""
    task = "7c2f0d9be4a84f4f9a1b6a1d5e3c8f20"
    address = "54.90.12.45"
    created = at("06:00:00")
    execution_key = "ASIAEXAMPLEREPORTSX1"
    issue(story, created, "ecs-tasks", execution_key, "reports-exec-role",
          task)
    issue(story, created, "ecs-tasks", "ASIAEXAMPLEREPORTST1",
          "reports-role", task)
    execution = role_session(execution_key, "reports-exec-role", task,
                             created)
    story.add(at("06:00:21"), "ecr:GetAuthorizationToken", address,
              "Amazon ECS Agent - v1.93.0", execution)
    story.add(at("06:00:24"), "logs:CreateLogStream", address,
              "Amazon ECS Agent - v1.93.0", execution)
    renewals = {6: created, 11: at("11:40:00"), 17: at("17:25:00")}
    for number, (hour, time) in enumerate(sorted(renewals.items()), 1):
        key = f"ASIAEXAMPLEREPORTST{number}"
        if number > 1:
            issue(story, time, "ecs-tasks", key, "reports-role", task)
        identity = role_session(key, "reports-role", task, time)
        for later in (90, 3690, 7290):
            moment = seconds_after(time, later)
            story.add(moment, "s3:GetObject", address, FARGATE, identity)
            story.add(seconds_after(moment, 3), "s3:PutObject", "10.20.7.80",
                      FARGATE, identity, **endpoint())


def everyday(story):
    """What else is in such a log."""
    dev = user("maria", "AKIAEXAMPLEDEVELOPER")
    for time, call, source in (
            ("08:45:10", "lambda:ListFunctions20150331", OFFICE),
            ("08:46:02", "iam:ListRoles", OFFICE),
            ("12:20:33", "ec2:DescribeInstances", "192.0.2.14"),
            ("15:03:57", "cloudtrail:LookupEvents", OFFICE)):
        story.add(at(time), call, source, CLI, dev)
    record = story.add(at("12:00:00"), "kms:RotateKey", "AWS Internal",
                       "AWS Internal", None)
    del record["userIdentity"]
    record["eventType"] = "AwsServiceEvent"
    record["serviceEventDetails"] = {"keyId": "alias/tickets"}
    story.add(at("14:00:07"), "config:PutEvaluations",
              "config.amazonaws.com", "config.amazonaws.com",
              {"type": "AWSService", "invokedBy": "config.amazonaws.com"})


def deliver(story, folder):
    """Files as CloudTrail delivers them: some minutes late, in no order."""
    files = {}
    twice = story.random.sample(story.records, 3) + [story.planted[0]]
    for record in story.records + twice:
        delay = story.random.randrange(120, 420)
        time = seconds_after(record["eventTime"], delay)
        minute = int(time[14:16]) // 10 * 10
        stamp = f"{time[:10].replace('-', '')}T{time[11:13]}{minute:02}Z"
        files.setdefault((record["awsRegion"], stamp), []).append(record)
    for (region, stamp), records in sorted(files.items()):
        story.random.shuffle(records)
        name = "".join(story.random.choices(
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
            k=16))
        path = os.path.join(
            folder, "AWSLogs", ACCOUNT, "CloudTrail", region, stamp[:4],
            stamp[4:6], stamp[6:8],
            f"{ACCOUNT}_CloudTrail_{region}_{stamp}_{name}.json.gz")
        os.makedirs(os.path.dirname(path), exist_ok=True)
        text = json.dumps({"Records": records}, separators=(",", ":"))
        # Without a name and a time in it, the file depends on the records only.
        packed = io.BytesIO()
        with gzip.GzipFile("", "wb", 9, packed, mtime=0) as out:
            out.write(text.encode())
        with open(path, "wb") as out:
            out.write(packed.getvalue())


def write_alerts(story, folder):
    """What the corrected rules must say: one line an alert."""
    with open(os.path.join(folder, "alerts.tsv"), "w") as out:
        first = story.planted[0]
        lines = [("lambda_credentials_astray", record)
                 for record in story.planted]
        lines.insert(1, ("lambda_key_in_and_out_of_runtime", first))
        for rule, record in lines:
            print(rule, record["eventTime"], record["eventName"],
                  record["sourceIPAddress"], record["eventID"], sep="\t",
                  file=out)


def main():
    folder = sys.argv[1] if len(sys.argv) > 1 else \
        os.path.dirname(os.path.abspath(__file__))
    shutil.rmtree(os.path.join(folder, "AWSLogs"), ignore_errors=True)
    story = Story()
    network(story)
    older_life(story)
    reports_task(story)
    identity = orders_api(story)
    thumbnails(story)
    invoice_mailer(story)
    everyday(story)
    theft(story, identity)
    deliver(story, folder)
    write_alerts(story, folder)


if __name__ == "__main__":
    main()
