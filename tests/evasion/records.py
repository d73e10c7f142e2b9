"""Records as CloudTrail writes them, for the stories of make.py.

What a field holds follows CloudTrail's record reference and public records:
a version 1.11 record says in `inScopeOf` for what a key was issued, S3 puts
the user agent into brackets, `tlsDetails` is left out where an AWS service
makes the call, `vpcEndpointAccountId` came with version 1.09.  Account ids,
keys and the addresses of thieves and staff are of the documentation's kind;
workers' addresses lie in ranges that AWS publishes, because the rules believe
them only there.
"""
import copy
import datetime
import hashlib

ACCOUNT = "111122223333"
THIEFS_ACCOUNT = "444455556666"
REGION = "us-east-1"
DAY = "2026-06-10"

WORKER = "awslambda-worker/1.0.0 rusoto/0.48.0 rust/1.94.0 linux"
PYTHON = ("Boto3/1.42.0 md/Botocore#1.42.0 ua/2.1 os/linux#5.10.245 "
          "md/arch#x86_64 lang/python#3.13.1 md/pyimpl#CPython m/b,Z,D "
          "exec-env/AWS_Lambda_python3.13 cfg/retry-mode#legacy "
          "Botocore/1.42.0")
GO = ("aws-sdk-go-v2/1.36.0 ua/2.1 os/linux lang/go#1.24.2 md/GOOS#linux "
      "md/GOARCH#arm64 api/dynamodb#1.42.0 m/E")
FARGATE = ("aws-sdk-go-v2/1.36.0 ua/2.1 os/linux lang/go#1.24.2 "
           "md/GOOS#linux md/GOARCH#amd64 exec-env/AWS_ECS_FARGATE "
           "api/secretsmanager#1.35.0 m/E,z")
AGENT = "Amazon ECS Agent - v1.93.0 (4b2f0d1a) (+http://aws.amazon.com/ecs/)"
CLI = ("aws-cli/2.30.0 md/awscrt#0.27.6 ua/2.1 os/linux#6.1.0 "
       "md/arch#x86_64 lang/python#3.13.7 md/pyimpl#CPython m/E,b,Z "
       "cfg/retry-mode#standard md/installer#exe md/prompt#off")
TERRAFORM = ("APN/1.0 HashiCorp/1.0 Terraform/1.9.8 "
             "(+https://www.terraform.io) terraform-provider-aws/5.80.0 "
             "(+https://registry.terraform.io/providers/hashicorp/aws) "
             "aws-sdk-go-v2/1.32.6 ua/2.1 os/linux lang/go#1.23.3")
BROWSER = ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like "
           "Gecko) Chrome/138.0.0.0 Safari/537.36")
PLATFORM = ("aws-internal/3 aws-sdk-java/1.12.779 Linux/5.10.245 "
            "OpenJDK_64-Bit_Server_VM/25.432-b06 java/1.8.0_432 "
            "exec-env/AWS_Lambda_java8 vendor/Oracle_Corporation "
            "cfg/retry-mode/standard")

DENIED = {"errorCode": "AccessDenied",
          "errorMessage": "User is not authorized to perform this action"}

# Members in the order in which CloudTrail writes them.
ORDER = (
    "eventVersion", "userIdentity", "eventTime", "eventSource", "eventName",
    "awsRegion", "sourceIPAddress", "userAgent", "errorCode", "errorMessage",
    "requestParameters", "responseElements", "additionalEventData",
    "requestID", "eventID", "readOnly", "resources", "eventType",
    "managementEvent", "recipientAccountId", "sharedEventID",
    "vpcEndpointId", "vpcEndpointAccountId", "addendum", "eventCategory",
    "tlsDetails", "sessionCredentialFromConsole")

# What each call asks for: read only, a data event, parameters, resources.
TABLE = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/orders"
BUCKET = "arn:aws:s3:::example-orders"
SECRET = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:orders-db-a1b2c3"
KMS_KEY = (f"arn:aws:kms:{REGION}:{ACCOUNT}:"
           "key/1234abcd-12ab-34cd-56ef-1234567890ab")
CALLS = {
    "athena:StartQueryExecution": (False, False, {
        "queryString": "SELECT * FROM orders", "workGroup": "primary",
        "resultConfiguration": {"outputLocation": "s3://example-orders/q/"},
        "clientRequestToken": "0a1b2c3d-0000-4000-8000-000000000001"}, None),
    "dynamodb:GetItem": (True, True, {
        "tableName": "orders", "key": {"id": "HIDDEN_DUE_TO_SECURITY_REASONS"},
        "consistentRead": False}, ("AWS::DynamoDB::Table", TABLE)),
    "dynamodb:PutItem": (False, True, {
        "tableName": "orders", "items": ["id", "state"]},
        ("AWS::DynamoDB::Table", TABLE)),
    "dynamodb:Scan": (True, True, {"tableName": "orders"},
                      ("AWS::DynamoDB::Table", TABLE)),
    "ec2:DescribeInstances": (True, False, {
        "instancesSet": {}, "filterSet": {}}, None),
    "ec2:DescribeVpcs": (True, False, {"vpcSet": {}, "filterSet": {}}, None),
    "ecr:GetAuthorizationToken": (True, False, {}, None),
    "iam:ListUsers": (True, False, None, None),
    "iam:ListAttachedRolePolicies": (True, False, {
        "roleName": "orders-api-role"}, None),
    "kms:Decrypt": (True, False, {
        "keyId": KMS_KEY, "encryptionAlgorithm": "SYMMETRIC_DEFAULT"},
        ("AWS::KMS::Key", KMS_KEY)),
    "lambda:ListFunctions20150331": (True, False, {"maxItems": 50}, None),
    "s3:GetObject": (True, True, {
        "bucketName": "example-orders", "key": "2026/06/10/orders.csv",
        "Host": "example-orders.s3.us-east-1.amazonaws.com"},
        ("AWS::S3::Object", BUCKET + "/2026/06/10/orders.csv")),
    "s3:ListBuckets": (True, False, {"Host": "s3.us-east-1.amazonaws.com"},
                       None),
    "secretsmanager:GetSecretValue": (True, False, {
        "secretId": SECRET, "versionStage": "AWSCURRENT"}, None),
    "secretsmanager:ListSecrets": (True, False, {"maxResults": 100}, None),
    "sts:GetCallerIdentity": (True, False, None, None),
    "sts:GetFederationToken": (True, False, {
        "name": "ops", "durationSeconds": 43200}, None),
    "sts:GetSessionToken": (True, False, {"durationSeconds": 43200}, None),
}


def seconds_after(time, seconds):
    form = "%Y-%m-%dT%H:%M:%SZ"
    moment = datetime.datetime.strptime(time, form)
    return (moment + datetime.timedelta(seconds=seconds)).strftime(form)


def at(time, day=DAY):
    """A time of the story's day, HH:MM or HH:MM:SS."""
    return f"{day}T{time if len(time) == 8 else time + ':00'}Z"


def role_session(key, role, session, created, scope=None, account=ACCOUNT,
                 path="/"):
    """The identity block of a role's session."""
    issuer = "AROA" + hashlib.sha1(role.encode()).hexdigest()[:10].upper()
    issuer += "EXAMPLE"
    identity = {
        "type": "AssumedRole",
        "principalId": f"{issuer}:{session}",
        "arn": f"arn:aws:sts::{account}:assumed-role/{role}/{session}",
        "accountId": account,
        "accessKeyId": key,
        "sessionContext": {
            "sessionIssuer": {
                "type": "Role",
                "principalId": issuer,
                "arn": f"arn:aws:iam::{account}:role{path}{role}",
                "accountId": account,
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


def user(name, key, account=ACCOUNT):
    return {
        "type": "IAMUser",
        "principalId": "AIDA" + name.upper().ljust(10, "X") + "EXAMPLE",
        "arn": f"arn:aws:iam::{account}:user/{name}",
        "accountId": account,
        "accessKeyId": key,
        "userName": name,
    }


def invoked_by(identity, service):
    """The same session, a service acting for it."""
    return dict(copy.deepcopy(identity), invokedBy=service)


def endpoint(number="0a1b2c3d4e5f60718", account=ACCOUNT):
    return {"vpcEndpointId": "vpce-" + number,
            "vpcEndpointAccountId": account}


class Case:
    """The records of one case, numbered from 1 in the story's order."""

    def __init__(self, name, version="1.11"):
        self.name = name
        self.version = version
        self.records = []
        self.seed = hashlib.sha1(name.encode()).hexdigest()

    def event_id(self):
        s = self.seed
        number = len(self.records) + 1
        return f"{s[:8]}-{s[8:12]}-4{s[12:15]}-8{s[15:18]}-{number:012d}"

    def raw(self, when, source, name, identity, address, agent,
            region=REGION, **more):
        """One record; members given as None are left out."""
        record = {
            "eventVersion": self.version,
            "userIdentity": copy.deepcopy(identity),
            "eventTime": when,
            "eventSource": source,
            "eventName": name,
            "awsRegion": region,
            "sourceIPAddress": address,
            "userAgent": agent,
            "requestParameters": None,
            "responseElements": None,
            "requestID": self.event_id()[:24] + "%012x" % hash_of(
                self.name, len(self.records)),
            "eventID": self.event_id(),
            "readOnly": False,
            "eventType": "AwsApiCall",
            "managementEvent": True,
            "recipientAccountId": ACCOUNT,
            "eventCategory": "Management",
            "tlsDetails": {
                "tlsVersion": "TLSv1.3",
                "cipherSuite": "TLS_AES_128_GCM_SHA256",
                "clientProvidedHostHeader": host_of(source, region),
            },
        }
        nullable = ("requestParameters", "responseElements")
        record.update(more)
        self.fit_version(record)
        if not address or not (address[0].isdigit() or ":" in address):
            del record["tlsDetails"]
        unknown = set(record) - set(ORDER)
        if unknown:
            raise ValueError(f"no such members: {unknown}")
        record = {member: record[member] for member in ORDER
                  if member in record and (record[member] is not None
                                           or member in nullable)}
        self.records.append(record)
        return record

    def fit_version(self, record):
        """Take out what records of this version do not have."""
        if record["userIdentity"] and self.version < "1.11":
            record["userIdentity"].pop("inScopeOf", None)
            session = record["userIdentity"].get("sessionContext")
            if session:
                session["webIdFederationData"] = {}
        if self.version < "1.09":
            record.pop("vpcEndpointAccountId", None)

    def call(self, when, what, identity, address, agent, **more):
        """One of CALLS, by its name `service:Action`."""
        service, action = what.split(":")
        read_only, data, parameters, resource = CALLS[what]
        facts = {"readOnly": read_only, "requestParameters": parameters}
        if data:
            facts.update(managementEvent=False, eventCategory="Data")
        if resource:
            facts["resources"] = [{"accountId": ACCOUNT, "type": resource[0],
                                   "ARN": resource[1]}]
        if service == "s3":
            agent = None if agent is None else f"[{agent}]"
            facts["additionalEventData"] = {
                "SignatureVersion": "SigV4",
                "CipherSuite": "TLS_AES_128_GCM_SHA256",
                "bytesTransferredIn": 0,
                "AuthenticationMethod": "AuthHeader",
                "bytesTransferredOut": 4608}
        facts.update(more)
        source = service + ".amazonaws.com"
        return self.raw(when, source, action, identity, address, agent,
                        **facts)

    # ---- what AWS does ----

    def issue(self, when, service, identity, region=REGION):
        """AWS hands a key to a workload."""
        name = service + ".amazonaws.com"
        issuer = identity["sessionContext"]["sessionIssuer"]
        session = identity["arn"].split("/")[-1]
        self.raw(when, "sts.amazonaws.com", "AssumeRole",
                 {"type": "AWSService", "invokedBy": name}, name, name,
                 region=region, readOnly=True,
                 requestParameters={"roleArn": issuer["arn"],
                                    "roleSessionName": session},
                 responseElements=credentials(identity),
                 resources=[{"accountId": ACCOUNT, "type": "AWS::IAM::Role",
                             "ARN": issuer["arn"]}],
                 sharedEventID=self.event_id()[:24] + "5ea1ed000000")

    def cold_start(self, when, identity, address, agent=WORKER, **more):
        """A worker, or somebody who says so, opens a log stream."""
        function = identity["arn"].split("/")[-1]
        stream = hashlib.sha1(f"{when}{address}".encode()).hexdigest()[:32]
        facts = {"requestParameters": {
            "logGroupName": f"/aws/lambda/{function}",
            "logStreamName": f"{when[:10].replace('-', '/')}/[$LATEST]"
                             f"{stream}"}}
        facts.update(more)
        return self.raw(when, "logs.amazonaws.com", "CreateLogStream",
                        identity, address, agent, **facts)

    def platform_decrypt(self, when, identity, address="3.81.5.200"):
        """Lambda decrypts the function's environment."""
        self.decrypt(when, identity, address, PLATFORM, function_arn(
            identity["arn"].split("/")[-1]), tlsDetails=None)

    def decrypt(self, when, identity, address, agent, context, **more):
        """KMS Decrypt under Lambda's encryption context."""
        self.call(when, "kms:Decrypt", identity, address, agent,
                  requestParameters={
                      "encryptionAlgorithm": "SYMMETRIC_DEFAULT",
                      "encryptionContext": {"aws:lambda:FunctionArn":
                                            context}}, **more)

    # ---- what people do, honest or not ----

    def allocate(self, when, identity, address, agent, public_ip,
                 allocation="eipalloc-0c0ffee0c0ffee0c0", region=REGION):
        self.raw(when, "ec2.amazonaws.com", "AllocateAddress", identity,
                 address, agent, region=region,
                 requestParameters={"domain": "vpc"},
                 responseElements={
                     "requestId": self.event_id(), "publicIp": public_ip,
                     "domain": "vpc", "allocationId": allocation,
                     "publicIpv4Pool": "amazon",
                     "networkBorderGroup": region})

    def release(self, when, identity, address, agent, allocation):
        self.raw(when, "ec2.amazonaws.com", "ReleaseAddress", identity,
                 address, agent,
                 requestParameters={"allocationId": allocation,
                                    "networkBorderGroup": REGION},
                 responseElements={"requestId": self.event_id(),
                                   "_return": True})

    def assume(self, when, identity, address, agent, issued):
        """A session gets itself the session `issued`."""
        issuer = issued["sessionContext"]["sessionIssuer"]
        self.raw(when, "sts.amazonaws.com", "AssumeRole", identity, address,
                 agent, readOnly=True,
                 requestParameters={
                     "roleArn": issuer["arn"],
                     "roleSessionName": issued["arn"].split("/")[-1],
                     "durationSeconds": 3600},
                 responseElements=credentials(issued),
                 resources=[{"accountId": issuer["accountId"],
                             "type": "AWS::IAM::Role",
                             "ARN": issuer["arn"]}])


def host_of(source, region):
    """The host that the client asked for; some services have one for all
    regions."""
    service = source.split(".")[0]
    if service == "signin":
        return f"{region}.signin.aws.amazon.com"
    return source if service == "iam" else f"{service}.{region}.amazonaws.com"


def hash_of(name, number):
    return int(hashlib.sha1(f"{name}{number}".encode()).hexdigest()[:12], 16)


def credentials(identity):
    """The answer of a call that hands out a session's key."""
    issuer = identity["sessionContext"]["sessionIssuer"]
    session = identity["arn"].split("/")[-1]
    return {
        "credentials": {
            "accessKeyId": identity["accessKeyId"],
            "sessionToken": "HIDDEN_DUE_TO_SECURITY_REASONS",
            "expiration": "Jun 10, 2026, 8:00:00 PM",
        },
        "assumedRoleUser": {
            "assumedRoleId": f"{issuer['principalId']}:{session}",
            "arn": identity["arn"],
        },
    }


def function_arn(name):
    return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}"


def function_session(name, key, created=at("08:00")):
    return role_session(key, name + "-role", name, created, {
        "issuerType": "AWS::Lambda::Function",
        "credentialsIssuedTo": function_arn(name),
        "credentialsIssuedToVersion": function_arn(name) + ":$LATEST",
    }, path="/service-role/")
