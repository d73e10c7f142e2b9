#!/usr/bin/env python3
"""Writes the events of the evasion cases: NN-name/events.jsonl.

    python3 make.py [FOLDER]        default: where this script stands

Each case is one function: what honest workloads do, and what the thief does.
NN-name/case.txt tells its story and says what every rule makes of it.  The
same records come out every time.
"""
import copy
import json
import os
import sys

from records import (
    AGENT, BROWSER, CLI, DENIED, FARGATE, GO, PLATFORM, PYTHON, TERRAFORM,
    THIEFS_ACCOUNT, Case, at, endpoint, function_arn, function_session,
    invoked_by, role_session, seconds_after, user)

HOME = "18.209.71.14"          # the worker's, one of AWS's
SECOND_HOME = "18.209.88.3"    # another worker's
NAT = "54.88.31.7"             # the account's NAT gateway, AWS's too
TASK_HOME = "54.90.12.45"      # an ECS task's, AWS's
THIEF = "203.0.113.77"
THIEFS_INSTANCE = "3.92.17.40"   # in us-east-1
THIEFS_OTHER_INSTANCE = "3.64.9.9"   # in eu-central-1
OFFICE = "198.51.100.10"
KEY = "ASIAIOSFODNN7EXAMPLE"
ALLOCATION = "eipalloc-0c0ffee0c0ffee0c0"
TASK = "7c2f0d9be4a84f4f9a1b6a1d5e3c8f20"


# ---- honest workloads ----

def calls_at_home(case, identity, address, agent=PYTHON,
                  times=("08:04:20", "09:31:20", "10:00:20", "10:31:20"),
                  **more):
    for time in times:
        case.call(at(time), "dynamodb:GetItem", identity, address, agent,
                  **more)


def orders_api(case, agent=PYTHON):
    """A function outside of any VPC, with a log stream; its identity."""
    identity = function_session("orders-api", KEY)
    case.issue(at("08:00"), "lambda", identity)
    case.platform_decrypt(at("08:00"), identity)
    case.cold_start(at("08:00:01"), identity, HOME)
    calls_at_home(case, identity, HOME, agent)
    return identity


def mute_function(case, agent=PYTHON):
    """The same, without a log group and without the right to make one."""
    identity = function_session("orders-api", KEY)
    case.issue(at("08:00"), "lambda", identity)
    case.platform_decrypt(at("08:00"), identity)
    calls_at_home(case, identity, HOME, agent)
    return identity


def network(case, day="2026-05-12"):
    """Staff allocate the address of a NAT gateway, a month before."""
    netops = user("netops", "AKIAI44QH8DHBEXAMPLE")
    case.allocate(at("09:02:11", day), netops, OFFICE, TERRAFORM, NAT)
    return netops


def function_in_vpc(case, key=KEY):
    """Out through the NAT gateway, and to S3 through an endpoint."""
    network(case)
    identity = function_session("invoice-mailer", key)
    case.issue(at("08:00"), "lambda", identity)
    case.cold_start(at("08:00:01"), identity, HOME)
    for time in ("08:04:20", "10:00:20"):
        case.call(at(time), "secretsmanager:GetSecretValue", identity, NAT,
                  PYTHON)
        case.call(seconds_after(at(time), 2), "s3:GetObject", identity,
                  "10.20.3.15", PYTHON, **endpoint())
    return identity


def task_session(key, role="reports-role", created=at("06:00")):
    return role_session(key, role, TASK, created)


def reports_task(case):
    """A Fargate task: its keys, the agent's calls, its own."""
    execution = task_session("ASIAI44QH8DHBEXAMPLE", "reports-exec-role")
    identity = task_session(KEY)
    case.issue(at("06:00"), "ecs-tasks", execution)
    case.issue(at("06:00"), "ecs-tasks", identity)
    case.call(at("06:00:21"), "ecr:GetAuthorizationToken", execution,
              TASK_HOME, AGENT)
    case.raw(at("06:00:24"), "logs.amazonaws.com", "CreateLogStream",
             execution, TASK_HOME, AGENT,
             requestParameters={"logGroupName": "/ecs/reports",
                                "logStreamName": f"app/reports/{TASK}"})
    for time in ("06:01:10", "08:04:20", "10:00:20", "10:31:20"):
        case.call(at(time), "secretsmanager:GetSecretValue", identity,
                  TASK_HOME, FARGATE)
    return identity, execution


# ---- what a thief does, unless the case is about something else ----

def steal(case, identity, address=THIEF, agent=CLI, time="10:01:00",
          **more):
    """Who am I, what is here, and take it: three calls."""
    time = at(time)
    case.call(time, "sts:GetCallerIdentity", identity, address, agent,
              **more)
    case.call(seconds_after(time, 40), "s3:ListBuckets", identity, address,
              agent, **more)
    case.call(seconds_after(time, 95), "iam:ListUsers", identity, address,
              agent, **dict(DENIED, **more))


# ---- Lambda: who makes himself a home ----

def plain_theft(case):
    steal(case, orders_api(case))


def poisoned_before(case):
    identity = orders_api(case)
    case.cold_start(at("09:59:00"), identity, THIEF)
    steal(case, identity)


def poisoned_after(case):
    identity = orders_api(case)
    steal(case, identity)
    case.cold_start(at("10:04:00"), identity, THIEF)
    case.cold_start(at("10:05:00"), identity, THIEF, **DENIED)


def poisoned_inside_aws(case):
    identity = orders_api(case)
    case.cold_start(at("10:00:30"), identity, THIEFS_INSTANCE)
    steal(case, identity, THIEFS_INSTANCE)


def all_spoofed_inside_aws(case):
    identity = orders_api(case)
    case.cold_start(at("10:00:30"), identity, THIEFS_INSTANCE)
    steal(case, identity, THIEFS_INSTANCE, PYTHON)


def mark_spoofed(case):
    identity = orders_api(case)
    steal(case, identity, agent=PYTHON)


def mark_spoofed_inside_aws(case):
    identity = orders_api(case)
    steal(case, identity, THIEFS_INSTANCE, PYTHON)


def inside_aws(case):
    identity = orders_api(case)
    steal(case, identity, THIEFS_INSTANCE)


def agent_gone(case):
    identity = orders_api(case)
    for number, agent in enumerate((None, "", "lambda.amazonaws.com",
                                    "AWS Internal")):
        case.call(seconds_after(at("10:01:00"), 30 * number),
                  "sts:GetCallerIdentity", identity, THIEF, agent)


# ---- Lambda: time ----

def before_cold_start(case):
    identity = function_session("orders-api", KEY)
    case.issue(at("08:00"), "lambda", identity)
    steal(case, identity, time="08:02:00")
    case.cold_start(at("08:09:00"), identity, HOME)
    calls_at_home(case, identity, HOME,
                  times=("08:09:20", "09:31:20", "10:00:20"))


def before_cold_start_inside_aws(case):
    identity = function_session("orders-api", KEY)
    case.issue(at("08:00"), "lambda", identity)
    steal(case, identity, THIEFS_INSTANCE, time="08:02:00")
    case.cold_start(at("08:09:00"), identity, HOME)
    calls_at_home(case, identity, HOME,
                  times=("08:09:20", "09:31:20", "10:00:20"))


def delivered_late(case):
    identity = function_session("orders-api", KEY)
    case.issue(at("08:00"), "lambda", identity)
    steal(case, identity, time="08:00:09")
    calls_at_home(case, identity, HOME, times=("08:04:20", "08:31:20"))
    case.cold_start(at("08:00:01"), identity, HOME,
                    addendum={"reason": "DELIVERY_DELAY"})


def same_second(case):
    identity = function_session("orders-api", KEY)
    case.issue(at("08:00"), "lambda", identity)
    case.cold_start(at("08:00:01"), identity, HOME)
    calls_at_home(case, identity, HOME, times=("08:00:01", "08:04:20"))
    case.call(at("08:00:01"), "sts:GetCallerIdentity", identity, THIEF, CLI)
    case.call(at("08:00:01"), "s3:ListBuckets", identity, THIEF, CLI)


def no_log_stream(case):
    steal(case, mute_function(case))


def no_log_stream_inside_aws(case):
    steal(case, mute_function(case), THIEFS_INSTANCE)


def no_log_stream_all_spoofed(case):
    steal(case, mute_function(case), THIEFS_INSTANCE, PYTHON)


def slow_use(case):
    identity = orders_api(case)
    case.call(at("14:15:00"), "secretsmanager:ListSecrets", identity, THIEF,
              CLI)
    case.call(at("17:40:00"), "s3:ListBuckets", identity, THIEF, CLI)
    case.call(at("19:55:00"), "dynamodb:Scan", identity, THIEF, CLI)


def reused_key(case):
    """The key id had another life, eleven days before."""
    old = "2026-05-30"
    before = role_session(KEY, "mail-digest-role", "mail-digest",
                          at("07:15", old))
    case.cold_start(at("07:15:03", old), before, SECOND_HOME)
    case.call(at("07:15:05", old), "dynamodb:GetItem", before, SECOND_HOME,
              PYTHON)
    identity = orders_api(case)
    case.call(at("10:01:00"), "sts:GetCallerIdentity", identity,
              SECOND_HOME, CLI)
    case.call(at("10:02:00"), "s3:ListBuckets", identity, THIEF, CLI)


# ---- Lambda: which calls ----

def only_decrypt(case):
    identity = orders_api(case)
    for seconds in (0, 5, 11):
        case.call(seconds_after(at("10:01:00"), seconds), "kms:Decrypt",
                  identity, THIEF, CLI)


def forged_context(case):
    identity = orders_api(case)
    own, other = function_arn("orders-api"), function_arn("invoice-mailer")
    case.decrypt(at("10:01:00"), identity, THIEF, CLI, own)
    case.decrypt(at("10:02:00"), identity, THIEFS_INSTANCE, PLATFORM, other)
    case.decrypt(at("10:03:00"), identity, THIEFS_INSTANCE, PLATFORM, own)


def only_refused(case):
    identity = orders_api(case)
    for seconds, call in enumerate(("iam:ListUsers", "ec2:DescribeInstances",
                                    "secretsmanager:ListSecrets")):
        case.call(seconds_after(at("10:01:00"), seconds), call, identity,
                  THIEF, CLI, **DENIED)


def session_tokens(case):
    identity = orders_api(case)
    refused = {"errorCode": "AccessDenied", "errorMessage":
               "Cannot call with session credentials"}
    case.call(at("10:01:00"), "sts:GetSessionToken", identity, THIEF, CLI,
              **refused)
    case.call(at("10:01:30"), "sts:GetFederationToken", identity, THIEF,
              CLI, **refused)


def through_a_service(case):
    identity = orders_api(case)
    case.call(at("10:01:00"), "athena:StartQueryExecution", identity, THIEF,
              CLI)
    by_athena = invoked_by(identity, "athena.amazonaws.com")
    name = "athena.amazonaws.com"
    case.call(at("10:01:04"), "s3:GetObject", by_athena, name, name)
    case.call(at("10:01:05"), "s3:GetObject", by_athena, name, name)


def data_events_only(case):
    identity = orders_api(case)
    for second, call in enumerate(("dynamodb:Scan", "s3:GetObject")):
        case.call(seconds_after(at("10:01:00"), second), call, identity,
                  THIEF, CLI)


def data_events_not_recorded(case):
    """The thief reads the table; the trail has management events only."""
    identity = function_session("orders-api", KEY)
    case.issue(at("08:00"), "lambda", identity)
    case.platform_decrypt(at("08:00"), identity)
    case.cold_start(at("08:00:01"), identity, HOME)
    for time in ("08:04:20", "10:00:20"):
        case.call(at(time), "secretsmanager:GetSecretValue", identity, HOME,
                  PYTHON)


# ---- Lambda: from where ----

def victims_endpoint(case):
    identity = function_in_vpc(case)
    case.call(at("10:01:00"), "s3:ListBuckets", identity, "10.20.9.77", CLI,
              **endpoint())
    case.call(at("10:02:00"), "s3:GetObject", identity, "10.20.9.77", CLI,
              **endpoint())


def thiefs_endpoint(case):
    identity = function_in_vpc(case)
    for time, call in (("10:01:00", "s3:ListBuckets"),
                       ("10:02:00", "s3:GetObject")):
        case.call(at(time), call, identity, "10.0.0.5", CLI,
                  **endpoint("0fedcba9876543210", THIEFS_ACCOUNT))


def endpoint_without_owner(case):
    identity = function_in_vpc(case)
    case.call(at("10:01:00"), "s3:GetObject", identity, "10.0.0.5", CLI,
              **endpoint("0fedcba9876543210", THIEFS_ACCOUNT))


def victims_address(case):
    identity = function_in_vpc(case)
    case.call(at("10:01:00"), "sts:GetCallerIdentity", identity, NAT, CLI)
    case.call(at("10:02:00"), "secretsmanager:ListSecrets", identity, NAT,
              CLI)


def from_the_worker(case):
    identity = orders_api(case)
    case.call(at("10:01:00"), "sts:GetCallerIdentity", identity, HOME, CLI)
    case.call(at("10:02:00"), "secretsmanager:ListSecrets", identity, HOME,
              CLI)


def over_ipv6(case):
    identity = orders_api(case)
    case.call(at("10:01:00"), "sts:GetCallerIdentity", identity,
              "2001:db8:77::9", CLI)
    case.call(at("10:02:00"), "s3:ListBuckets", identity,
              "2001:DB8:77:0:0:0:0:9", CLI)


def dual_stack_home(case):
    network(case)
    identity = function_session("invoice-mailer", KEY)
    case.issue(at("08:00"), "lambda", identity)
    case.cold_start(at("08:00:01"), identity, HOME)
    case.call(at("10:00:20"), "dynamodb:GetItem", identity, NAT, PYTHON)
    case.call(at("10:00:25"), "dynamodb:GetItem", identity,
              "2600:1f18:1234:5600::7", PYTHON)
    steal(case, identity)


def other_region(case):
    identity = orders_api(case)
    case.call(at("10:01:00"), "ec2:DescribeInstances", identity,
              THIEFS_OTHER_INSTANCE, CLI, region="eu-central-1")
    case.call(at("10:02:00"), "secretsmanager:ListSecrets", identity, THIEF,
              CLI, region="ap-southeast-2")


def released_address(case):
    netops = network(case)
    case.release(at("16:20", "2026-05-28"), netops, OFFICE, TERRAFORM,
                 ALLOCATION)
    identity = orders_api(case)
    steal(case, identity, NAT)


def allocated_with_the_key(case):
    identity = orders_api(case)
    case.allocate(at("10:01:00"), identity, THIEF, CLI, "54.88.31.9",
                  "eipalloc-0badc0de0badc0de0")
    steal(case, identity, "54.88.31.9", time="10:04:00")


def allocated_too_late(case):
    identity = orders_api(case)
    steal(case, identity, "54.88.31.9")
    staff = user("netops", "AKIAI44QH8DHBEXAMPLE")
    case.allocate(at("10:20:00"), staff, OFFICE, TERRAFORM, "54.88.31.9")


def listed_network(case):
    """Somebody of the staff, in the office that the operator has listed."""
    identity = orders_api(case)
    steal(case, identity, OFFICE)


# ---- Lambda: with which name ----

def foothold(key="ASIAI44QH8DHBEXAMPLE", name="backup-role"):
    return role_session(key, name, "botocore-session-1781085660",
                        at("10:01:00"))


def assume_role_chain(case):
    identity = orders_api(case)
    first = foothold()
    second = foothold("ASIAXYZQWERT7EXAMPLE", "admin-role")
    case.assume(at("10:01:00"), identity, THIEF, CLI, first)
    case.call(at("10:02:00"), "s3:ListBuckets", first, THIEF, CLI)
    case.assume(at("10:03:00"), first, THIEFS_OTHER_INSTANCE, CLI, second)
    case.call(at("10:04:00"), "iam:ListUsers", second,
              THIEFS_OTHER_INSTANCE, CLI)


def a_user_of_his_own(case):
    identity = orders_api(case)
    case.raw(at("10:01:00"), "iam.amazonaws.com", "CreateAccessKey",
             identity, THIEF, CLI,
             requestParameters={"userName": "deploy"},
             responseElements={"accessKey": {
                 "accessKeyId": "AKIAI44QH8DHBEXAMPLE", "status": "Active",
                 "userName": "deploy",
                 "createDate": "Jun 10, 2026, 10:01:00 AM"}})
    deploy = user("deploy", "AKIAI44QH8DHBEXAMPLE")
    case.call(at("10:30:00"), "s3:ListBuckets", deploy, THIEF, CLI)
    case.call(at("10:30:00", "2026-06-13"), "iam:ListUsers", deploy,
              THIEFS_OTHER_INSTANCE, CLI)


def chain_begun_at_home(case):
    """The key that the function itself had got is taken from its memory."""
    identity = orders_api(case)
    tenant = foothold(name="tenant-reader-role")
    case.assume(at("10:00:40"), identity, HOME, PYTHON, tenant)
    case.call(at("10:00:42"), "dynamodb:GetItem", tenant, HOME, PYTHON)
    case.call(at("10:04:00"), "dynamodb:Scan", tenant, THIEF, CLI)


def console(case):
    identity = orders_api(case)
    case.raw(at("10:01:00"), "signin.amazonaws.com", "GetSigninToken",
             identity, THIEF, "python-requests/2.32.3",
             eventType="AwsConsoleSignIn",
             responseElements={"GetSigninToken": "Success"},
             additionalEventData={"MobileVersion": "No", "MFAUsed": "No"})
    session = copy.deepcopy(identity)
    del session["accessKeyId"]
    case.raw(at("10:01:20"), "signin.amazonaws.com", "ConsoleLogin",
             session, THIEF, BROWSER, eventType="AwsConsoleSignIn",
             responseElements={"ConsoleLogin": "Success"},
             additionalEventData={"MobileVersion": "No", "MFAUsed": "No"})
    session["accessKeyId"] = "ASIAXYZQWERT7EXAMPLE"
    case.call(at("10:02:00"), "s3:ListBuckets", session, THIEF, BROWSER,
              sessionCredentialFromConsole="true")
    case.call(at("10:03:00"), "iam:ListUsers", session, THIEF,
              "AWS Internal", sessionCredentialFromConsole="true")


def hidden_key(case):
    """A service that writes no access key into its records."""
    identity = orders_api(case)
    hidden = dict(copy.deepcopy(identity), accessKeyId="")
    case.call(at("10:01:00"), "lambda:ListFunctions20150331", hidden, THIEF,
              CLI)
    without = copy.deepcopy(identity)
    del without["accessKeyId"]
    case.call(at("10:02:00"), "ec2:DescribeInstances", without,
              THIEFS_INSTANCE, CLI)


def imitated_session(case):
    """Another role, taken under the function's name as session name."""
    identity = orders_api(case)
    imitation = role_session("ASIAXYZQWERT7EXAMPLE", "backup-role",
                             "orders-api", at("10:01:00"))
    case.assume(at("10:01:00"), identity, THIEF, CLI, imitation)
    case.cold_start(at("10:01:30"), imitation, THIEF)
    case.call(at("10:02:00"), "s3:ListBuckets", imitation, THIEF, PYTHON)


def two_accounts(case):
    """The thief copies an object out of another account's bucket: both
    accounts' trails have it, with two event ids."""
    identity = orders_api(case)
    shared = {"sharedEventID": "5ea1ed00-0000-4000-8000-000000000001"}
    case.call(at("10:01:00"), "s3:GetObject", identity, THIEF, CLI,
              **shared)
    case.call(at("10:01:00"), "s3:GetObject", identity, THIEF, CLI,
              recipientAccountId=THIEFS_ACCOUNT, **shared)


# ---- Lambda: records that are odd ----

def aws_internal(case):
    identity = orders_api(case)
    athena = "athena.amazonaws.com"
    case.call(at("10:00:30"), "ec2:DescribeVpcs", identity, "AWS Internal",
              "AWS Internal")
    case.call(at("10:00:31"), "ec2:DescribeVpcs", identity,
              "AWS Internal/7", "AWS Internal/7")
    case.call(at("10:00:40"), "s3:GetObject", invoked_by(identity, athena),
              athena, athena)
    steal(case, identity)


def missing_address(case):
    identity = orders_api(case)
    case.cold_start(at("09:40:00"), identity, None)
    steal(case, identity)


def same_event_id(case):
    """Somebody who can write the bucket adds copies that tell it otherwise."""
    identity = orders_api(case)
    case.call(at("10:01:00"), "sts:GetCallerIdentity", identity, THIEF, CLI)
    altered = copy.deepcopy(case.records[-1])
    altered["sourceIPAddress"] = HOME
    altered["userAgent"] = PYTHON
    case.records.append(altered)
    case.call(at("10:02:00"), "s3:ListBuckets", identity, THIEF, CLI)


def forged_cold_start(case):
    """The same, for the log stream: a copy with the thief's address."""
    identity = orders_api(case)
    altered = copy.deepcopy(case.records[2])
    altered["sourceIPAddress"] = THIEFS_INSTANCE
    case.records.append(altered)
    steal(case, identity, THIEFS_INSTANCE)


def unmarked_runtime(case):
    """Go: the user agent of the function says nothing of Lambda."""
    steal(case, orders_api(case, GO))


def old_records(case):
    """Version 1.08: no inScopeOf, no endpoint's owner."""
    steal(case, mute_function(case))


# ---- ECS ----

def task_theft(case):
    identity, _ = reports_task(case)
    steal(case, identity)


def task_mark_spoofed(case):
    identity, execution = reports_task(case)
    steal(case, identity, THIEFS_INSTANCE, FARGATE)
    case.call(at("10:05:00"), "ecr:GetAuthorizationToken", execution, THIEF,
              AGENT)


def task_renewed(case):
    """The thief's key is the renewed one, used before the task used it."""
    reports_task(case)
    renewed = task_session("ASIAXYZQWERT7EXAMPLE", created=at("11:40"))
    case.issue(at("11:40"), "ecs-tasks", renewed)
    steal(case, renewed, THIEFS_INSTANCE, time="11:41:00")
    case.call(at("11:50:00"), "secretsmanager:GetSecretValue", renewed,
              TASK_HOME, FARGATE)


def task_before_home(case):
    identity = task_session(KEY)
    case.issue(at("06:00"), "ecs-tasks", identity)
    steal(case, identity, time="06:00:30")
    for time in ("06:09:10", "08:04:20"):
        case.call(at(time), "secretsmanager:GetSecretValue", identity,
                  TASK_HOME, FARGATE)


def task_before_home_inside_aws(case):
    identity = task_session(KEY)
    case.issue(at("06:00"), "ecs-tasks", identity)
    steal(case, identity, THIEFS_INSTANCE, time="06:00:30")
    for time in ("06:09:10", "08:04:20"):
        case.call(at(time), "secretsmanager:GetSecretValue", identity,
                  TASK_HOME, FARGATE)


def task_older_than_the_log(case):
    identity = task_session(KEY, created="2026-06-09T23:10:00Z")
    for time in ("08:04:20", "10:00:20"):
        case.call(at(time), "secretsmanager:GetSecretValue", identity,
                  TASK_HOME, FARGATE)
    steal(case, identity)


def task_name_borrowed(case):
    """Another role, taken under the task's id as session name."""
    identity, _ = reports_task(case)
    imitation = task_session("ASIAXYZQWERT7EXAMPLE", "backup-role",
                             at("10:02"))
    case.assume(at("10:01:00"), identity, THIEF, CLI, imitation)
    case.call(at("10:02:00"), "s3:ListBuckets", imitation, THIEF, FARGATE)
    loot = foothold("ASIA234567ABCEXAMPLE")
    case.assume(at("10:03:00"), imitation, THIEF, FARGATE, loot)
    case.call(at("10:04:00"), "iam:ListUsers", loot, THIEF, CLI)


def task_endpoints(case):
    identity, _ = reports_task(case)
    case.call(at("10:00:40"), "s3:GetObject", identity, "10.20.7.80",
              FARGATE, **endpoint())
    case.call(at("10:01:00"), "s3:GetObject", identity, "10.20.7.99", CLI,
              **endpoint())
    case.call(at("10:02:00"), "s3:GetObject", identity, "10.0.0.5", CLI,
              **endpoint("0fedcba9876543210", THIEFS_ACCOUNT))


# ---- nobody ----

def honest_day(case):
    """All that the other cases do not want to know of."""
    function_in_vpc(case, "ASIAV7NPQRSTUEXAMPLE")
    reports_task(case)
    thumbnails = function_session("thumbnails", "ASIAXYZQWERT7EXAMPLE",
                                  at("09:30"))
    case.issue(at("09:30"), "lambda", thumbnails)
    case.cold_start(at("09:30:01"), thumbnails, SECOND_HOME)
    calls_at_home(case, thumbnails, SECOND_HOME, GO, ("09:31:20", "10:00:20"))
    refused = function_session("cleanup", "ASIA234567ABCEXAMPLE",
                               at("11:00"))
    case.issue(at("11:00"), "lambda", refused)
    case.platform_decrypt(at("11:00"), refused, "AWS Internal")
    case.cold_start(at("11:00:01"), refused, HOME, **DENIED)
    # A second worker calls before its log stream.
    calls_at_home(case, refused, SECOND_HOME, times=("11:20:02",))
    case.cold_start(at("11:20:09"), refused, SECOND_HOME)
    athena = "athena.amazonaws.com"
    case.call(at("11:21:00"), "athena:StartQueryExecution", refused, HOME,
              PYTHON)
    case.call(at("11:21:04"), "s3:GetObject", invoked_by(refused, athena),
              athena, athena)
    tenant = foothold("ASIAJ7KLMNOPQEXAMPLE", "tenant-reader-role")
    case.assume(at("11:22:00"), refused, HOME, PYTHON, tenant)
    case.call(at("11:23:00"), "s3:GetObject", tenant, "198.51.100.200",
              BROWSER)
    maria = role_session("ASIAM4R1A7NOPEXAMPLE", "admin-role",
                         "maria@example.com", at("08:30"))
    case.call(at("08:31:00"), "iam:ListUsers", maria, OFFICE, BROWSER,
              sessionCredentialFromConsole="true")
    case.call(at("20:40:00"), "ec2:DescribeInstances", maria,
              "2001:db8:5::31", CLI)


# In the order of the numbers; version is the records' eventVersion.
CASES = (
    plain_theft,
    poisoned_before,
    poisoned_after,
    poisoned_inside_aws,
    mark_spoofed,
    mark_spoofed_inside_aws,
    inside_aws,
    agent_gone,
    before_cold_start,
    before_cold_start_inside_aws,
    delivered_late,
    same_second,
    no_log_stream,
    no_log_stream_inside_aws,
    no_log_stream_all_spoofed,
    slow_use,
    reused_key,
    only_decrypt,
    forged_context,
    only_refused,
    session_tokens,
    through_a_service,
    data_events_only,
    data_events_not_recorded,
    victims_endpoint,
    thiefs_endpoint,
    endpoint_without_owner,
    victims_address,
    from_the_worker,
    over_ipv6,
    dual_stack_home,
    other_region,
    released_address,
    allocated_with_the_key,
    allocated_too_late,
    listed_network,
    assume_role_chain,
    a_user_of_his_own,
    chain_begun_at_home,
    console,
    hidden_key,
    imitated_session,
    two_accounts,
    aws_internal,
    missing_address,
    same_event_id,
    forged_cold_start,
    unmarked_runtime,
    old_records,
    task_theft,
    task_mark_spoofed,
    task_renewed,
    task_before_home,
    task_before_home_inside_aws,
    task_older_than_the_log,
    task_name_borrowed,
    task_endpoints,
    all_spoofed_inside_aws,
    honest_day,
)
VERSIONS = {endpoint_without_owner: "1.08", old_records: "1.08",
            dual_stack_home: "1.10", same_second: "1.09"}


def main():
    folder = sys.argv[1] if len(sys.argv) > 1 else \
        os.path.dirname(os.path.abspath(__file__))
    for number, story in enumerate(CASES, 1):
        name = f"{number:02}-{story.__name__.replace('_', '-')}"
        case = Case(name, VERSIONS.get(story, "1.11"))
        story(case)
        os.makedirs(os.path.join(folder, name), exist_ok=True)
        path = os.path.join(folder, name, "events.jsonl")
        with open(path, "w", encoding="utf-8", newline="\n") as out:
            for record in case.records:
                out.write(json.dumps(record, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
